import { drillRequested } from '../../shared/contracts/drill-requested.ts';
import type { Reader } from '../../shared/pipeline/handler.ts';
import { drillingPrefix, drillScheduleKey } from './keys.ts';
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
  const { items } = await records.list(drillingPrefix, { limit: 1 });
  let busy = items.length > 0;
  for (const { name, target: scope, kind, everyDays } of drills) {
    if (sheet.items >= mostAtOnce) return;
    const key = drillScheduleKey(name);
    const known = await records.get<ScheduleRecord>(key);
    const due = known === undefined || now >= known.at + everyDays * day;
    // One at a time: what is due meanwhile is asked for when that is over.
    if (!due || (known !== undefined && busy)) continue;
    sheet.write(key, { name, at: now } satisfies ScheduleRecord);
    if (known === undefined) continue;
    const reason = `by the schedule, every ${everyDays === 1 ? 'day' : `${everyDays} days`}`;
    busy = true;
    sheet.say(drillRequested.draft({ drill: `${name}-${now}`, scope, kind, reason }));
  }
}
