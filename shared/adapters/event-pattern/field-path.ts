import type { Primitive } from './leaf-rule.ts';

export interface FieldPath {
  /** `detail.state` */
  readonly name: string;
  /** `steps[i]` holds what may follow at depth i: the names that a key can have there, and the depth behind it. */
  readonly steps: readonly (readonly Step[])[];
}

interface Step {
  readonly key: string;
  readonly next: number;
}

/** Which element of which array a value came from; arrays are told apart by identity. */
export type Membership = readonly (readonly [array: readonly unknown[], index: number])[];

export interface Leaf {
  readonly value: Primitive;
  readonly membership: Membership;
}

const nowhere: Membership = [];

/**
 * EventBridge joins names with dots, so `{"a.b": 1}` and `{"a": {"b": 1}}` are one field to a pattern. Each depth therefore knows
 * every run of names that one key could spell.
 */
export function fieldPath(name: string): FieldPath {
  const names = name.split('.');
  const steps = names.map((_, from) =>
    names.slice(from).map((__, run) => ({ key: names.slice(from, from + run + 1).join('.'), next: from + run + 1 })),
  );
  return { name, steps };
}

/** The values of a field: none, one, or as many as arrays on the way hold. Objects are not values. */
export function leavesOf(event: object, path: FieldPath): readonly Leaf[] {
  const found: Leaf[] = [];
  collect(event, path, { depth: 0, membership: nowhere, found });
  return found;
}

interface Walk {
  readonly depth: number;
  readonly membership: Membership;
  readonly found: Leaf[];
}

function collect(node: unknown, path: FieldPath, walk: Walk): void {
  if (typeof node === 'object' && node !== null) {
    if (Array.isArray(node)) collectArray(node, path, walk);
    else collectObject(node as Readonly<Record<string, unknown>>, path, walk);
  } else if (walk.depth === path.steps.length && node !== undefined) {
    walk.found.push({ value: node as Primitive, membership: walk.membership });
  }
}

function collectObject(node: Readonly<Record<string, unknown>>, path: FieldPath, walk: Walk): void {
  const steps = path.steps[walk.depth];
  if (steps === undefined) return;
  for (const { key, next } of steps) {
    if (Object.hasOwn(node, key)) collect(node[key], path, { ...walk, depth: next });
  }
}

/** Plain values in an array are alternatives of one field; only nested structures tie fields to the same element. */
function collectArray(array: readonly unknown[], path: FieldPath, walk: Walk): void {
  array.forEach((element, index) => {
    const nested = typeof element === 'object' && element !== null;
    collect(element, path, nested ? { ...walk, membership: [...walk.membership, [array, index]] } : walk);
  });
}

/** Both together, or undefined when they come from different elements of one array. */
export function joinMembership(one: Membership, other: Membership): Membership | undefined {
  if (other.length === 0) return one;
  if (one.length === 0) return other;
  const joined = [...one];
  for (const entry of other) {
    const known = one.find(([array]) => array === entry[0]);
    if (known === undefined) joined.push(entry);
    else if (known[1] !== entry[1]) return undefined;
  }
  return joined;
}
