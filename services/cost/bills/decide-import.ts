import { billImported } from '../../../shared/contracts/bill-imported.ts';
import type { BillFile } from '../../../shared/contracts/bill-received.ts';
import { billRefused, type BillProblem } from '../../../shared/contracts/bill-refused.ts';
import type { Draft } from '../../../shared/contracts/contract.ts';
import type { Change, Outcome } from '../../../shared/pipeline/handler.ts';
import type { SpentPages } from '../../../shared/ports/bill-source.ts';
import type { Ingested, IngestedBill } from '../../../shared/ports/ledger.ts';
import { billFileKey, billKey, bounded, type BillFileRecord, type BillRecord, type BillVersion } from './record.ts';
import { whatIsReplaced } from './replaced.ts';

/** A bill and its event each, with the file's record, the mark and room to spare: what one transaction holds. */
const mostBills = 45;

export interface Importing {
  readonly file: BillFile;
  readonly ingested: Ingested;
  /** Records of the bills that are in it, as they stand. */
  readonly known: ReadonlyMap<string, BillRecord>;
  readonly sweep: string | undefined;
  readonly requests: number;
  readonly requestMicros: number;
  readonly now: number;
}

export const billIdOf = ({ provider, account, period }: IngestedBill): string => `${provider}/${account}/${period}`;

/** Every bill of the file counts from now on, but for those of which a later file has been read. All of it in one transaction. */
export function decideImport(importing: Importing): Outcome {
  const { file, ingested, sweep, requests, requestMicros, now } = importing;
  if (ingested.bills.length > mostBills) return decideRefusal(importing, [tooMany(ingested.bills.length)]);
  const changes: Change[] = [];
  const events: Draft[] = [];
  let older = 0;
  for (const bill of ingested.bills) {
    const known = importing.known.get(billIdOf(bill));
    if (isOlder(file, known)) older++;
    else if (known?.current.ledgerFile !== bill.file) {
      changes.push({ key: billKey(billIdOf(bill)), value: nextVersion(bill, known, importing) });
      events.push(said(bill, known, importing));
    }
  }
  const record: BillFileRecord = {
    file,
    state: older > 0 && older === ingested.bills.length ? 'older' : 'imported',
    at: now,
    sha256: ingested.sha256,
    bills: ingested.bills.map(billIdOf),
    ...(sweep === undefined ? {} : { sweep }),
    requests,
    requestMicros,
  };
  return { writes: [{ key: billFileKey(file), value: record }, ...changes], events };
}

/** Nothing of it counts; it is read again when it changes. */
export function decideRefusal(
  { file, sweep, requests, requestMicros, now }: Omit<Importing, 'ingested' | 'known'>,
  problems: readonly BillProblem[],
): Outcome {
  const some = problems.length === 0 ? [{ message: 'it holds no bill' }] : problems.slice(0, 50);
  const record: BillFileRecord = {
    file,
    state: 'refused',
    at: now,
    bills: [],
    problem: some[0]?.message ?? '',
    ...(sweep === undefined ? {} : { sweep }),
    requests,
    requestMicros,
  };
  return {
    writes: [{ key: billFileKey(file), value: record }],
    events: [billRefused.draft({ file, problems: some })],
  };
}

/**
 * What an allowance did not reach, a later sweep asks for; what was paid until then belongs to this one. A month of which no day's
 * allowance reaches the end is said to be refused, so that somebody raises it.
 */
export function decideWaiting(
  { file, sweep, now }: Pick<Importing, 'file' | 'sweep' | 'now'>,
  { message, paid, beginsAnew }: SpentPages,
): Outcome {
  const record: BillFileRecord = {
    file,
    state: 'waiting',
    at: now,
    bills: [],
    problem: message,
    ...(sweep === undefined ? {} : { sweep }),
    ...paid,
  };
  const events = beginsAnew ? [billRefused.draft({ file, problems: [{ message: message.slice(0, 500) }] })] : [];
  return { writes: [{ key: billFileKey(file), value: record }], events };
}

const tooMany = (bills: number): BillProblem => ({
  message: `the file holds ${bills} bills; at most ${mostBills} can be taken at once: split it by billing period or account`,
});

/** Order of arrival says nothing: an export of last week may be read after that of today. */
function isOlder(file: BillFile, known: BillRecord | undefined): boolean {
  const before = known?.current.file.writtenAt;
  return before !== undefined && file.writtenAt !== undefined && file.writtenAt < before;
}

function nextVersion(
  bill: IngestedBill,
  known: BillRecord | undefined,
  { file, ingested, now }: Importing,
): BillRecord {
  const { provider, account, period, currency, totalMicros, rows, from, to } = bill;
  const { sha256, format } = ingested;
  const version: BillVersion = {
    ledgerFile: bill.file,
    ...{ file, sha256, format, currency, totalMicros, rows, from, to, importedAt: now },
  };
  // A version that comes back is not dropped with the ones it replaces.
  const before = (known?.history ?? []).filter(({ ledgerFile }) => ledgerFile !== bill.file);
  const history = known === undefined ? [] : [{ ...known.current, replacedAt: now }, ...before];
  return { bill: billIdOf(bill), provider, account, period, current: version, history: bounded(history) };
}

function said(bill: IngestedBill, known: BillRecord | undefined, importing: Importing): Draft {
  const { file, ingested } = importing;
  const { period, currency, totalMicros, rows, from, to } = bill;
  const { sha256, format, warnings } = ingested;
  const replaced = known === undefined ? [] : whatIsReplaced(bill, known, importing);
  return billImported.draft({
    bill: billIdOf(bill),
    file,
    ...{ period, currency, totalMicros, rows, from, to, sha256, format },
    // A difference of two currencies is none.
    ...(known?.current.currency === currency ? { previousMicros: known.current.totalMicros } : {}),
    warnings: [...replaced, ...warnings].map((each) => each.slice(0, 500)).slice(0, 50),
  });
}
