import type { Change, HandlerContext } from '../../../shared/pipeline/handler.ts';
import { settled } from './awaited.ts';
import { awaitedKey, inHand, recommendationKey, type AwaitedRecord, type RecommendationRecord } from './record.ts';

export interface RolledOut {
  readonly record: (record: RecommendationRecord) => RecommendationRecord;
  /** What is remembered while placement's answer is not heard yet. */
  readonly awaited: (awaited: AwaitedRecord) => Partial<Pick<AwaitedRecord, 'completed' | 'failed'>>;
}

/** A rollout of the application has ended, well or not: what awaited it moves on. Where nothing does, nothing is read or written. */
export async function rolledOut(
  application: string,
  { records }: HandlerContext,
  ended: RolledOut,
): Promise<readonly Change[]> {
  const awaited = await records.get<AwaitedRecord>(awaitedKey(application));
  if (awaited === undefined) return [];
  const writes: Change[] = [];
  const left: string[] = [];
  for (const id of awaited.ids) {
    const key = recommendationKey(id);
    const record = await records.get<RecommendationRecord>(key);
    if (record === undefined) continue;
    const value = ended.record(record);
    if (value !== record) writes.push({ key, value });
    if (inHand.has(value.state)) left.push(id);
  }
  return [...writes, settled(awaited, left, ended.awaited(awaited))];
}
