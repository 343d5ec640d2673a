import type { DeploymentRecord, Expectation, ServiceExpectation } from './record.ts';
import { fileExpectation } from './track.ts';

/** What the newest placement of a service means for one target. */
export function expectationOf({ generation, since, placement }: ServiceExpectation, target: string): Expectation {
  const replicas = placement?.targets.find((each) => each.target === target)?.replicas;
  return {
    generation,
    wanted: replicas !== undefined,
    routed: placement?.routed ?? false,
    specHash: placement?.specHash ?? '',
    replicas: replicas ?? 0,
    since,
    deadlineMs: (placement?.progressDeadlineSeconds ?? 0) * 1000,
  };
}

/**
 * A target that was never heard of, in a service that was: what is reported there of a generation we know of is no one's wish, and
 * is to go.
 */
export function adopt(
  record: DeploymentRecord,
  known: ServiceExpectation | undefined,
  generation: number,
): DeploymentRecord {
  if (record.expected !== undefined || known === undefined || generation > known.generation) return record;
  return fileExpectation(record, expectationOf(known, record.target));
}
