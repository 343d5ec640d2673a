import { isObject } from './http.ts';

/** Closed-world description of a request body: what is not named here is refused. */
export type Shape =
  | { readonly kind: 'string'; readonly oneOf?: readonly string[] }
  | { readonly kind: 'number'; readonly integer: boolean }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'array'; readonly item: Shape }
  | { readonly kind: 'map'; readonly item: Shape }
  | { readonly kind: 'free' }
  /** Sent back by clients that edit what they read; accepted and dropped, as the services do. */
  | { readonly kind: 'readOnly' }
  | {
      readonly kind: 'object';
      readonly name: string;
      readonly fields: Readonly<Record<string, Shape>>;
      readonly required: readonly string[];
    };

export interface Finding {
  readonly kind: 'unknown' | 'type' | 'required' | 'enum';
  /** `properties.template.containers[0].image`. */
  readonly path: string;
  /** Name of the object type that holds the property. */
  readonly owner: string;
  readonly property: string;
  /** What the service wanted there. */
  readonly expected: string;
}

export const text: Shape = { kind: 'string' };
export const integer: Shape = { kind: 'number', integer: true };
export const decimal: Shape = { kind: 'number', integer: false };
export const flag: Shape = { kind: 'boolean' };
export const free: Shape = { kind: 'free' };
export const readOnly: Shape = { kind: 'readOnly' };
export const oneOf = (...values: readonly string[]): Shape => ({ kind: 'string', oneOf: values });
export const list = (item: Shape): Shape => ({ kind: 'array', item });
export const map = (item: Shape): Shape => ({ kind: 'map', item });
export const object = (
  name: string,
  fields: Readonly<Record<string, Shape>>,
  required: readonly string[] = [],
): Shape => ({ kind: 'object', name, fields, required });

interface Place {
  readonly path: string;
  readonly owner: string;
  readonly property: string;
}

/** The value without read-only and null members, and everything that is wrong with it. */
export function check(
  value: unknown,
  shape: Shape,
): { readonly value: unknown; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  return { value: walk(value, shape, { path: '', owner: '', property: '' }, findings), findings };
}

function walk(value: unknown, shape: Shape, place: Place, findings: Finding[]): unknown {
  const wrong = (expected: string, kind: Finding['kind'] = 'type'): undefined => {
    findings.push({ kind, ...place, expected });
    return undefined;
  };
  if (shape.kind === 'free') return value;
  if (shape.kind === 'readOnly') return undefined;
  if (shape.kind === 'string') return checkString(value, shape.oneOf, wrong);
  if (shape.kind === 'boolean' || shape.kind === 'number')
    return isScalar(value, shape) ? value : wrong(scalarName(shape));
  return walkInto(value, shape, place, findings) ?? wrong(shape.kind === 'object' ? shape.name : shape.kind);
}

/** The checked copy, or undefined when the value is not even of that form. */
function walkInto(
  value: unknown,
  shape: Extract<Shape, { kind: 'array' | 'map' | 'object' }>,
  place: Place,
  findings: Finding[],
): unknown {
  if (shape.kind === 'array') return Array.isArray(value) ? walkArray(value, shape.item, place, findings) : undefined;
  if (!isObject(value)) return undefined;
  return shape.kind === 'map' ? walkMap(value, shape.item, place, findings) : walkObject(value, shape, place, findings);
}

/** Azure's enumerations do not care for case; what comes back is the declared spelling. */
function checkString(
  value: unknown,
  allowed: readonly string[] | undefined,
  wrong: (expected: string, kind?: Finding['kind']) => undefined,
): string | undefined {
  if (typeof value !== 'string') return wrong('String');
  if (!allowed) return value;
  return allowed.find((one) => one.toLowerCase() === value.toLowerCase()) ?? wrong(allowed.join(', '), 'enum');
}

type Scalar = Extract<Shape, { kind: 'boolean' | 'number' }>;

const isScalar = (value: unknown, shape: Scalar): boolean =>
  shape.kind === 'boolean'
    ? typeof value === 'boolean'
    : typeof value === 'number' && Number.isFinite(value) && (!shape.integer || Number.isInteger(value));

function scalarName(shape: Scalar): string {
  if (shape.kind === 'boolean') return 'Boolean';
  return shape.integer ? 'Int32' : 'Double';
}

const walkArray = (value: readonly unknown[], item: Shape, place: Place, findings: Finding[]): unknown[] =>
  value.map((one, index) => walk(one, item, { ...place, path: `${place.path}[${index}]` }, findings));

function walkMap(value: Record<string, unknown>, item: Shape, place: Place, findings: Finding[]): unknown {
  const entries = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(
    entries.map(([key, member]) => [
      key,
      walk(member, item, { ...place, path: join(place.path, key), property: key }, findings),
    ]),
  );
}

function walkObject(
  value: Record<string, unknown>,
  shape: Extract<Shape, { kind: 'object' }>,
  place: Place,
  findings: Finding[],
): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [property, member] of Object.entries(value)) {
    const inner = { path: join(place.path, property), owner: shape.name, property };
    const field = Object.hasOwn(shape.fields, property) ? shape.fields[property] : undefined;
    if (!field) findings.push({ kind: 'unknown', ...inner, expected: Object.keys(shape.fields).join(', ') });
    else if (member !== null) {
      const clean = walk(member, field, inner, findings);
      if (clean !== undefined) kept[property] = clean;
    }
  }
  for (const property of shape.required)
    if (value[property] == null)
      findings.push({ kind: 'required', path: join(place.path, property), owner: shape.name, property, expected: '' });
  return kept;
}

const join = (path: string, property: string): string => (path === '' ? property : `${path}.${property}`);
