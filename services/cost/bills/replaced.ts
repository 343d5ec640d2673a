import { billFileName, type BillFile } from '../../../shared/contracts/bill-received.ts';
import { counted } from '../../../shared/domain/counted.ts';
import type { IngestedBill } from '../../../shared/ports/ledger.ts';
import type { BillRecord } from './record.ts';

/** Two files that are read so shortly after each other are hardly a bill and its correction. */
const shortlyMs = 3_600_000;
const wayOut = 'parts of a bill belong into one file, or into one folder of an export';

/**
 * What somebody would want to know of a bill that takes the place of another. It is replaced whole, so a part of it (half of a month, one of
 * several accounts that share a billing account) takes the rest away. Pure.
 */
export function whatIsReplaced(
  bill: IngestedBill,
  known: BillRecord,
  { file, now }: { readonly file: BillFile; readonly now: number },
): readonly string[] {
  const { current: before } = known;
  return [
    ...(before.file.source === file.source
      ? []
      : [`it replaces the version that came from ${before.file.source}: one bill counts once, wherever it comes from`]),
    ...(before.currency === bill.currency
      ? []
      : [`it is in ${bill.currency}, and the version it replaces was in ${before.currency}`]),
    ...whatIsLost(bill, known, { file, now }),
  ];
}

/** Each with the way out, once. */
function whatIsLost(bill: IngestedBill, known: BillRecord, { file, now }: { file: BillFile; now: number }): string[] {
  const { current: before } = known;
  const told = [
    ...(takeTurns(known, file, now)
      ? [`${billFileName(before.file).slice(-200)} is this bill as well, and no longer counts`]
      : []),
    ...(isLess(bill, before) ? [`it has ${extentOf(bill)}, and replaces ${extentOf(before)}`] : []),
  ];
  return told.length === 0 ? [] : [`${told.join('; ')}: ${wayOut}`];
}

/** Of one source; an export that writes each run anew never comes back to a file that it has left. */
function takeTurns({ current, history }: BillRecord, file: BillFile, now: number): boolean {
  if (current.file.source !== file.source || current.file.location === file.location) return false;
  const isThis = (each: BillFile): boolean => each.source === file.source && each.location === file.location;
  return now - current.importedAt < shortlyMs || history.some((each) => isThis(each.file));
}

type Extent = Pick<IngestedBill, 'rows' | 'from' | 'to'>;

const isLess = (bill: Extent, before: Extent): boolean =>
  bill.from > before.from || bill.to < before.to || bill.rows * 2 < before.rows;

const extentOf = ({ rows, from, to }: Extent): string => `${counted(rows, 'row')} from ${from} to before ${to}`;
