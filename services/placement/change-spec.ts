import type { ApplicationSpec } from '../../shared/contracts/application-spec.ts';
import type { SpecChange } from '../../shared/contracts/cost-values.ts';
import { canonical } from './workload.ts';

type Node = Record<string, unknown>;

/** The spec with one service changed, or why it cannot be: what the changes start from is not what it says any more. */
export function changeService(
  spec: ApplicationSpec,
  service: string,
  changes: readonly SpecChange[],
): { readonly spec: ApplicationSpec } | { readonly problem: string } {
  const index = spec.spec.services.findIndex(({ name }) => name === service);
  const found = spec.spec.services[index];
  if (found === undefined) return { problem: `there is no service ${service} any more` };
  let changed: unknown = found;
  for (const change of changes) {
    if (change.path === '/name') return { problem: `${service} would become another service: its name is not changed` };
    const standing = valueAt(changed, partsOf(change.path));
    if (!isSame(standing, change.from)) {
      return { problem: `${service}${change.path} is ${worded(standing)} now, not ${worded(change.from)}` };
    }
    const next = withValue(changed, partsOf(change.path), change.to);
    if (next === nowhere) return { problem: `${service}${change.path} leads through what is no mapping and no list` };
    changed = next;
  }
  const services = spec.spec.services.with(index, changed as typeof found);
  return { spec: { ...spec, spec: { ...spec.spec, services } } };
}

/** RFC 6901: `~1` is a slash, `~0` a tilde. */
function partsOf(path: string): readonly string[] {
  return path
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function valueAt(value: unknown, parts: readonly string[]): unknown {
  return parts.reduce<unknown>((at, part) => (isNode(at) && Object.hasOwn(at, part) ? at[part] : undefined), value);
}

const nowhere = Symbol('nowhere');

/** A copy with the value in its place; mappings on the way are made as needed, and go when nothing is left in them. */
function withValue(value: unknown, [part, ...rest]: readonly string[], to: unknown): unknown {
  if (part === undefined) return to;
  if (value !== undefined && !isNode(value)) return nowhere;
  const inner = withValue(value === undefined ? undefined : ownOf(value, part), rest, to);
  if (inner === nowhere) return nowhere;
  if (Array.isArray(value)) return inListed(value, Number(part), inner);
  const before = Object.entries(value ?? {});
  const known = before.some(([key]) => key === part);
  const next = (known ? before : [...before, [part, undefined] as const])
    .map(([key, each]) => (key === part ? ([key, inner] as const) : ([key, each] as const)))
    .filter(([, each]) => each !== undefined);
  // Defined, not assigned: whatever its name is, it becomes a field like any other.
  return next.length === 0 ? undefined : Object.fromEntries(next);
}

function inListed(list: readonly unknown[], index: number, inner: unknown): unknown {
  if (!Number.isInteger(index) || index < 0 || index > list.length) return nowhere;
  const next = inner === undefined ? list.toSpliced(index, 1) : list.toSpliced(index, 1, inner);
  return next.length === 0 ? undefined : next;
}

const ownOf = (node: Node, part: string): unknown => (Object.hasOwn(node, part) ? node[part] : undefined);

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null;
}

function isSame(a: unknown, b: unknown): boolean {
  return a === undefined || b === undefined ? a === b : canonical(a) === canonical(b);
}

function worded(value: unknown): string {
  return value === undefined ? 'not stated' : (JSON.stringify(value) ?? String(value)).slice(0, 200);
}
