import type { DuckDBConnection } from '@duckdb/node-api';
import type { BillProblem } from '../../contracts/bill-refused.ts';
import { BillRefused } from '../../ports/ledger.ts';
import type { Check } from './checks.ts';
import { nameOf, groupChecks, rowChecks } from './checks.ts';
import { shown } from './csv-header.ts';
import { rowsOf } from './engine.ts';
import { rowsOfBill } from './scan.ts';
import { literal } from './sql.ts';
import { firstLine, mostRejects, type Table } from './table.ts';

export const mostProblems = 50;

/** Everything that is wrong with a file, each with the first row that has it and how many have. Reads the file once more. */
export async function explain(db: DuckDBConnection, table: Table, tomorrow: string): Promise<BillProblem[]> {
  try {
    const found = await checked(db, table, [...rowChecks, ...groupChecks(tomorrow)]);
    return [...(await brokenRows(db, table)), ...found].slice(0, mostProblems);
  } catch (error) {
    return [
      {
        message: `${table.name} cannot be read to its end, it may be cut or damaged: ${firstLine(error)}`.slice(0, 500),
      },
    ];
  }
}

async function checked(db: DuckDBConnection, table: Table, checks: readonly Check[]): Promise<BillProblem[]> {
  const counted = checks.flatMap(({ when, shows }, at) => [
    `count(*) FILTER (WHERE ${when}) AS n${at}`,
    `min(row) FILTER (WHERE ${when}) AS row${at}`,
    `arg_min(${shows}::VARCHAR, row) FILTER (WHERE ${when}) AS value${at}`,
  ]);
  const [answer = {}] = await rowsOf<Record<string, unknown>>(
    db,
    `SELECT ${counted.join(', ')} FROM (SELECT *, CAST(charge_start AS DATE) AS day, row_number() OVER () AS row
      FROM (${rowsOfBill(table, table.lenient)}))`,
  );
  return checks.flatMap(({ meaning, message }, at) => {
    const rows = Number(answer[`n${at}`] ?? 0);
    if (rows === 0) return [];
    const value = answer[`value${at}`];
    const row = Number(answer[`row${at}`]);
    const column = table.read.found[meaning] ?? nameOf(meaning);
    const said = typeof value === 'string' ? ` "${shown(value)}"` : '';
    return [{ row, column, message: `${table.name}, row ${row}: ${column}${said} ${message}`.slice(0, 500), rows }];
  });
}

/** What can be said of a file whose reading ended early, when its rows by themselves look well. */
export function endedEarly(table: Table, error: unknown): BillProblem {
  const { message } = error as Error;
  const line = /CSV Error on Line: (\d+)/.exec(message)?.[1];
  const where = line === undefined ? table.name : `${table.name}, line ${line}`;
  const why = /unicode/i.test(message)
    ? 'not UTF-8; export it as UTF-8'
    : `it cannot be read on, it may be cut or damaged: ${firstLine(error)}`;
  return { ...(Number(line) > 1 ? { row: Number(line) - 1 } : {}), message: `${where}: ${why}`.slice(0, 500) };
}

interface Reject {
  readonly error_type: string;
  readonly line: bigint;
  readonly column_name: string | null;
  readonly error_message: string;
  /** Lines that have it. */
  readonly lines: bigint;
}

/**
 * What is no row at all, which the engine set aside when it was asked to be lenient: a row that is cut lacks each of its last columns,
 * and is one problem none the less.
 */
async function brokenRows(db: DuckDBConnection, table: Table): Promise<BillProblem[]> {
  if (table.lenient === undefined) return [];
  const rejects = await rowsOf<Reject>(
    db,
    `SELECT error_type::VARCHAR AS error_type, min(line) AS line, arg_min(column_name, (line, column_idx)) AS column_name,
       arg_min(error_message, (line, column_idx)) AS error_message, count(DISTINCT line) AS lines
     FROM reject_errors GROUP BY error_type ORDER BY line`,
  );
  const [kept] = await rowsOf<{ n: bigint }>(db, 'SELECT count(*) AS n FROM reject_errors');
  await db.run('DROP TABLE reject_errors');
  await db.run('DROP TABLE reject_scans');
  return rejects.map(({ error_type, line, column_name, error_message, lines }) => ({
    // Lines and rows are the same where no field holds a line break; the message says line.
    ...(line > 1n ? { row: Number(line) - 1 } : {}),
    ...(column_name === null ? {} : { column: column_name.slice(0, 200) }),
    message: `${table.name}, line ${line}: ${whyRejected(error_type, error_message)}`.slice(0, 500),
    // Where not all were kept, nobody knows how many.
    ...(Number(kept?.n) < mostRejects ? { rows: Number(lines) } : {}),
  }));
}

function whyRejected(type: string, message: string): string {
  switch (type) {
    case 'UNQUOTED VALUE':
      return 'a quote is opened and not closed, or closed too early; is the file cut?';
    case 'MISSING COLUMNS':
      return `fewer fields than the header has (${message}); is the file cut?`;
    case 'TOO MANY COLUMNS':
      return `more fields than the header has (${message}); is a comma not quoted?`;
    case 'INVALID ENCODING':
    case 'INVALID UNICODE':
      return 'not UTF-8; export it as UTF-8';
    default:
      return message.split('\n')[0] ?? type;
  }
}

/** One bill, one currency. */
export async function mixedCurrencies(db: DuckDBConnection, tables: readonly Table[]): Promise<BillProblem[]> {
  const mixed = await rowsOf<{ account: string; provider: string; month: string; currencies: string }>(
    db,
    `SELECT account, provider, strftime(period_start, '%Y-%m') AS month,
       array_to_string(list_sort(list_distinct(list(currency))), ', ') AS currencies
     FROM staged GROUP BY ALL HAVING count(DISTINCT currency) > 1 ORDER BY ALL LIMIT ${mostProblems}`,
  );
  return Promise.all(mixed.map((each) => currencyProblem(db, tables, each)));
}

async function currencyProblem(
  db: DuckDBConnection,
  tables: readonly Table[],
  { account, provider, month, currencies }: { account: string; provider: string; month: string; currencies: string },
): Promise<BillProblem> {
  const bill = `the bill of ${provider}, account ${shown(account)}, for ${month}`;
  const message = `${bill} is in ${currencies}; a bill has one currency: export one per currency`.slice(0, 500);
  const [table] = tables;
  if (table === undefined) return { message };
  const [first] = await rowsOf<{ row: bigint | null; n: bigint }>(
    db,
    `WITH bill AS (SELECT currency, row_number() OVER () AS row FROM (${rowsOfBill(table)})
       WHERE account = ${literal(account)} AND provider = ${literal(provider)} AND strftime(period_start, '%Y-%m') = '${month}')
     SELECT min(row) AS row, count(*) AS n FROM bill WHERE currency <> (SELECT arg_min(currency, row) FROM bill)`,
  );
  if (first?.row == null) return { column: nameOf('currency'), message };
  return { row: Number(first.row), column: nameOf('currency'), message, rows: Number(first.n) };
}

/** Rows that are there twice, to the last column, in groups with more rows than hours: elsewhere there are none. */
export async function repeatedRows(db: DuckDBConnection, tables: readonly Table[]): Promise<number> {
  const thing = (alias: string): string =>
    `hash(day, ${alias}resource, ${alias}sku, ${alias}sub_account, ${alias}category)`;
  await db.run(`CREATE TABLE crowded AS SELECT DISTINCT ${thing('')} AS thing FROM staged
    WHERE read_rows > hours AND category IN ('Usage', 'Purchase') AND class IS DISTINCT FROM 'Correction'`);
  const [any] = await rowsOf<{ n: bigint }>(db, 'SELECT count(*) AS n FROM crowded');
  if (any?.n === 0n) return 0;
  let repeated = 0;
  for (const table of tables) {
    try {
      repeated += await repeatedIn(db, table, thing);
    } catch (error) {
      if (isNoRoom(error)) throw error;
      // Only here every column is read: one that nobody else needs may be what cannot be.
      throw new BillRefused(table.name, [endedEarly(table, error)]);
    }
  }
  return repeated;
}

async function repeatedIn(db: DuckDBConnection, table: Table, thing: (alias: string) => string): Promise<number> {
  const [answer] = await rowsOf<{ n: bigint }>(
    db,
    `SELECT coalesce(sum(n - 1), 0)::BIGINT AS n FROM (
       SELECT count(*) AS n FROM (SELECT hash(raw) AS row, * FROM (
           SELECT raw, CAST(charge_start AS DATE) AS day, * FROM (${withRaw(table)})))
       WHERE ${thing('')} IN (SELECT thing FROM crowded) GROUP BY row HAVING count(*) > 1)`,
  );
  return Number(answer?.n ?? 0);
}

/** The machine's, not the bill's: it may be read when there is room again. */
export const isNoRoom = (error: unknown): boolean =>
  /out of memory|no space left|max_temp_directory_size|too many open files/i.test((error as Error).message);

const withRaw = (table: Table): string =>
  rowsOfBill(table, `${table.relation} AS raw`).replace('SELECT ', 'SELECT raw, ');
