import { recoveryCheckDue } from '../../shared/contracts/recovery-check-due.ts';
import type { DrillingMark, DrillRecord } from './drill-record.ts';
import type { Around } from './ground.ts';
import { drillingKey, drillKey } from './keys.ts';

/** Notes the drill, and looks again. The sweep does too, should that note be lost. */
export async function again(drill: DrillRecord, { sheet, records, now }: Around, delayMs: number): Promise<void> {
  const { drill: id, scope } = drill;
  const check = Math.max(now, drill.check + 1);
  const mark: DrillingMark = { drill: id, scope, check, dueAt: now + delayMs + 60_000 };
  await records.get(drillKey(id));
  await records.get(drillingKey(id));
  sheet
    .write(drillKey(id), { ...drill, check } satisfies DrillRecord)
    .write(drillingKey(id), mark)
    .say(recoveryCheckDue.draft({ recovery: id, expects: 'drill', since: check }, { delayMs }));
}
