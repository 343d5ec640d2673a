import type { Change, Reader } from '../../../shared/pipeline/handler.ts';
import { awaitedKey, type AwaitedRecord } from './record.ts';

/** The note that these await a rollout: only then are rollouts of the application listened to. */
export async function awaiting(
  application: string,
  ids: readonly string[],
  records: Reader,
): Promise<readonly Change[]> {
  const key = awaitedKey(application);
  const known = await records.get<AwaitedRecord>(key);
  const value: AwaitedRecord = {
    application,
    ids: [...new Set([...(known?.ids ?? []), ...ids])].sort(),
    completed: known?.completed ?? 0,
    failed: known?.failed ?? [],
  };
  return [{ key, value }];
}

/** Without those whose rollout has ended; gone with the last. @param change what more is known of rollouts */
export function settled(
  known: AwaitedRecord,
  left: readonly string[],
  change: Partial<Pick<AwaitedRecord, 'completed' | 'failed'>> = {},
): Change {
  const key = awaitedKey(known.application);
  return { key, value: left.length === 0 ? undefined : ({ ...known, ...change, ids: left } satisfies AwaitedRecord) };
}
