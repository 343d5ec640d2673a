import { moved, type AwaitedRecord, type RecommendationRecord } from './record.ts';

/** What placement made of it. */
export interface Answer {
  readonly direction: 'apply' | 'revert';
  readonly outcome: 'applied' | 'refused';
  readonly generation?: number;
  readonly reason: string;
}

/** After placement's answer. The rollout may have ended before it was heard. @returns the same record when it says nothing new */
export function answered(
  record: RecommendationRecord,
  { direction, outcome, generation, reason }: Answer,
  { awaited, now }: { readonly awaited: AwaitedRecord | undefined; readonly now: number },
): RecommendationRecord {
  if (record.state !== (direction === 'apply' ? 'accepted' : 'reverting')) return record;
  if (outcome === 'refused' || generation === undefined) return notTaken(record, { direction, reason }, now);
  const carried =
    direction === 'apply'
      ? moved({ ...record, generation }, 'applied', `generation ${generation} carries it`, now)
      : { ...record, revertGeneration: generation };
  return ended(carried, generation, { awaited, now });
}

function notTaken(
  record: RecommendationRecord,
  { direction, reason }: Pick<Answer, 'direction' | 'reason'>,
  now: number,
): RecommendationRecord {
  if (direction === 'apply') return moved(record, 'refused', reason, now);
  return moved(record, record.previous ?? 'live', `could not be taken back: ${reason}`, now);
}

function ended(
  carried: RecommendationRecord,
  generation: number,
  { awaited, now }: { readonly awaited: AwaitedRecord | undefined; readonly now: number },
): RecommendationRecord {
  if (awaited === undefined) return carried;
  if (awaited.failed.includes(generation)) return failed(carried, generation, 'its rollout failed', now);
  return awaited.completed >= generation ? completed(carried, awaited.completed, now) : carried;
}

/** A rollout completed: what this or an earlier generation carries stands. */
export function completed(record: RecommendationRecord, generation: number, now: number): RecommendationRecord {
  const { state, generation: own = Infinity, revertGeneration = Infinity } = record;
  if (state === 'applied' && own <= generation) {
    return moved({ ...record, liveAt: now }, 'live', `stands since generation ${generation}; bills will tell`, now);
  }
  if (state === 'reverting' && revertGeneration <= generation) {
    return moved(record, 'reverted', `taken back with generation ${generation}`, now);
  }
  return record;
}

/** A rollout failed: placement goes back to what ran before. */
export function failed(
  record: RecommendationRecord,
  generation: number,
  why: string,
  now: number,
): RecommendationRecord {
  const { state } = record;
  if ((state === 'applied' || state === 'live') && record.generation === generation) {
    const { liveAt: _, ...rest } = record;
    return moved(rest, 'failed', why, now);
  }
  if (state === 'reverting' && record.revertGeneration === generation) {
    return moved(record, record.previous ?? 'live', `could not be taken back: ${why}`, now);
  }
  return record;
}
