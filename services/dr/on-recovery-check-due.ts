import { recoveryCheckDue } from '../../shared/contracts/recovery-check-due.ts';
import { handler, nothing, type Handler } from '../../shared/pipeline/handler.ts';
import { lookAtDrill } from './drill.ts';
import { lookAtFailback } from './failback.ts';
import { finish } from './finish.ts';
import { begin, groundOf } from './ground.ts';
import { recoveryKey } from './keys.ts';
import type { RecoveryRecord } from './record.ts';
import type { DrSettings } from './settings.ts';
import { Sheet } from './sheet.ts';
import type { Work } from './stuck.ts';

/** It may be time to begin, or all may be done. */
export function onRecoveryCheckDue(settings: DrSettings): Handler {
  return handler({
    consumer: 'dr/on-recovery-check-due',
    contract: recoveryCheckDue,
    handle: async ({ data, dryrun }, { records, now }) => {
      if (dryrun) return nothing;
      const work = { sheet: new Sheet(), records, now, settings };
      if (data.expects === 'drill') {
        await lookAtDrill(data.recovery, data.since, work);
        return work.sheet.outcome();
      }
      const recovery = await records.get<RecoveryRecord>(recoveryKey(data.recovery));
      if (recovery === undefined) return nothing;
      switch (data.expects) {
        case 'start':
          await startWaiting(recovery, work);
          break;
        case 'progress':
          await finish(recovery, work);
          break;
        case 'stable':
          await lookAtFailback(recovery, data.since, work);
          break;
      }
      return work.sheet.outcome();
    },
  });
}

/** One that is held begins when it is let go. */
async function startWaiting(recovery: RecoveryRecord, work: Work & { readonly now: number }): Promise<void> {
  if (recovery.state !== 'waiting' || recovery.startedAt > work.now || recovery.control?.action === 'pause') return;
  await begin(recovery, await groundOf(recovery, work.records), work);
}
