import { billImported } from '../../shared/contracts/bill-imported.ts';
import { billFileName, billReceived } from '../../shared/contracts/bill-received.ts';
import { billRefused, type BillProblem } from '../../shared/contracts/bill-refused.ts';
import { costSweepDue } from '../../shared/contracts/cost-sweep-due.ts';
import { counted } from '../../shared/domain/counted.ts';
import type { DataOf } from '../../shared/contracts/contract.ts';
import type { DeadLetter } from '../../shared/ports/event-log.ts';
import type { Connection } from '../client.ts';
import { deadLettersOf } from '../dead-letters.ts';
import { printTable } from '../fit.ts';
import { paint, print, table } from '../output.ts';
import type { LogEntry } from '../stream.ts';
import { billSources } from './bill-sources.ts';
import { billFiles, type BillFile } from './files.ts';
import { causedBy, type Imported, type Refused } from './log.ts';
import { difference, money } from './money.ts';
import { spanOf } from './period.ts';

/** What became of one file, or of a source that could not be looked through. */
export interface Outcome {
  readonly location: string;
  /** For people. */
  readonly name: string;
  /**
   * `known`: it was read before, or holds nothing newer than what counts. `waiting`: for another day's paid
   * requests. `failed`: it lies among the dead letters.
   */
  readonly result: 'imported' | 'refused' | 'known' | 'waiting' | 'failed';
  readonly bills: readonly Imported[];
  readonly problems: readonly BillProblem[];
}

export const isBad = ({ result }: Outcome): boolean => result === 'refused' || result === 'failed';

/** A request, as far as it has come. */
export interface Gathered {
  readonly outcomes: readonly Outcome[];
  /** Sources that are still looked through, and files that are there to be read and are not yet; for people. */
  readonly pending: readonly string[];
  /** When the last thing happened that is to be judged; milliseconds since the epoch. */
  readonly at: number;
}

/** What is waited for, until it comes or is found among the dead letters. */
interface Awaited {
  readonly location: string;
  readonly name: string;
  readonly isOf: (letter: DeadLetter) => boolean;
}

/** @param request id of the event that asked: an upload or a sweep */
export async function gathered(connection: Connection, request: string): Promise<Gathered | undefined> {
  const entries = await causedBy(connection, request);
  const [first] = entries;
  if (first === undefined) return undefined;
  const outcomes: Outcome[] = [];
  const awaited: Awaited[] = await sourcesIn(connection, entries, request);
  for (const file of filesIn(entries)) {
    // The record is written in one step with what is said of it: the log is read again behind it.
    const [record] = await billFiles(connection, file);
    if (record === undefined || !isOf(file, record.file)) awaited.push(awaitedFile(file));
    else outcomes.push(outcomeOf(file, record, await causedBy(connection, request)));
  }
  const letters = awaited.length === 0 ? [] : await deadLettersOf(connection, request);
  const pending: string[] = [];
  for (const { location, name, isOf } of awaited) {
    const letter = letters.find(isOf);
    if (letter === undefined) pending.push(name);
    else outcomes.push({ location, name, result: 'failed', bills: [], problems: [{ message: whyOf(letter) }] });
  }
  const imported = entries.filter(({ event }) => event.type === billImported.type);
  const times = [first, ...imported].map(({ event }) => Date.parse(event.time));
  return { outcomes, pending, at: Math.max(...times) };
}

const whyOf = ({ id, error }: DeadLetter): string =>
  `${error.name}: ${error.message}; when that is mended: npx homeostasis dead-letters redrive ${id}`;

/** Sources that were to be looked through, and have not been since. */
async function sourcesIn(connection: Connection, entries: readonly LogEntry[], sweep: string): Promise<Awaited[]> {
  const due = entries.flatMap(({ event }) => {
    const { source } = event.data as DataOf<typeof costSweepDue>;
    return event.type === costSweepDue.type && source !== undefined ? [{ source, at: Date.parse(event.time) }] : [];
  });
  if (due.length === 0) return [];
  const known = new Map((await billSources(connection)).map((each) => [each.name, each]));
  // By this sweep, whatever the clocks of two functions say; or by a later one.
  const isOpen = ({ source, at }: (typeof due)[number]): boolean => {
    const last = known.get(source);
    return last?.sweep !== sweep && (last?.lookedAt ?? 0) < at;
  };
  const open = due.filter(isOpen);
  return [...new Set(open.map(({ source }) => source))].map((source) => ({
    ...{ location: source, name: source },
    isOf: ({ event }) => event.type === costSweepDue.type && event.subject === source,
  }));
}

const awaitedFile = (file: File): Awaited => ({
  ...{ location: file.location, name: billFileName(file) },
  isOf: ({ event: { type, data } }) => {
    if (type !== billReceived.type) return false;
    const { source, location } = (data as DataOf<typeof billReceived>).file;
    return source === file.source && location === file.location;
  },
});

type File = DataOf<typeof billReceived>['file'];

/** What is on record is this one, or later: one that is sent once more is read once more. */
const isOf = (file: File, read: Pick<File, 'version' | 'writtenAt'>): boolean =>
  read.version === file.version && (read.writtenAt ?? 0) >= (file.writtenAt ?? 0);

function filesIn(entries: readonly LogEntry[]): readonly File[] {
  const received = entries.filter(({ event }) => event.type === billReceived.type);
  return received.map(({ event }) => (event.data as DataOf<typeof billReceived>).file);
}

function outcomeOf(file: File, { state, problem }: BillFile, entries: readonly LogEntry[]): Outcome {
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
  if (problem !== undefined) {
    // Refused before, and sent once more as it was.
    const result = state === 'waiting' ? 'waiting' : 'refused';
    return { ...which, result, bills: [], problems: [{ message: problem }] };
  }
  return { ...which, result: bills.length > 0 ? 'imported' : 'known', bills, problems: [] };
}

export function showOutcome({ name, result, bills, problems }: Outcome): void {
  const messages = problems.map(({ message }) => message).join('; ');
  switch (result) {
    case 'known':
      return print(`${name}: nothing new: it was read before, or a later file has its bills`);
    case 'failed':
      return print(`${name}: ${paint('red', 'failed')}: ${messages}`);
    case 'waiting':
      return print(`${name}: ${paint('yellow', 'waiting')}: ${messages}`);
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
