import type { DuckDBConnection } from '@duckdb/node-api';
import type { Dimension, LedgerLine, LineQuery, SumQuery, SumRow } from '../../ports/ledger.ts';
import { roundTo, roundTogether } from './apportion.ts';
import { rowsOf } from './engine.ts';
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

interface Exact {
  readonly currency: string;
  readonly bill: string;
  readonly exact: { readonly value: bigint };
  readonly n: bigint;
  readonly [key: string]: unknown;
}

/**
 * Rounded per bill: the groups of a bill add up to it, and so the groups of several bills add up to the sum of the bills as they were
 * imported.
 */
export async function sumsOf(db: DuckDBConnection, paths: readonly string[], query: SumQuery): Promise<SumRow[]> {
  const by = [...new Set(query.by)];
  const { where, values } = conditions(query);
  const rows = await rowsOf<Exact>(
    db,
    `SELECT ${by.map((each, at) => `${columns[each]} AS k${at}, `).join('')}currency, filename AS bill,
       CAST(sum(${query.cost ?? 'billed'}) AS ${exact}) AS exact, count(*) AS n
     FROM ${ledger(paths)} WHERE ${where} GROUP BY ALL ORDER BY ${by.map((_, at) => `k${at}, `).join('')}currency, bill`,
    values,
  );
  const sums = new Map<string, { keys: SumRow['keys']; currency: string; micros: number; rows: number }>();
  const micros = roundPerBill(rows);
  for (const [at, row] of rows.entries()) {
    const named = by.map((each, place) => [each, (row[`k${place}`] ?? null) as string | null] as const);
    const key = JSON.stringify([row.currency, ...named.map(([, value]) => value)]);
    const sum = sums.get(key) ?? { keys: Object.fromEntries(named), currency: row.currency, micros: 0, rows: 0 };
    sum.micros += micros[at] as number;
    sum.rows += Number(row.n);
    sums.set(key, sum);
  }
  return [...sums.values()].sort((a, b) => b.micros - a.micros);
}

function roundPerBill(rows: readonly Exact[]): number[] {
  const members = new Map<string, number[]>();
  for (const [at, { bill, currency }] of rows.entries()) {
    const key = `${currency} ${bill}`;
    const known = members.get(key);
    if (known === undefined) members.set(key, [at]);
    else known.push(at);
  }
  const micros: number[] = [];
  for (const places of members.values()) {
    const rounded = roundTogether(
      places.map((at) => (rows[at] as Exact).exact.value),
      micro,
    );
    for (const [index, at] of places.entries()) micros[at] = Number(rounded[index]);
  }
  return micros;
}

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
