import { recoveryCheckDue } from '../../shared/contracts/recovery-check-due.ts';
import { limits } from '../../shared/ports/record-store.ts';
import { recoveringKey, recoveringOf } from './keys.ts';
import type { ServiceRecoveryRecord } from './record.ts';
import type { Work } from './stuck.ts';

/**
 * Takes a service from those its recovery waits for. With the last one the recovery may be over: whether it is, is looked at by itself,
 * not by a thousand services at once. One that leaves others behind writes the mark of one of them anew: nothing guards a list, and two
 * that end at once would each go by the other's mark. So the later one conflicts, looks again, and finds itself the last.
 */
export async function strike(of: ServiceRecoveryRecord, work: Work): Promise<void> {
  const { sheet, records } = work;
  const { recovery, since } = of;
  const key = recoveringKey(recovery, of);
  await records.get(key);
  sheet.write(key, undefined);
  // The one behind it, or the first: of a thousand that end, few then meet at the same mark.
  const other = (await markLeft(recovery, work, key)) ?? (await markLeft(recovery, work));
  if (other === undefined) sheet.say(recoveryCheckDue.draft({ recovery, expects: 'progress', since }));
  else sheet.write(other.key, other.value);
}

/** A mark that stands, and will when this step is done: a step may strike many, but not more than a transaction has items. */
async function markLeft(recovery: string, { sheet, records }: Work, after?: string) {
  for (const limit of [2, limits.transactionItems]) {
    const from = after === undefined ? {} : { after };
    const { items, next } = await records.list<{ readonly recovery: string }>(recoveringOf(recovery), {
      limit,
      ...from,
    });
    const left = items.find(({ key }) => (sheet.wordOn(key) ?? { value: key }).value !== undefined);
    if (left !== undefined || next === undefined) return left;
  }
  return undefined;
}
