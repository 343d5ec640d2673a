import type { DuckDBConnection } from '@duckdb/node-api';
import { any, rowChecks } from './checks.ts';
import { exact, rowColumns } from './row.ts';
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
    read_rows BIGINT, bad BOOLEAN, unpriced BIGINT, hours BIGINT)`);
}

/** A row of the bill under the ledger's names. */
export function rowsOfBill(table: Table, relation = table.relation): string {
  const selected = Object.entries(rowColumns(table)).map(([name, sql]) => `${sql} AS ${name}`);
  return `SELECT ${selected.join(', ')} FROM ${relation}`;
}

/**
 * The one pass over the file: sums, and whether any row of a group has something wrong. What exactly, and where, is asked only when
 * there is something to tell.
 */
export async function scan(db: DuckDBConnection, table: Table): Promise<void> {
  const sums = costColumns.map(
    (each) => `CAST(sum(${each === 'billed' ? each : `coalesce(${each}, billed)`}) AS ${exact}) AS ${each}`,
  );
  await db.run(`INSERT INTO staged BY NAME
    SELECT CAST(charge_start AS DATE) AS day, ${grouped.join(', ')},
      min(description) AS description, sum(quantity) AS quantity, ${sums.join(', ')}, count(*) AS read_rows,
      bool_or(${any(rowChecks)}) AS bad,
      count(*) FILTER (WHERE effective IS NULL OR contracted IS NULL OR list IS NULL) AS unpriced,
      bit_count(bit_or(1::BIGINT << hour(charge_start))) AS hours
    FROM (${rowsOfBill(table)}) GROUP BY ALL`);
}
