import type { DuckDBConnection } from '@duckdb/node-api';
import { BillRefused } from '../../ports/ledger.ts';
import { readCsvHeader, readStart } from './csv-header.ts';
import { rowsOf } from './engine.ts';
import { columns, meanings, readColumns, type Meaning, type Read } from './focus-columns.ts';
import { exactPath, identifier, list, literal } from './sql.ts';
import type { PlainFile } from './unpack.ts';

/** A file of bills as the engine can read it. */
export interface Table {
  readonly name: string;
  readonly format: PlainFile['format'];
  readonly read: Read;
  /** The engine's type of each column. */
  readonly types: ReadonlyMap<string, string>;
  /** SQL to select from. */
  readonly relation: string;
  /** The same, but rows that are no rows of CSV are set aside and told. */
  readonly lenient?: string;
}

/** Errors of broken rows that are kept for being told. */
export const mostRejects = 1000;

/** @throws BillRefused when a column that is needed is not there, or the file is not what it seems. */
export async function openTable(db: DuckDBConnection, file: PlainFile): Promise<Table> {
  const table = await tableOf(db, file);
  const { missing } = table.read;
  if (missing.length === 0) return table;
  const whole = missing.length > 5 ? 'is it a FOCUS export? ' : '';
  throw new BillRefused(
    file.name,
    missing.map((column) => ({
      column,
      message: `column ${column} is missing; ${whole}FOCUS 1.0-preview, 1.0, 1.1 and 1.2 can be read, all of which have it`,
    })),
  );
}

function tableOf(db: DuckDBConnection, file: PlainFile): Promise<Table> {
  switch (file.format) {
    case 'csv':
      return csvTable(file);
    case 'ndjson':
      return jsonTable(file);
    case 'parquet':
      return parquetTable(db, file);
  }
}

const varchar = (names: readonly string[]): ReadonlyMap<string, string> =>
  new Map(names.map((name) => [name, 'VARCHAR']));

async function csvTable({ path, name, format }: PlainFile): Promise<Table> {
  const header = await readCsvHeader(path, name);
  const options = [
    exactPath(path),
    'auto_detect = false',
    'header = true',
    'strict_mode = true',
    'null_padding = false',
    `delim = ${literal(header.delimiter)}`,
    `quote = '"'`,
    `escape = '"'`,
    // FOCUS asks for empty; some exporters write the word.
    "nullstr = ['', 'NULL', 'null']",
    `columns = {${header.columns.map((column) => `${literal(column)}: 'VARCHAR'`).join(', ')}}`,
  ];
  return {
    name,
    format,
    read: readColumns(header.columns),
    types: varchar(header.columns),
    relation: `read_csv(${options.join(', ')})`,
    lenient: `read_csv(${options.join(', ')}, store_rejects = true, rejects_limit = ${mostRejects})`,
  };
}

const newest = new Map<string, Meaning>(meanings.flatMap((each) => columns[each].names.map((name) => [name, each])));

async function jsonTable({ path, name, format }: PlainFile): Promise<Table> {
  const start = await readStart(path, name);
  const keys = new Set<string>();
  for (const line of start.split('\n', 1000)) for (const key of keysOf(line)) keys.add(key);
  const read = readColumns([...keys]);
  const wanted = [...new Set([...Object.values(read.found), ...[...keys].filter((key) => newest.has(key))])];
  // With no column the engine has nothing to ask for; which are missing is told by the caller.
  const named = (wanted.length === 0 ? ['BilledCost'] : wanted).map((key) => `${literal(key)}: 'VARCHAR'`);
  const relation = `read_json(${exactPath(path)}, format = 'newline_delimited', columns = {${named.join(', ')}})`;
  return { name, format, read, types: varchar(wanted), relation };
}

function keysOf(line: string): string[] {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? Object.keys(value) : [];
  } catch {
    // Cut by the end of what was read, or no JSON at all: then the engine says so, with the line.
    return [];
  }
}

async function parquetTable(db: DuckDBConnection, { path, name, format }: PlainFile): Promise<Table> {
  const relation = `read_parquet(${list([exactPath(path)])})`;
  try {
    const described = await rowsOf<{ column_name: string; column_type: string }>(
      db,
      `DESCRIBE SELECT * FROM ${relation}`,
    );
    const names = described.map(({ column_name }) => column_name);
    const types = new Map(described.map(({ column_name, column_type }) => [column_name, column_type]));
    return { name, format, read: readColumns(names), types, relation };
  } catch (error) {
    const why = firstLine(error);
    throw new BillRefused(name, [
      { message: `${name} cannot be read as Parquet, it may be cut or damaged: ${why}`.slice(0, 500) },
    ]);
  }
}

/** The engine's messages go on with hints for people who write SQL. Paths in them are ours, and say nothing to anybody. */
export function firstLine(error: unknown): string {
  const [line = ''] = (error as Error).message.split('\n');
  return line.replaceAll(/(["'])\/[^"']*\1/g, 'the file').slice(0, 300);
}

export const columnOf = ({ read }: Table, meaning: Meaning): string | undefined => {
  const name = read.found[meaning];
  return name === undefined ? undefined : identifier(name);
};
