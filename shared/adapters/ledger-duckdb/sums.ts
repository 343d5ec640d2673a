import type { DuckDBConnection } from '@duckdb/node-api';
import type { DifferenceQuery, Dimension, LedgerLine, LineQuery, SumQuery, SumRow } from '../../ports/ledger.ts';
import { roundTo } from './apportion.ts';
import { columnsOf, rowsOf } from './engine.ts';
import { exact } from './row.ts';
import { exactPath, list } from './sql.ts';
import { micro } from './write-bills.ts';

const columns: Readonly<Record<Dimension, string>> = {
  day: "strftime(day, '%Y-%m-%d')",
  month: "strftime(day, '%Y-%m')",
  provider: 'provider',
  account: 'account',
  subAccount: 'sub_account',
  region: 'region',
  serviceName: 'service_name',
  serviceCategory: 'service_category',
  sku: 'sku',
  resource: 'resource',
  category: 'category',
  application: 'application',
  service: 'service',
  team: 'team',
  target: 'target',
};

/**
 * Rounded per bill, everyone down and what is left one each to those that lost most (of equals, to the first by its keys): so the groups
 * of a bill add up to it, and the groups of several bills to the sum of the bills as they were imported. It is the engine that rounds,
 * in decimals: groups may be many, and each is one number when it comes here.
 */
export async function sumsOf(db: DuckDBConnection, paths: readonly string[], query: SumQuery): Promise<SumRow[]> {
  const by = [...new Set(query.by)];
  const { where, values } = conditions(query);
  const keys = by.map((_, at) => `k${at}, `).join('');
  const found = await columnsOf(
    db,
    `WITH precise AS (
       SELECT ${by.map((each, at) => `${grouping[each] ?? columns[each]} AS k${at}, `).join('')}currency, filename AS bill,
         CAST(sum(${query.cost ?? 'billed'}) AS ${exact}) AS exact, count(*) AS n
       FROM ${ledger(paths)} WHERE ${where} GROUP BY ALL
     ), floored AS (
       SELECT *, CAST(exact AS ${micros}) AS near, CASE WHEN near > exact THEN near - 0.000001 ELSE near END AS down FROM precise
     ), shared AS (
       SELECT *, sum(exact) OVER bill AS whole, CAST(whole AS ${micros}) - sum(down) OVER bill AS spare,
         row_number() OVER (PARTITION BY bill, currency ORDER BY exact - down DESC, ${keys}currency) AS place
       FROM floored WINDOW bill AS (PARTITION BY bill, currency)
     )
     SELECT CAST(sum(down * 1000000 + CASE WHEN place <= spare * 1000000 THEN 1 ELSE 0 END) AS DOUBLE) AS micros,
       CAST(sum(n) AS DOUBLE) AS n, currency, ${by.map((each, at) => `${shown(each, `k${at}`)}, `).join('')}
     FROM shared GROUP BY ${keys}currency ORDER BY micros DESC, ${keys}currency`,
    values,
  );
  const [amounts = [], counts = [], currencies = [], ...named] = found;
  return amounts.map((amount, at) => {
    // Rows may be many: an object made of entries takes several times as long.
    const keys: Partial<Record<Dimension, string | null>> = {};
    by.forEach((each, place) => (keys[each] = (named[place]?.[at] ?? null) as string | null));
    return { keys, currency: currencies[at] as string, micros: amount as number, rows: counts[at] as number };
  });
}

/** What is cheaper to group and to sort by, and says the same. */
const grouping: Partial<Readonly<Record<Dimension, string>>> = { day: 'day', month: "date_trunc('month', day)" };
const shown = (dimension: Dimension, key: string): string =>
  grouping[dimension] === undefined ? key : columns[dimension].replace('day', key);

/** Whole micro-units, as the engine writes them. */
const micros = 'DECIMAL(38, 6)';

interface Conditions {
  readonly where: string;
  readonly values: readonly string[];
}

/** Whatever is asked for is bound, never part of the SQL. */
function conditions({ from, to, where = {} }: Omit<SumQuery, 'by'>): Conditions {
  const values: string[] = [];
  const bound = (value: string): string => `$${values.push(value)}`;
  const parts = ['true'];
  if (from !== undefined) parts.push(`day >= CAST(${bound(from)} AS DATE)`);
  if (to !== undefined) parts.push(`day < CAST(${bound(to)} AS DATE)`);
  for (const [dimension, value] of Object.entries(where) as [Dimension, string | null | undefined][]) {
    if (value === null) parts.push(`${columns[dimension]} IS NULL`);
    else if (value !== undefined) parts.push(`${columns[dimension]} = ${bound(value)}`);
  }
  return { where: parts.join(' AND '), values };
}

const ledger = (paths: readonly string[]): string =>
  `read_parquet(${list(paths.map(exactPath))}, union_by_name = true, filename = true)`;

export async function differsOf(
  db: DuckDBConnection,
  paths: readonly string[],
  { cost, ...span }: DifferenceQuery,
): Promise<boolean> {
  const { where, values } = conditions(span);
  const [[found] = []] = await columnsOf(
    db,
    `SELECT coalesce(bool_or(${cost} <> billed), false) FROM ${ledger(paths)} WHERE ${where}`,
    values,
  );
  return found === true;
}

const mostLines = 10_000;

export async function linesOf(db: DuckDBConnection, paths: readonly string[], query: LineQuery): Promise<LedgerLine[]> {
  const { where, values } = conditions(query);
  const limit = Math.min(Math.max(Math.trunc(query.limit ?? 100), 1), mostLines);
  const rows = await rowsOf<Record<string, unknown> & { exact: { value: bigint } }>(
    db,
    `SELECT strftime(day, '%Y-%m-%d') AS day, provider, account, currency, ${query.cost ?? 'billed'} AS exact, category,
       coalesce(description, '') AS description, region, service_name AS "serviceName", sku, resource, application, service, team,
       target, quantity, unit
     FROM ${ledger(paths)} WHERE ${where} ORDER BY exact DESC, 1, resource, sku LIMIT ${limit}`,
    values,
  );
  return rows.map(({ exact: amount, ...row }) => {
    const there = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
    return { ...there, micros: Number(roundTo(amount.value, micro)) } as unknown as LedgerLine;
  });
}
