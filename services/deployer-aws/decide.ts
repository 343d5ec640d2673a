import type { Service } from '@aws-sdk/client-ecs';
import { driftOf } from './drift.ts';
import type { Plan } from './plan.ts';
import { fromWire, readMarks } from './tags.ts';

/** What an apply has to do about what stands. */
export type Decision =
  | { readonly kind: 'create' }
  /** A newer generation stands. */
  | { readonly kind: 'stale'; readonly generation: number }
  | { readonly kind: 'already-so' }
  /** Only the generation is new. */
  | { readonly kind: 'retag' }
  | { readonly kind: 'scale' }
  /** Another definition: a rollout. */
  | { readonly kind: 'replace' };

/**
 * @param standing the active service under the name that the plan gives it.
 * @param others active services of this deployment in another shape: they only count for the fence.
 */
export function decide(plan: Plan, standing: Service | undefined, others: readonly Service[]): Decision {
  const { command } = plan;
  const newest = generationOf([...(standing === undefined ? [] : [standing]), ...others]);
  if (newest > command.generation) return { kind: 'stale', generation: newest };
  if (standing === undefined) return { kind: 'create' };
  const marks = readMarks(fromWire(standing.tags));
  const drift = driftOf(standing, marks);
  const told = marks.generation === command.generation && marks.specHash === command.specHash;
  if (told && drift.length === 0) return { kind: 'already-so' };
  if (marks.planHash !== plan.hash || drift.some((line) => line.startsWith('task definition'))) {
    return { kind: 'replace' };
  }
  return standing.desiredCount === command.workload.replicas ? { kind: 'retag' } : { kind: 'scale' };
}

/** 0 when no tag tells: anything may replace it. */
export const generationOf = (services: readonly Service[]): number =>
  Math.max(0, ...services.map(({ tags }) => readMarks(fromWire(tags)).generation ?? 0));
