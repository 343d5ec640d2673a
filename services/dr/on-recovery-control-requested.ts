import { recoveryControlRequested } from '../../shared/contracts/recovery-control-requested.ts';
import { handler, nothing } from '../../shared/pipeline/handler.ts';
import { control } from './control.ts';
import { recoveryKey } from './keys.ts';
import type { RecoveryRecord } from './record.ts';
import { Sheet } from './sheet.ts';

/** An operator holds a recovery, lets it go on, or ends it. The newest word holds. */
export const onRecoveryControlRequested = handler({
  consumer: 'dr/on-recovery-control-requested',
  contract: recoveryControlRequested,
  handle: async ({ data, time, source, dryrun }, { records, now }) => {
    if (dryrun) return nothing;
    const recovery = await records.get<RecoveryRecord>(recoveryKey(data.recovery));
    const at = Date.parse(time);
    if (recovery === undefined || (recovery.control?.at ?? -1) >= at) return nothing;
    const { action, reason } = data;
    const work = { sheet: new Sheet(), records, now };
    await control(recovery, { action, at, reason, by: source }, work);
    return work.sheet.outcome();
  },
});
