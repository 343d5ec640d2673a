import type { NormalizedService } from '../../../shared/domain/spec/normalized.ts';

/** As few replicas as its spread and its tier allow; what has a second one keeps it. */
export function replicaFloor({ constraints, tier, recovery, replicas }: NormalizedService): number {
  const redundant = tier === 'critical' || recovery.standby === 'active-active' || replicas >= 2;
  return Math.max(1, constraints.minimumClouds, constraints.minimumRegions, redundant ? 2 : 1);
}

/** Requests can go to any replica: fewer of them do the same work. */
export const isShared = ({ ports, stateless }: NormalizedService): boolean =>
  stateless && ports.some(({ protocol }) => protocol !== 'TCP');
