import { fieldPath, type FieldPath } from './field-path.ts';
import { InvalidPattern } from './invalid-pattern.ts';
import { leafRule, type LeafRule, type Primitive } from './leaf-rule.ts';

/** One field of a pattern: any of the alternatives will do. */
export interface Condition {
  readonly path: FieldPath;
  readonly exact: ReadonlySet<Primitive>;
  readonly tests: readonly ((value: Primitive) => boolean)[];
  readonly orAbsent: boolean;
}

/** All of these must hold; a pattern with `$or` becomes one conjunction per combination of its branches. */
export type Conjunction = readonly Condition[];

/** EventBridge refuses patterns whose `$or` branches multiply beyond this. */
const maximumCombinations = 1000;

/** Inside `$or` these would be ambiguous between a field and a comparison, and EventBridge refuses them. */
const reservedInsideOr = new Set(
  ['exactly', 'equals-ignore-case', 'prefix', 'suffix', 'anything-but', 'exists', 'wildcard', 'numeric', 'cidr']
    .concat(['=', '<', '<=', '>', '>=', 'regex', 'not-wildcard', 'not-equals-ignore-case'])
    .concat(['date-after', 'date-on-or-after', 'date-before', 'date-on-or-before', 'in-date-range'])
    .concat(['ip-address-in-range', 'ip-address-not-in-range']),
);

interface Place {
  /** Field names so far, joined by dots as EventBridge joins them. */
  readonly field: string;
  /** For messages: like `field`, with the way through `$or`. */
  readonly text: string;
  readonly insideOr: boolean;
}

/** @throws InvalidPattern naming the path. */
export function parsePattern(pattern: unknown): readonly Conjunction[] {
  const conjunctions = object(pattern, { field: '', text: '', insideOr: false });
  for (const conjunction of conjunctions) refuseTwice(conjunction);
  return conjunctions;
}

function object(node: unknown, place: Place): readonly Conjunction[] {
  if (typeof node !== 'object' || node === null || Array.isArray(node)) {
    throw new InvalidPattern(place.text, 'must be an object');
  }
  const entries = Object.entries(node) as [string, unknown][];
  if (entries.length === 0) throw new InvalidPattern(place.text, 'empty objects are not allowed');
  return entries.reduce<readonly Conjunction[]>(
    (so, [name, value]) => both(so, member(name, value, place), place.text),
    [[]],
  );
}

function member(name: string, value: unknown, place: Place): readonly Conjunction[] {
  const text = place.text === '' ? name : `${place.text}.${name}`;
  if (name === '$or') return either(value, { ...place, text, insideOr: true });
  if (place.insideOr && reservedInsideOr.has(name)) {
    throw new InvalidPattern(text, `"${name}" cannot be a field name inside $or`);
  }
  const field = place.field === '' ? name : `${place.field}.${name}`;
  if (!Array.isArray(value)) return object(value, { ...place, field, text });
  if (value.length === 0) throw new InvalidPattern(text, 'empty arrays are not allowed');
  return [
    [
      condition(
        field,
        value.map((rule, index) => leafRule(rule, `${text}[${index}]`)),
      ),
    ],
  ];
}

function condition(field: string, rules: readonly LeafRule[]): Condition {
  return {
    path: fieldPath(field),
    exact: new Set(rules.flatMap((rule) => (rule.kind === 'exact' ? [rule.value] : []))),
    tests: rules.flatMap((rule) => (rule.kind === 'test' ? [rule.test] : [])),
    orAbsent: rules.some((rule) => rule.kind === 'absent'),
  };
}

function either(branches: unknown, place: Place): readonly Conjunction[] {
  if (!Array.isArray(branches) || branches.length < 2) {
    throw new InvalidPattern(place.text, 'must be an array of at least two objects');
  }
  return branches.flatMap((branch, index) => object(branch, { ...place, text: `${place.text}[${index}]` }));
}

function both(left: readonly Conjunction[], right: readonly Conjunction[], text: string): readonly Conjunction[] {
  if (left.length * right.length > maximumCombinations) {
    throw new InvalidPattern(text, `$or makes more than ${maximumCombinations} combinations`);
  }
  return left.flatMap((one) => right.map((other) => [...one, ...other]));
}

/** A field both beside and inside `$or` has no agreed meaning: EventBridge keeps one of the two, silently. */
function refuseTwice(conjunction: Conjunction): void {
  const seen = new Set<string>();
  for (const { path } of conjunction) {
    if (seen.has(path.name)) throw new InvalidPattern(path.name, 'is constrained twice in one combination of $or');
    seen.add(path.name);
  }
}
