import type { DuckDBConnection } from '@duckdb/node-api';
import { exact, mayBeUnread, rowColumns, timeColumn } from './row.ts';
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
 * asked only when there is something to tell. Periods are read once per group: as text they group just as well.
 */
export async function scan(db: DuckDBConnection, table: Table): Promise<void> {
  const sums = costColumns.map(
    (each) => `CAST(sum(${each === 'billed' ? each : `coalesce(${each}, billed)`}) AS ${exact}) AS ${each}`,
  );
  const start = timeColumn(table, 'periodStart');
  const end = timeColumn(table, 'periodEnd');
  const inner = rowsOfBill(table, table.relation, {
    ...rowColumns(table),
    period_start: start.column,
    period_end: end.column,
  });
  const unread = costColumns
    .filter((each) => mayBeUnread(table, each))
    .map((each) => `(${each}_there AND ${each} IS NULL)`);
  await db.run(`INSERT INTO staged BY NAME
    SELECT * REPLACE (${start.read('period_start')} AS period_start, ${end.read('period_end')} AS period_end) FROM (
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
