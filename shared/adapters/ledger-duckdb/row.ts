import type { Meaning } from './focus-columns.ts';
import { columnOf, type Table } from './table.ts';

/**
 * Amounts are exact to eighteen decimals of the currency's unit; what has more is rounded there. A DOUBLE is taken at the sixteen
 * digits that it holds.
 */
export const exact = 'DECIMAL(38, 18)';
export const exactScale = 18n;

/** Typed columns of one row of a bill, under the ledger's names, as SQL to select. Raw text stays beside what was made of it. */
export function rowColumns(table: Table): Readonly<Record<string, string>> {
  const text = (meaning: Meaning): string => textOf(table, meaning);
  const billed = amountOf(table, 'billed');
  return {
    billed,
    billed_there: thereOf(table, 'billed'),
    billed_text: text('billed'),
    ...otherCost(table, 'effective', billed),
    ...otherCost(table, 'contracted', billed),
    ...otherCost(table, 'list', billed),
    account: text('account'),
    currency: text('currency'),
    provider: text('provider'),
    period_start: timeOf(table, 'periodStart'),
    period_end: timeOf(table, 'periodEnd'),
    charge_start: timeOf(table, 'chargeStart'),
    charge_end: timeOf(table, 'chargeEnd'),
    category: text('category'),
    class: text('class'),
    description: text('description'),
    service_name: text('serviceName'),
    service_category: text('serviceCategory'),
    sub_account: text('subAccount'),
    region: text('region'),
    sku: text('sku'),
    resource: text('resource'),
    unit: text('unit'),
    quantity:
      columnOf(table, 'quantity') === undefined ? 'NULL::DOUBLE' : `TRY_CAST(${columnOf(table, 'quantity')} AS DOUBLE)`,
    tags: tagsOf(table),
  };
}

/** Older versions, and some exporters of newer ones, leave them out: then what is billed is what is known. */
function otherCost(table: Table, meaning: 'effective' | 'contracted' | 'list', billed: string): Record<string, string> {
  const raw = columnOf(table, meaning);
  if (raw === undefined)
    return { [meaning]: billed, [`${meaning}_there`]: 'false', [`${meaning}_text`]: 'NULL::VARCHAR' };
  const [there, text] = [thereOf(table, meaning), textOf(table, meaning)];
  return { [meaning]: amountOf(table, meaning), [`${meaning}_there`]: there, [`${meaning}_text`]: text };
}

const typeOf = (table: Table, meaning: Meaning): string => {
  const name = table.read.found[meaning];
  return (name === undefined ? undefined : table.types.get(name)) ?? 'VARCHAR';
};

/** Asked of every row, so without writing a number as text. */
function thereOf(table: Table, meaning: Meaning): string {
  const [raw, type] = [columnOf(table, meaning) as string, typeOf(table, meaning)];
  return type === 'VARCHAR' ? `${textOf(table, meaning)} IS NOT NULL` : `${raw} IS NOT NULL`;
}

function textOf(table: Table, meaning: Meaning): string {
  const { column, read } = textColumn(table, meaning);
  return read(column);
}

/** A column as a file has it, and what makes of it what the ledger has: once per row, or once per group of rows that agree in it. */
export interface RawColumn {
  readonly column: string;
  readonly read: (sql: string) => string;
}

/** A column that is not there is a null in every row. */
export function textColumn(table: Table, meaning: Meaning): RawColumn {
  const column = columnOf(table, meaning);
  if (column === undefined) return { column: 'NULL::VARCHAR', read: (sql) => sql };
  const cast = (sql: string): string => (typeOf(table, meaning) === 'VARCHAR' ? sql : `CAST(${sql} AS VARCHAR)`);
  // CSV has no empty text: what is empty was read as null.
  return { column, read: table.format === 'csv' ? cast : (sql) => `nullif(${cast(sql)}, '')` };
}

function amountOf(table: Table, meaning: Meaning): string {
  const raw = columnOf(table, meaning) as string;
  const [, scale] = /^DECIMAL\(\d+,\s*(\d+)\)$/.exec(typeOf(table, meaning)) ?? [];
  // Summed as they are, and widened once per group instead of once per row.
  if (scale !== undefined && BigInt(scale) <= exactScale) return raw;
  return `TRY_CAST(${raw} AS ${exact})`;
}

const timeOf = (table: Table, meaning: Meaning): string => {
  const { column, read } = timeColumn(table, meaning);
  return read(column);
};

/** A column of times as the file has it, and what makes a time of it. */
export function timeColumn(table: Table, meaning: Meaning): RawColumn {
  const column = columnOf(table, meaning) as string;
  const type = typeOf(table, meaning);
  if (type === 'VARCHAR') return { column, read: timeOfText };
  const zoned = !type.startsWith('TIMESTAMP') || type.includes('TIME ZONE');
  return { column, read: (sql) => `TRY_CAST(${zoned ? `TRY_CAST(${sql} AS TIMESTAMPTZ)` : sql} AS TIMESTAMP)` };
}

/** The form FOCUS asks for needs no calendar; others may carry an offset, or leave out the seconds as Microsoft does. */
const timeOfText = (sql: string): string =>
  `CASE WHEN ends_with(${sql}, 'Z') AND length(${sql}) = 20 THEN TRY_CAST(${sql} AS TIMESTAMP) ELSE
    coalesce(TRY_CAST(TRY_CAST(${sql} AS TIMESTAMPTZ) AS TIMESTAMP), try_strptime(${sql}, '%Y-%m-%dT%H:%MZ')) END`;

/** Text and floating point may hold what is no amount; whole numbers and decimals cannot. */
export function mayBeUnread(table: Table, meaning: 'billed' | 'effective' | 'contracted' | 'list'): boolean {
  return table.read.found[meaning] !== undefined && !/^(DECIMAL|.*INT)/.test(typeOf(table, meaning));
}

/** JSON text: an object, or a list of keys and values. Parquet may hold a MAP, a STRUCT or a list of them instead. */
export function tagsColumn(table: Table): RawColumn {
  const column = columnOf(table, 'tags');
  if (column === undefined) return { column: 'NULL::VARCHAR', read: (sql) => sql };
  const type = typeOf(table, 'tags');
  const json = (sql: string): string => (type === 'VARCHAR' || type === 'JSON' ? sql : `to_json(${sql})`);
  return { column, read: (sql) => `CAST(${json(sql)} AS VARCHAR)` };
}

function tagsOf(table: Table): string {
  const { column, read } = tagsColumn(table);
  return read(column);
}
