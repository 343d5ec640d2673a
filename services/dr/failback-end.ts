import { failbackEnded } from '../../shared/contracts/failback-ended.ts';
import { counted } from '../../shared/domain/counted.ts';
import type { FailbackRecord } from './failback-record.ts';
import type { Around } from './ground.ts';
import { failbackKey, failingBackKey } from './keys.ts';

/** It is over: kept for whoever asks, said where anything was to go back. */
export async function end(record: FailbackRecord, around: Around, why?: string): Promise<void> {
  const { sheet, records, now } = around;
  const { recovery, scope, state, returned, left } = record;
  await records.get(failbackKey(recovery));
  if ((await records.get(failingBackKey(recovery))) !== undefined) sheet.write(failingBackKey(recovery), undefined);
  const reason = why ?? `${counted(returned, 'service')} went back, ${left.length} did not`;
  sheet.write(failbackKey(recovery), { ...record, batch: [], endedAt: now, reason: reason.slice(0, 500) });
  // Nobody waits to hear that nothing was to go back, unless he asked.
  if (state === 'suggested' || (record.by !== 'operator' && returned + left.length === 0)) return;
  const outcome = state === 'stopped' ? 'stopped' : 'completed';
  sheet.say(
    failbackEnded.draft({ recovery, scope, outcome, returned, left: [...left], reason: reason.slice(0, 1000) }),
  );
}
