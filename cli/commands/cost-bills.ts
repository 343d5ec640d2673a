import { billFileName } from '../../shared/contracts/bill-received.ts';
import { connect, type ConnectionOptions } from '../client.ts';
import { billSources } from '../cost/bill-sources.ts';
import { billFiles, type BillFile } from '../cost/files.ts';
import { money } from '../cost/money.ts';
import { monthOf, spanOf } from '../cost/period.ts';
import type { Bill } from '../cost/records.ts';
import { printTable } from '../fit.ts';
import { paint, print, printJson } from '../output.ts';
import { readAll } from '../recovery/read.ts';
import { moment } from '../recovery/show.ts';

interface BillsOptions extends ConnectionOptions {
  readonly period?: string;
  readonly json?: boolean;
}

/** `homeostasis cost bills`: those that count, the files that were refused, and where bills come from. */
export async function bills({ period, ...options }: BillsOptions): Promise<void> {
  const connection = connect(options);
  if (period !== undefined) monthOf(period, '--period');
  const [all, files, sources] = await Promise.all([
    readAll<Bill>(connection, 'cost/bills'),
    billFiles(connection),
    billSources(connection),
  ]);
  const shown = all.filter((each) => period === undefined || each.period === period);
  if (options.json) return printJson({ bills: shown, files, sources });
  if (shown.length === 0) print(nothingOf(period, all));
  else printTable(head, shown.sort(byName).map(row), { figures: ['total', 'days (UTC)', 'rows', 'versions before'] });
  list(paint('red', 'Refused, nothing of them counts:'), files, 'refused');
  list(paint('yellow', "Waiting for another day's paid requests:"), files, 'waiting');
  if (sources.length === 0) return;
  print();
  const places = sources.map(({ name, kind, lookedAt, files: there }) => [
    name,
    kind,
    lookedAt === undefined ? 'never' : moment(lookedAt),
    there === undefined ? '-' : String(there),
  ]);
  printTable(['bills come from', 'kind', 'looked through', 'files there'], places, { figures: ['files there'] });
}

function list(heading: string, files: readonly BillFile[], state: BillFile['state']): void {
  const those = files.filter((each) => each.state === state);
  if (those.length > 0) print(`\n${heading}`);
  for (const { file, problem, at } of those) {
    print(`  ${file.source}: ${billFileName(file)}, ${moment(at)}: ${problem ?? 'no reason was kept'}`);
  }
}

function nothingOf(period: string | undefined, all: readonly Bill[]): string {
  const periods = [...new Set(all.map((each) => each.period))].sort();
  return period === undefined || periods.length === 0
    ? nothing
    : `no bill of ${period}; there are bills of ${periods.join(', ')}`;
}

const nothing =
  'no bill so far: send one with "npx homeostasis cost import", or name a place of bills in the configuration (cost.bills)';
const head = ['bill', 'total', 'days (UTC)', 'from', 'imported', 'rows', 'read as', 'versions before'];

const byName = (a: Bill, b: Bill): number => (a.bill < b.bill ? -1 : 1);

function row({ bill, current, history }: Bill): string[] {
  const { file, format, currency, totalMicros, rows, from, to, importedAt } = current;
  return [
    bill,
    money(totalMicros, currency),
    spanOf(from, to),
    `${file.source}: ${billFileName(file)}`,
    moment(importedAt),
    String(rows),
    format,
    String(history.length),
  ];
}
