import type { Draft } from '../../shared/contracts/contract.ts';
import { recoveryCheckDue } from '../../shared/contracts/recovery-check-due.ts';
import { scheduleReconcile } from '../../shared/contracts/schedule-reconcile.ts';
import { handler, nothing, type Handler, type Reader } from '../../shared/pipeline/handler.ts';
import { requestScheduled } from './drill-schedule.ts';
import { dueDrills } from './drill.ts';
import { dueFailbacks } from './failback.ts';
import { forgetOld } from './forget.ts';
import { openRecoveryPrefix, recoveryKey } from './keys.ts';
import type { RecoveryRecord } from './record.ts';
import type { DrSettings } from './settings.ts';
import { Sheet } from './sheet.ts';
import { isOpen } from './service-recovery.ts';

/** Recoveries that one sweep looks at. */
const most = 60;

/** Whether recoveries are over is looked at when their last service is done; here, whether those that had no place left have come right. */
export function onScheduleReconcile(settings: DrSettings): Handler {
  return handler({
    consumer: 'dr/on-schedule-reconcile',
    contract: scheduleReconcile,
    handle: async ({ data, dryrun }, { records, now }) => {
      // A sweep over a thousand deployments has hundreds of steps: one look at its beginning is enough.
      if (dryrun || data.after !== undefined) return nothing;
      const sheet = new Sheet();
      await requestScheduled(settings, { sheet, records, now });
      const due = [...(await dueFailbacks(records, now)), ...(await dueDrills(records, now))];
      sheet.say(...due, ...(await openRecoveries(records, most - due.length)));
      await forgetOld(settings, { sheet, records, now });
      return sheet.outcome();
    },
  });
}

async function openRecoveries(records: Reader, limit: number): Promise<readonly Draft[]> {
  const { items } = await records.list<{ readonly recovery: string }>(openRecoveryPrefix, { limit: 1000 });
  const found = await Promise.all(items.map(({ value }) => records.get<RecoveryRecord>(recoveryKey(value.recovery))));
  const open = found.filter((each) => each !== undefined && isOpen(each) && each.walked).slice(0, limit);
  return open.flatMap((each) =>
    each === undefined
      ? []
      : [recoveryCheckDue.draft({ recovery: each.recovery, expects: 'progress', since: each.since })],
  );
}
