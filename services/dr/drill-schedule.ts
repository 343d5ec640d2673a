import { drillRequested } from '../../shared/contracts/drill-requested.ts';
import type { Reader } from '../../shared/pipeline/handler.ts';
import { drillScheduleKey } from './keys.ts';
import type { DrSettings } from './settings.ts';
import type { Sheet } from './sheet.ts';

interface ScheduleRecord {
  readonly name: string;
  /** First heard of, or asked for last. */
  readonly at: number;
}

/** Items that one sweep takes for this; the next goes on. */
const mostAtOnce = 20;
const day = 24 * 3_600_000;

/** Asks for the drills of the configuration that are due. A new one is due first when its interval has passed once. */
export async function requestScheduled(
  { drills }: Pick<DrSettings, 'drills'>,
  { sheet, records, now }: { readonly sheet: Sheet; readonly records: Reader; readonly now: number },
): Promise<void> {
  for (const { name, target: scope, kind, everyDays } of drills) {
    if (sheet.items >= mostAtOnce) return;
    const key = drillScheduleKey(name);
    const known = await records.get<ScheduleRecord>(key);
    if (known !== undefined && now < known.at + everyDays * day) continue;
    sheet.write(key, { name, at: now } satisfies ScheduleRecord);
    if (known === undefined) continue;
    const reason = `by the schedule, every ${everyDays === 1 ? 'day' : `${everyDays} days`}`;
    sheet.say(drillRequested.draft({ drill: `${name}-${now}`, scope, kind, reason }));
  }
}
