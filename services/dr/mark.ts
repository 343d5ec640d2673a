import { limits, type Stored } from '../../shared/ports/record-store.ts';
import type { Work } from './stuck.ts';

/**
 * Another of the marks below `prefix`, as they will be when this step is done; undefined when `key` is the only one.
 *
 * Nothing guards a list: of two handlers at once, each goes by the other's mark. Who concludes from there being another writes that one anew:
 * then the later of both conflicts, and looks again. It is the one behind `key`, or the first: of a thousand, few then meet at the same one.
 */
export async function anotherMark(prefix: string, key: string, work: Work): Promise<Stored<unknown> | undefined> {
  return (await markLeft(prefix, key, work, key)) ?? markLeft(prefix, key, work);
}

/** A step may strike many, but not more than a transaction has items. */
async function markLeft(prefix: string, own: string, { sheet, records }: Work, after?: string) {
  for (const limit of [2, limits.transactionItems]) {
    const { items, next } = await records.list(prefix, { limit, ...(after === undefined ? {} : { after }) });
    const left = items.find(({ key }) => key !== own && (sheet.wordOn(key) ?? { value: key }).value !== undefined);
    if (left !== undefined || next === undefined) return left;
  }
  return undefined;
}
