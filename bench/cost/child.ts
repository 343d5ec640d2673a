import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { createLedger, folderFiles } from '../../shared/adapters/ledger-duckdb/index.ts';
import { defaultCostSettings } from '../../shared/domain/settings/cost.ts';
import type { Dimension, IngestedBill } from '../../shared/ports/ledger.ts';
import { readSpend } from '../../services/cost/bills/read-spend.ts';
import type { BillRecord } from '../../services/cost/bills/record.ts';
import { billPrefix } from '../../services/cost/keys.ts';
import { clouds, costs } from './generate.ts';

/** One measured program, in a process of its own: `child.ts ours|bare|narrow csv|parquet FOLDER`. Prints one line of JSON. */
const [what = '', format = '', folder = ''] = process.argv.slice(2);
const files = clouds.map((cloud) => join(folder, `${cloud}-2026-10.${format}`));
/** Of the bare engine; ours has what the ledger gives by default. */
const memoryMegabytes = 384;
const groupings: readonly (readonly Dimension[])[] = [
  ['application'],
  ['application', 'service'],
  ['team'],
  ['provider'],
  ['day'],
];

/** What stands beside it amortised. */
const amortisedBy: readonly (readonly Dimension[])[] = [['application', 'service'], ['serviceName']];

const dimensions =
  'BillingAccountId, SubAccountId, ProviderName, RegionId, ServiceName, ServiceCategory, SkuId, ResourceId, ChargeCategory, ChargeClass, Tags';

export interface Measurement {
  readonly ms: number;
  readonly cpuMs: number;
  readonly micros: number;
  /** Every grouping of the report added up to the bills. */
  readonly reconciles: boolean;
  readonly peakMib: number | undefined;
}

const started = performance.now();
const result = what === 'ours' ? await ours() : await bare(what === 'narrow');
const { user, system } = process.cpuUsage();
const measurement: Measurement = {
  ...result,
  ms: performance.now() - started,
  cpuMs: (user + system) / 1000,
  peakMib: peak(),
};
console.log(JSON.stringify(measurement));

/** What the control plane does with the month: import with every check, then the whole report, shared cost split. */
async function ours() {
  const ledger = createLedger({
    files: folderFiles(join(folder, `ledger-${process.pid}`)),
    workFolder: join(folder, `work-${process.pid}`),
  });
  const rules = { tags: defaultCostSettings.tags, now: Date.parse('2026-11-21T00:00:00Z') };
  // All at once, as the files of a sweep come: how many are read beside each other is the ledger's business.
  const ingested = await Promise.all(
    files.map((path) => ledger.ingest({ path, name: path, format: format === 'csv' ? 'csv' : 'parquet' }, rules)),
  );
  const bills: readonly IngestedBill[] = ingested.flatMap((each) => each.bills);
  const records = bills.map(({ file, from, to }) => ({ current: { ledgerFile: file, from, to } }) as BillRecord);
  const list = (prefix: string) =>
    Promise.resolve({
      items: prefix === billPrefix ? records.map((value, at) => ({ key: `${prefix}${at}`, version: 1, value })) : [],
    });
  const spend = readSpend({ get: () => Promise.resolve(undefined), list: list as never }, ledger, {
    shared: 'proportional',
  });
  const micros = bills.reduce((sum, { totalMicros }) => sum + totalMicros, 0);
  let reconciles = true;
  const month = { from: '2026-10-01', to: '2026-11-01' };
  const [billed, amortised] = await Promise.all([
    Promise.all(groupings.map((by) => spend({ ...month, by }))),
    Promise.all(amortisedBy.map((by) => spend({ ...month, by, cost: 'effective' }))),
  ]);
  for (const rows of billed) reconciles &&= rows.reduce((sum, row) => sum + row.micros, 0) === micros;
  const [effective, ...others] = amortised.map((rows) => rows.reduce((sum, row) => sum + row.micros, 0));
  return { micros, reconciles: reconciles && others.every((each) => each === effective) };
}

/**
 * The engine's package with one statement over the same files: the same grain (a day of one thing) and the same four exact sums, or,
 * narrow, one sum by day and service. Nothing is checked, nothing is kept, nothing is split.
 */
async function bare(narrow: boolean) {
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${memoryMegabytes}MB`,
    temp_directory: join(folder, `spill-${process.pid}`),
  });
  const db = await instance.connect();
  const names = files.map((path) => `'${path.replaceAll("'", "''")}'`).join(', ');
  const types = costs.map((cost) => `'${cost}': 'DECIMAL(38,18)'`).join(', ');
  const from = format === 'csv' ? `read_csv([${names}], types = {${types}})` : `read_parquet([${names}])`;
  const sums = costs.map((cost) => `sum(${cost}::DECIMAL(38,18)) AS ${cost}`).join(', ');
  await db.run(
    narrow
      ? `CREATE TABLE month AS SELECT CAST(ChargePeriodStart AS DATE) AS day, ServiceName, sum(BilledCost::DECIMAL(38,18)) AS BilledCost FROM ${from} GROUP BY ALL`
      : `CREATE TABLE month AS SELECT CAST(ChargePeriodStart AS DATE) AS day, ${dimensions}, ${sums} FROM ${from} GROUP BY ALL`,
  );
  return { micros: await total(db), reconciles: true };
}

async function total(db: DuckDBConnection): Promise<number> {
  const reader = await db.runAndReadAll(
    'SELECT CAST(CAST(sum(BilledCost) AS DECIMAL(38, 6)) * 1000000 AS BIGINT) FROM month',
  );
  return Number(reader.getRows()[0]?.[0]);
}

function peak(): number | undefined {
  try {
    const kib = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    return kib === undefined ? undefined : Number(kib) / 1024;
  } catch {
    // Only Linux tells.
    return undefined;
  }
}
