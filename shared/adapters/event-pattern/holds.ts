import { joinMembership, leavesOf, type FieldPath, type Leaf, type Membership } from './field-path.ts';
import type { Primitive } from './leaf-rule.ts';
import type { Condition, Conjunction } from './parse-pattern.ts';

/** The fields of one event, each looked up once however many patterns ask. */
export class EventFields {
  readonly #event: object;
  readonly #leaves = new Map<string, readonly Leaf[]>();

  constructor(event: object) {
    this.#event = event;
  }

  leaves(path: FieldPath): readonly Leaf[] {
    let found = this.#leaves.get(path.name);
    if (found === undefined) {
      found = leavesOf(this.#event, path);
      this.#leaves.set(path.name, found);
    }
    return found;
  }
}

/**
 * Whether every condition holds, with one consistent choice of array elements: where an event has an array of objects, the
 * fields that matched inside it must belong to the same element.
 */
export function holds(conjunction: Conjunction, fields: EventFields): boolean {
  const options: Options[] = [];
  let inArrays = false;
  for (const condition of conjunction) {
    const all = fields.leaves(condition.path);
    const passing = all.filter((leaf) => passes(condition, leaf.value));
    if (passing.length === 0 && !condition.orAbsent) return false;
    options.push({ all, passing, orAbsent: condition.orAbsent });
    inArrays ||= all.some((leaf) => leaf.membership.length > 0);
  }
  if (inArrays) return consistent(options, { index: 0, membership: [], absent: [] });
  return options.every(({ all, passing }) => passing.length > 0 || all.length === 0);
}

interface Options {
  readonly all: readonly Leaf[];
  readonly passing: readonly Leaf[];
  readonly orAbsent: boolean;
}

interface Chosen {
  readonly index: number;
  readonly membership: Membership;
  /** Fields chosen to be absent: settled last, when the elements of all others are known. */
  readonly absent: readonly (readonly Leaf[])[];
}

function passes(condition: Condition, value: Primitive): boolean {
  return condition.exact.has(value) || condition.tests.some((test) => test(value));
}

function consistent(options: readonly Options[], so: Chosen): boolean {
  const option = options[so.index];
  if (option === undefined) {
    // A field is absent when no value of it belongs to the elements that were chosen for the others.
    return so.absent.every((all) => all.every((leaf) => joinMembership(so.membership, leaf.membership) === undefined));
  }
  const index = so.index + 1;
  const present = option.passing.some((leaf) => {
    const membership = joinMembership(so.membership, leaf.membership);
    return membership !== undefined && consistent(options, { ...so, index, membership });
  });
  return present || (option.orAbsent && consistent(options, { ...so, index, absent: [...so.absent, option.all] }));
}
