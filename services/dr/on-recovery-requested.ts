import { recoveryRequested } from '../../shared/contracts/recovery-requested.ts';
import { handler, nothing, type Handler } from '../../shared/pipeline/handler.ts';
import { groundOf, recover, type Around } from './ground.ts';
import { cordonKey, isWhole } from './keys.ts';
import type { CordonRecord } from './record.ts';
import type { DrSettings } from './settings.ts';
import { Sheet } from './sheet.ts';
import { subjectOf } from './start.ts';
import { newerWord } from './word.ts';

/**
 * Somebody wants a recovery now. A whole scope stays out of use until he lifts that; one service's part, until its recovery is over: it
 * stays where it went by itself.
 */
export function onRecoveryRequested(settings: DrSettings): Handler {
  return handler({
    consumer: 'dr/on-recovery-requested',
    contract: recoveryRequested,
    handle: async ({ id, time, data, dryrun }, { records, now }) => {
      if (dryrun) return nothing;
      const subject = subjectOf(data);
      const { mode, reason, by: trigger } = data;
      const at = Date.parse(time);
      const around: Around = { sheet: new Sheet(), records, now, settings };
      const ground = await groundOf(subject, records);
      const cause = { subject, trigger, mode, reason, since: at, detectedAt: at } as const;
      if (!isWhole(subject)) {
        await recover(cause, ground, around);
        return around.sheet.outcome();
      }
      const key = cordonKey(subject.scope);
      const known = await records.get<CordonRecord>(key);
      const word = newerWord(known, { scope: subject.scope, mode, reason, at, id, lifted: false });
      if (word === undefined) return nothing;
      const recovery = await recover(cause, ground, around);
      return around.sheet.write(key, { ...word, ...(recovery === undefined ? {} : { recovery }) }).outcome();
    },
  });
}
