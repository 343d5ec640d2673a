import type { NormalizedService } from '../../shared/domain/spec/normalized.ts';

/** How many targets a service is spread over. */
export function spread({ constraints }: Pick<NormalizedService, 'constraints'>): number {
  return Math.max(constraints.minimumClouds ?? 1, constraints.minimumRegions ?? 1);
}
