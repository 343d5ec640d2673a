import type { Candidate, Problem } from '../../shared/domain/solver/index.ts';
import { REGIONS } from './world.ts';

/**
 * Penalties of one plain web service (0.5 vCPU, 1 GiB) under the default weights, as placement scores the catalogue: on Fargate,
 * whose default quota of 6 vCPU per region takes twelve of them, and elsewhere, where no quota binds.
 */
const LIMITED = [0.02, 0.048, 0.048, 0.048, 0.06, 0.073, 0.073, 0.085, 0.085, 0.098, 0.101, 0.11, 0.228];
const OPEN = [0.25, 0.264, 0.264, 0.433, 0.433, 0.47, 0.485, 0.485, 0.49, 0.58, 0.58, 0.58];
const CAPACITY = 6;

/** Services that are all the same, and more of them than the good places hold: what a template or a fleet looks like. */
export function alike(count: number): Problem {
  const limited = LIMITED.map((penalty, id): Candidate => ({
    id,
    cloud: 0,
    location: id,
    quota: id,
    load: 0.5,
    penalty,
  }));
  const open = OPEN.map((penalty, i): Candidate => {
    const cloud = 1 + (i % 2);
    return { id: LIMITED.length + i, cloud, location: cloud * REGIONS + i, quota: undefined, load: 0.5, penalty };
  });
  const service = { candidates: [...limited, ...open], picks: 1, minimumClouds: 1, minimumRegions: 1, weight: 0.5 };
  return {
    services: Array.from({ length: count }, () => service),
    quotas: LIMITED.map(() => ({ capacity: CAPACITY })),
    links: [],
    egress: () => 0,
  };
}
