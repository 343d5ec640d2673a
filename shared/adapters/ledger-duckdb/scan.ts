import type { DuckDBConnection } from '@duckdb/node-api';
import { exact, mayBeUnread, rowColumns, tagsColumn, textColumn, timeColumn, type RawColumn } from './row.ts';
import type { Meaning } from './focus-columns.ts';
import type { Table } from './table.ts';

/** What makes a thing of a day: rows that agree in all of it are one row of the ledger. */
const grouped = [
  'provider',
  'account',
  'currency',
  'period_start',
  'period_end',
  'category',
  'class',
  'sub_account',
  'service_name',
  'service_category',
  'region',
  'sku',
  'resource',
  'unit',
  'tags',
] as const;

export const costColumns = ['billed', 'effective', 'contracted', 'list'] as const;

export async function createStaged(db: DuckDBConnection): Promise<void> {
  const times = ['period_start', 'period_end'];
  await db.run(`CREATE TABLE staged (day DATE,
    ${grouped.map((each) => `${each} ${times.includes(each) ? 'TIMESTAMP' : 'VARCHAR'}`).join(', ')},
    description VARCHAR, quantity DOUBLE, ${costColumns.map((each) => `${each} ${exact}`).join(', ')},
    read_rows BIGINT, amounts BIGINT, unread BOOLEAN, negative BOOLEAN, ill_timed BOOLEAN,
    unpriced BIGINT, hours BIGINT)`);
}

/** A row of the bill under the ledger's names. */
export function rowsOfBill(table: Table, relation = table.relation, columns = rowColumns(table)): string {
  const selected = Object.entries(columns).map(([name, sql]) => `${sql} AS ${name}`);
  return `SELECT ${selected.join(', ')} FROM ${relation}`;
}

/**
 * The one pass over the file: sums, and what it takes to see whether any row of a group has something wrong. What exactly, and where, is
 * asked only when there is something to tell. What rows are grouped by is read once per group: as the file has it, it groups just as well.
 */
export async function scan(db: DuckDBConnection, table: Table): Promise<void> {
  const sums = costColumns.map(
    (each) => `CAST(sum(${each === 'billed' ? each : `coalesce(${each}, billed)`}) AS ${exact}) AS ${each}`,
  );
  const raw = rawColumns(table);
  const inner = rowsOfBill(table, table.relation, {
    ...rowColumns(table),
    ...Object.fromEntries(raw.map(([name, { column }]) => [name, column])),
  });
  const unread = costColumns
    .filter((each) => mayBeUnread(table, each))
    .map((each) => `(${each}_there AND ${each} IS NULL)`);
  await db.run(`INSERT INTO staged BY NAME
    SELECT * REPLACE (${raw.map(([name, { read }]) => `${read(name)} AS ${name}`).join(', ')}) FROM (
      SELECT CAST(charge_start AS DATE) AS day, ${grouped.join(', ')},
        any_value(description) AS description, sum(quantity) AS quantity, ${sums.join(', ')}, count(*) AS read_rows,
        count(billed) AS amounts,
        ${unread.length === 0 ? 'false' : `bool_or(${unread.join(' OR ')})`} AS unread,
        bool_or(billed < 0) AS negative,
        bool_or(charge_end IS NULL OR charge_end < charge_start) AS ill_timed,
        greatest(count(*) - count(effective), count(*) - count(contracted), count(*) - count(list)) AS unpriced,
        bit_count(bit_or(1::BIGINT << hour(charge_start))) AS hours
      FROM (${inner}) GROUP BY ALL)`);
}

/** Of all that rows are grouped by but for the day, how the file has it. */
function rawColumns(table: Table): readonly (readonly [string, RawColumn])[] {
  const text = (Object.entries(textMeanings) as [string, Meaning][]).map(
    ([name, meaning]) => [name, textColumn(table, meaning)] as const,
  );
  return [
    ...text,
    ['period_start', timeColumn(table, 'periodStart')],
    ['period_end', timeColumn(table, 'periodEnd')],
    ['tags', tagsColumn(table)],
  ];
}

const textMeanings = {
  provider: 'provider',
  account: 'account',
  currency: 'currency',
  category: 'category',
  class: 'class',
  sub_account: 'subAccount',
  service_name: 'serviceName',
  service_category: 'serviceCategory',
  region: 'region',
  sku: 'sku',
  resource: 'resource',
  unit: 'unit',
} as const satisfies Partial<Record<(typeof grouped)[number], Meaning>>;
