import type { SpecChange } from '../../contracts/cost-values.ts';
import { canonical } from '../canonical.ts';

type Node = Record<string, unknown>;

/** What a service says now of what is to be changed; undefined: nothing. */
export function standingAt(service: unknown, { path }: Pick<SpecChange, 'path'>): unknown {
  return partsOf(path).reduce<unknown>((at, part) => (isNode(at) ? ownOf(at, part) : undefined), service);
}

/** Whether it says what the change starts from. */
export function fits(service: unknown, change: SpecChange): boolean {
  const [a, b] = [standingAt(service, change), change.from];
  return a === undefined || b === undefined ? a === b : canonical(a) === canonical(b);
}

/** Where a change leads through what is no mapping and no list. */
export const nowhere = Symbol('nowhere');

/**
 * A copy with the change made: mappings on the way are made as needed, and go when nothing is left in them. What stands there now is
 * not looked at: ask `fits` before.
 */
export function changed(service: unknown, { path, to }: Pick<SpecChange, 'path' | 'to'>): unknown {
  return withValue(service, partsOf(path), to);
}

/** The way back: last change first, each from what it made to what was there. */
export function turned(changes: readonly SpecChange[]): SpecChange[] {
  return changes.toReversed().map(({ path, from, to }) => ({
    path,
    ...(to === undefined ? {} : { from: to }),
    ...(from === undefined ? {} : { to: from }),
  }));
}

/** RFC 6901: `~1` is a slash, `~0` a tilde. */
function partsOf(path: string): readonly string[] {
  return path
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

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

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;
