import type { ReplicaStatus } from './types.ts';

export interface ReplicaPlan {
  /** How many replicas of the wanted revision to add. */
  readonly start: number;
  /** Ids of replicas to drain. */
  readonly stop: readonly string[];
}

/** Least useful first, so that scaling down hits what does not serve anyway. */
const usefulness: Record<ReplicaStatus['state'], number> = { failed: 0, pending: 1, running: 2, ready: 3, stopping: 4 };
const leastUsefulFirst = (a: ReplicaStatus, b: ReplicaStatus) => usefulness[a.state] - usefulness[b.state];

/**
 * What to start and stop next. Make before break: a replica of an old revision goes only for a ready one of the new, and what is
 * left of the old goes once the new one is complete, so that the number of ready replicas never falls below the wanted one.
 */
export function planReplicas(
  wanted: { readonly revision: string; readonly replicas: number },
  present: readonly ReplicaStatus[],
): ReplicaPlan {
  const live = present.filter((replica) => replica.state !== 'stopping');
  const current = live.filter((replica) => replica.revision === wanted.revision).sort(leastUsefulFirst);
  const old = live.filter((replica) => replica.revision !== wanted.revision).sort(leastUsefulFirst);
  const excess = current.slice(0, Math.max(0, current.length - wanted.replicas));
  const readyNew = current.slice(excess.length).filter((replica) => replica.state === 'ready').length;
  const retire = readyNew >= wanted.replicas ? old : surplus(old, readyNew, wanted.replicas);
  return {
    start: Math.max(0, wanted.replicas - current.length),
    stop: [...excess, ...retire].map((replica) => replica.id),
  };
}

function surplus(old: readonly ReplicaStatus[], readyNew: number, wanted: number): readonly ReplicaStatus[] {
  const ready = old.filter((replica) => replica.state === 'ready');
  return ready.slice(0, Math.max(0, readyNew + ready.length - wanted));
}
