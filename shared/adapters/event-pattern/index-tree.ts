import type { FieldPath } from './field-path.ts';
import { holds, type EventFields } from './holds.ts';
import type { Primitive } from './leaf-rule.ts';
import type { Condition, Conjunction } from './parse-pattern.ts';

export interface Candidate {
  /** Position of the pattern in the list that was compiled. */
  readonly pattern: number;
  readonly conjunction: Conjunction;
}

export type Node =
  | { readonly kind: 'scan'; readonly candidates: readonly Candidate[] }
  | {
      readonly kind: 'split';
      readonly path: FieldPath;
      readonly byValue: ReadonlyMap<Primitive, Node>;
      /** Candidates that do not pin this field to exact values. */
      readonly rest: Node;
    };

/** Fewer candidates than this are tried one after another: cheaper than another look-up. */
const scanBelow = 6;

/**
 * Splits the candidates on the field that most of them pin to exact values, again and again: an event then meets only the
 * patterns that agree with it. The detail-type comes first wherever it divides at all.
 */
export function buildIndex(candidates: readonly Candidate[], used: ReadonlySet<string> = new Set()): Node {
  const path = candidates.length < scanBelow ? undefined : bestField(candidates, used);
  if (path === undefined) return { kind: 'scan', candidates };
  const groups = new Map<Primitive, Candidate[]>();
  const rest: Candidate[] = [];
  for (const candidate of candidates) {
    const pinned = candidate.conjunction.find((one) => one.path.name === path.name && pins(one));
    if (pinned === undefined) rest.push(candidate);
    else for (const value of pinned.exact) append(groups, value, candidate);
  }
  const deeper = new Set(used).add(path.name);
  const byValue = new Map([...groups].map(([value, group]) => [value, buildIndex(group, deeper)]));
  return { kind: 'split', path, byValue, rest: buildIndex(rest, deeper) };
}

/** Adds the positions of the patterns that match. */
export function search(node: Node, fields: EventFields, found: Set<number>): void {
  if (node.kind === 'scan') {
    for (const { pattern, conjunction } of node.candidates) {
      if (!found.has(pattern) && holds(conjunction, fields)) found.add(pattern);
    }
    return;
  }
  for (const { value } of fields.leaves(node.path)) {
    const child = node.byValue.get(value);
    if (child !== undefined) search(child, fields, found);
  }
  search(node.rest, fields, found);
}

function bestField(candidates: readonly Candidate[], used: ReadonlySet<string>): FieldPath | undefined {
  const fields = new Map<string, { path: FieldPath; pinned: number; values: Set<Primitive> }>();
  for (const condition of candidates.flatMap(({ conjunction }) => conjunction.filter(pins))) {
    if (used.has(condition.path.name)) continue;
    const field = fields.get(condition.path.name) ?? { path: condition.path, pinned: 0, values: new Set() };
    fields.set(condition.path.name, field);
    field.pinned += 1;
    for (const value of condition.exact) field.values.add(value);
  }
  const dividing = [...fields.values()].filter(({ values }) => values.size > 1);
  const byType = dividing.find(({ path }) => path.name === 'detail-type');
  if (byType !== undefined) return byType.path;
  return dividing.sort((a, b) => b.pinned - a.pinned || b.values.size - a.values.size)[0]?.path;
}

function pins(condition: Condition): boolean {
  return condition.tests.length === 0 && !condition.orAbsent;
}

function append(groups: Map<Primitive, Candidate[]>, value: Primitive, candidate: Candidate): void {
  const group = groups.get(value);
  if (group === undefined) groups.set(value, [candidate]);
  else group.push(candidate);
}
