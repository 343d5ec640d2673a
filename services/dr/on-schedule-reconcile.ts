import { recoveryCheckDue } from '../../shared/contracts/recovery-check-due.ts';
import { scheduleReconcile } from '../../shared/contracts/schedule-reconcile.ts';
import { handler, nothing } from '../../shared/pipeline/handler.ts';
import { dueDrills } from './drill.ts';
import { dueFailbacks } from './failback.ts';
import { recoveryKey, scopeGroundPrefix, serviceGroundPrefix } from './keys.ts';
import type { GroundRecord, RecoveryRecord } from './record.ts';
import { isOpen } from './service-recovery.ts';

/** Recoveries that one sweep looks at. */
const most = 80;

/** Whether recoveries are over is looked at when their last service is done; here, in case two were the last at once. */
export const onScheduleReconcile = handler({
  consumer: 'dr/on-schedule-reconcile',
  contract: scheduleReconcile,
  handle: async ({ dryrun }, { records, now }) => {
    if (dryrun) return nothing;
    const grounds = [
      ...(await records.list<GroundRecord>(scopeGroundPrefix, { limit: 500 })).items,
      ...(await records.list<GroundRecord>(serviceGroundPrefix, { limit: 500 })).items,
    ];
    const going = grounds.flatMap(({ value }) => (value.recovery === undefined ? [] : [value.recovery]));
    const found = await Promise.all(going.map((each) => records.get<RecoveryRecord>(recoveryKey(each))));
    const open = found.filter((each) => each !== undefined && isOpen(each) && each.walked).slice(0, most);
    const events = open.flatMap((each) =>
      each === undefined
        ? []
        : [recoveryCheckDue.draft({ recovery: each.recovery, expects: 'progress', since: each.since })],
    );
    return { events: [...events, ...(await dueFailbacks(records, now)), ...(await dueDrills(records, now))] };
  },
});
