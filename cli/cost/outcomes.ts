import { billImported } from '../../shared/contracts/bill-imported.ts';
import { billFileName, billReceived } from '../../shared/contracts/bill-received.ts';
import { billRefused, type BillProblem } from '../../shared/contracts/bill-refused.ts';
import { counted } from '../../shared/domain/counted.ts';
import type { DataOf } from '../../shared/contracts/contract.ts';
import type { Connection } from '../client.ts';
import { printTable } from '../fit.ts';
import { paint, print, table } from '../output.ts';
import type { LogEntry } from '../stream.ts';
import { billFiles } from './files.ts';
import { causedBy, type Imported, type Refused } from './log.ts';
import { difference, money } from './money.ts';
import { spanOf } from './period.ts';

/** What became of one file. */
export interface Outcome {
  readonly location: string;
  /** For people. */
  readonly name: string;
  /** `known`: it was read before, or holds nothing newer than what counts. */
  readonly result: 'imported' | 'refused' | 'known';
  readonly bills: readonly Imported[];
  readonly problems: readonly BillProblem[];
}

/** A request, as far as it has come. */
export interface Gathered {
  readonly outcomes: readonly Outcome[];
  /** Files that are there to be read, and are not yet. */
  readonly pending: readonly string[];
  /** When the last thing happened that is to be judged; milliseconds since the epoch. */
  readonly at: number;
}

/** @param request id of the event that asked: an upload or a sweep */
export async function gathered(connection: Connection, request: string): Promise<Gathered | undefined> {
  const entries = await causedBy(connection, request);
  const [first] = entries;
  if (first === undefined) return undefined;
  const outcomes: Outcome[] = [];
  const pending: string[] = [];
  for (const file of filesIn(entries)) {
    // The record is written in one step with what is said of it: the log is read again behind it.
    const [record] = await billFiles(connection, file);
    if (record === undefined || !isOf(file, record.file)) pending.push(billFileName(file));
    else outcomes.push(outcomeOf(file, record.problem, await causedBy(connection, request)));
  }
  const imported = entries.filter(({ event }) => event.type === billImported.type);
  const times = [first, ...imported].map(({ event }) => Date.parse(event.time));
  return { outcomes, pending, at: Math.max(...times) };
}

type File = DataOf<typeof billReceived>['file'];

/** What is on record is this one, or later: one that is sent once more is read once more. */
const isOf = (file: File, read: Pick<File, 'version' | 'writtenAt'>): boolean =>
  read.version === file.version && (read.writtenAt ?? 0) >= (file.writtenAt ?? 0);

function filesIn(entries: readonly LogEntry[]): readonly File[] {
  const received = entries.filter(({ event }) => event.type === billReceived.type);
  return received.map(({ event }) => (event.data as DataOf<typeof billReceived>).file);
}

function outcomeOf(file: File, problem: string | undefined, entries: readonly LogEntry[]): Outcome {
  const { location } = file;
  const which = { location, name: billFileName(file) };
  const said = <T extends { readonly file: File }>(type: string): T[] =>
    entries
      .filter(({ event }) => event.type === type)
      .map(({ event }) => event.data as T)
      .filter((each) => each.file.source === file.source && each.file.location === location);
  const bills = said<Imported>(billImported.type);
  const problems = said<Refused>(billRefused.type).flatMap((each) => each.problems);
  if (problems.length > 0) return { ...which, result: 'refused', bills: [], problems };
  // Refused before, and sent once more as it was.
  if (problem !== undefined) return { ...which, result: 'refused', bills: [], problems: [{ message: problem }] };
  return { ...which, result: bills.length > 0 ? 'imported' : 'known', bills, problems: [] };
}

export function showOutcome({ name, result, bills, problems }: Outcome): void {
  switch (result) {
    case 'known':
      return print(`${name}: nothing new: it was read before, or a later file has its bills`);
    case 'refused':
      return showProblems(name, problems);
    case 'imported':
      return showBills(name, bills);
  }
}

function showProblems(name: string, problems: readonly BillProblem[]): void {
  print(`${name}: ${paint('red', 'refused')}; nothing of it was imported`);
  const rows = problems.map(({ row, column, message, rows: many }) => [
    row === undefined ? '-' : String(row),
    column ?? '-',
    many === undefined ? '-' : String(many),
    message,
  ]);
  print(
    table(
      ['  row', 'column', 'rows', 'problem'],
      rows.map(([row = '', ...rest]) => [`  ${row}`, ...rest]),
      ['rows'],
    ),
  );
}

function showBills(name: string, bills: readonly Imported[]): void {
  const [first] = bills;
  if (first === undefined) return;
  print(`${name}: ${paint('green', counted(bills.length, 'bill'))} imported, read as ${first.format}`);
  const rows = bills.map(({ bill, totalMicros, previousMicros, currency, rows: many, from, to }) => [
    `  ${bill}`,
    money(totalMicros, currency),
    previousMicros === undefined ? 'new' : difference(totalMicros - previousMicros, currency),
    String(many),
    spanOf(from, to),
  ]);
  printTable(['  bill', 'total', 'change', 'rows', 'days (UTC)'], rows, {
    figures: ['total', 'change', 'rows', 'days (UTC)'],
  });
  for (const warning of new Set(bills.flatMap(({ warnings }) => warnings))) print(paint('yellow', `  ${warning}`));
}
