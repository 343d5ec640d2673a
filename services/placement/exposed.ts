import type { Evaluation } from './evaluate.ts';
import type { DecideInput } from './input.ts';
import type { LinkLatency } from './link-latency.ts';
import { isOwed } from './retry.ts';
import { isRedundant, type Slots } from './slots.ts';
import type { Solved } from './solve.ts';

/** One try at a decision, whether or not everybody found a place. */
export interface Attempted {
  readonly slots: Slots;
  /** Per slot. */
  readonly evaluations: readonly Evaluation[];
  readonly latency: LinkLatency;
  readonly solved: Solved;
}

/**
 * Services that go without the second place their recovery asks for, because there is none: while ground is lost, one that serves is
 * worth more than a refusal. What the constraints ask for (residency, minimumClouds, minimumRegions) is never given up, and a spec
 * that asks for what no ground has is refused.
 * @param before those of the tries before this one
 */
export function exposedBy(
  input: DecideInput,
  { slots, evaluations, solved }: Attempted,
  before: ReadonlySet<string>,
): ReadonlySet<string> {
  const { services } = input.application;
  const owners = new Map([...slots.standbyAt].map(([service, standby]) => [standby, service]));
  const without = new Set(solved.solution.infeasible.map(({ service }) => owners.get(service) ?? service));
  const more = services.flatMap((service, i) => {
    const owes = without.has(i) && isRedundant(service) && !before.has(service.name);
    return owes && (isOwed(input.cause) || hasLostGround(evaluations[i])) ? [service.name] : [];
  });
  return new Set([...before, ...more]);
}

function hasLostGround(evaluation: Evaluation | undefined): boolean {
  return evaluation?.rejected.some(({ filter }) => filter === 'excluded' || filter === 'failed-lately') ?? false;
}
