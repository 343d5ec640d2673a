import type { DuckDBConnection } from '@duckdb/node-api';
import type { BillProblem } from '../../contracts/bill-refused.ts';
import { BillRefused, type Ingested, type IngestFile, type IngestRules } from '../../ports/ledger.ts';
import { any, groupChecks, suspect } from './checks.ts';
import { rowsOf, type Engine } from './engine.ts';
import { endedEarly, explain, isNoRoom, mixedCurrencies, mostProblems, repeatedRows } from './explain.ts';
import type { LedgerFiles } from './ledger-files.ts';
import { nameOwners } from './owners.ts';
import { createStaged, scan } from './scan.ts';
import { openTable, type Table } from './table.ts';
import { unpack } from './unpack.ts';
import { writeBills } from './write-bills.ts';

const dayMs = 86_400_000;

/** Reads, checks, then writes: until everything has been checked nothing is written. @throws BillRefused */
export async function ingestWith(
  engine: Engine,
  files: LedgerFiles,
  given: { readonly file: IngestFile; readonly rules: IngestRules; readonly digest: Promise<string> },
): Promise<Ingested> {
  const { db } = engine;
  const { file, rules, digest } = given;
  const tables: Table[] = [];
  for (const plain of await unpack(file, engine.folder)) tables.push(await openTable(db, plain));
  await createStaged(db);
  const tomorrow = new Date(rules.now + dayMs).toISOString().slice(0, 10);
  const stop = tellProgress(engine, rules);
  try {
    for (const table of tables) await scanOrExplain(engine, table, tomorrow);
  } finally {
    stop();
  }
  await refuseWrong(engine, tables, { name: file.name, tomorrow });
  const unread = await nameOwners(db, rules);
  const warnings = [...columnWarnings(tables), ...(await rowWarnings(engine, tables, unread))];
  const sha256 = await digest;
  const bills = await writeBills(engine, files, { sha256, name: file.name, rules });
  const rows = bills.reduce((sum, each) => sum + each.rows, 0);
  return { format: tables[0]?.read.format ?? 'FOCUS', sha256, rows, bills, warnings };
}

function tellProgress({ db }: Engine, { progress }: IngestRules): () => void {
  if (progress === undefined) return () => undefined;
  const timer = setInterval(() => {
    const { percentage } = db.progress;
    progress(percentage < 0 ? undefined : percentage / 100);
  }, 500);
  return () => clearInterval(timer);
}

/** A row that is no row stops the scan; then the file is read again, leniently, to tell which. */
async function scanOrExplain({ db }: Engine, table: Table, tomorrow: string): Promise<void> {
  try {
    await scan(db, table);
  } catch (error) {
    if (isNoRoom(error)) throw error;
    const told = await explain(db, table, tomorrow);
    throw new BillRefused(table.name, told.length > 0 ? told : [endedEarly(table, error)]);
  }
}

interface Refusing {
  readonly name: string;
  readonly tomorrow: string;
}

async function refuseWrong({ db }: Engine, tables: readonly Table[], { name, tomorrow }: Refusing): Promise<void> {
  const [found] = await rowsOf<{ rows: bigint; one: boolean | null; bad: boolean | null }>(
    db,
    `SELECT count(*) AS rows, min(currency) = max(currency) AS one, bool_or(${suspect} OR ${any(groupChecks(tomorrow))}) AS bad FROM staged`,
  );
  if (found?.rows === 0n)
    throw new BillRefused(name, [{ message: `${name} holds no rows, so there is no bill in it` }]);
  const problems = found?.bad === false ? [] : await wrongRows(db, tables, { name, tomorrow });
  // Bills may differ in it; whether one does within itself is asked only then.
  if (found?.one !== true) problems.push(...(await mixedCurrencies(db, tables)));
  if (problems.length > 0) throw new BillRefused(name, problems.slice(0, mostProblems));
}

async function wrongRows(
  db: DuckDBConnection,
  tables: readonly Table[],
  { name, tomorrow }: Refusing,
): Promise<BillProblem[]> {
  const problems: BillProblem[] = [];
  for (const table of tables) problems.push(...(await explain(db, table, tomorrow)));
  if (problems.length > 0) return problems;
  return [{ message: `${name} was not taken: a day of one thing comes to more than any bill` }];
}

function columnWarnings(tables: readonly Table[]): string[] {
  const unknown = [...new Set(tables.flatMap(({ read }) => read.unknown))];
  const none = (['effective', 'contracted', 'list'] as const).filter((each) =>
    tables.some(({ read }) => read.found[each] === undefined),
  );
  return [
    ...(unknown.length === 0
      ? []
      : [
          `${unknown.length} columns are not of FOCUS and were not read: ${unknown.slice(0, 10).join(', ')}`.slice(
            0,
            500,
          ),
        ]),
    ...(none.length === 0 ? [] : [`there is no ${none.join(' and no ')} cost: the billed one was taken for it`]),
    ...(tables.every(({ read }) => read.found.tags === undefined)
      ? ['there are no Tags: nobody can be told whose cost it is, and all of it is shared']
      : []),
  ];
}

async function rowWarnings({ db }: Engine, tables: readonly Table[], unreadTags: number): Promise<string[]> {
  const [counted] = await rowsOf<{ unpriced: bigint }>(
    db,
    'SELECT coalesce(sum(unpriced), 0)::BIGINT AS unpriced FROM staged',
  );
  const unpriced = Number(counted?.unpriced ?? 0);
  const repeated = await repeatedRows(db, tables);
  return [
    ...(unpriced === 0
      ? []
      : [`${unpriced} rows have no effective, contracted or list cost: the billed one was taken for it`]),
    ...(repeated === 0
      ? []
      : [`${repeated} rows repeat another one to the last column; they are counted: is the export doubled?`]),
    ...(unreadTags === 0 ? [] : [`${unreadTags} rows have Tags that are not JSON: they count as rows without tags`]),
  ];
}
