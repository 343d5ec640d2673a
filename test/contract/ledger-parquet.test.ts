import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BillRefused, type Ledger } from '../../shared/ports/ledger.ts';
import { rules } from '../../shared/adapters/ledger-duckdb/fixtures.ts';
import { createLedger, folderFiles } from '../../shared/adapters/ledger-duckdb/index.ts';

/** A row as SQL, with the types that exports have in Parquet; every test says what is different. */
const typed = {
  BilledCost: '1.25::DECIMAL(38, 12)',
  EffectiveCost: '1.0::DOUBLE',
  ContractedCost: '1.25::DECIMAL(9, 2)',
  ListCost: '2::BIGINT',
  BillingAccountId: '123456789012::BIGINT',
  BillingCurrency: "'USD'",
  BillingPeriodStart: "TIMESTAMP '2026-10-01'",
  BillingPeriodEnd: "TIMESTAMPTZ '2026-11-01 00:00:00+00'",
  ChargePeriodStart: "TIMESTAMP_NS '2026-10-05 03:00:00'",
  ChargePeriodEnd: "TIMESTAMP_MS '2026-10-05 04:00:00'",
  ChargeCategory: "'Usage'",
  ChargeClass: "''",
  ChargeDescription: "'vCPU hours'",
  ProviderName: "'AWS'",
  ServiceName: "'Amazon ECS'",
  RegionId: "''",
  ResourceId: "'task/1'",
  ConsumedQuantity: '0.5::FLOAT',
  ConsumedUnit: "'Hours'",
  Tags: "MAP {'homeostasis:application': 'shop', 'homeostasis:service': 'web', 'team': NULL}",
} as const;
type Row = Partial<Record<keyof typeof typed, string>>;

describe('Parquet as exports have it', () => {
  let folder: string;
  let ledger: Ledger;
  let count = 0;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'typed-'));
    ledger = createLedger({
      files: folderFiles(join(folder, 'files')),
      workFolder: join(folder, 'work'),
      memoryMegabytes: 128,
    });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function parquetOf(rows: readonly Row[]) {
    const path = join(folder, `typed-${count++}.parquet`);
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
    const selects = rows.map((row) => {
      const whole = Object.entries({ ...typed, ...row });
      return `SELECT ${whole.map(([name, sql]) => `${sql} AS "${name}"`).join(', ')}`;
    });
    await connection.run(`COPY (${selects.join(' UNION ALL ')}) TO '${path}' (FORMAT parquet)`);
    connection.closeSync();
    instance.closeSync();
    return { path, format: 'parquet', name: 'october' } as const;
  }
  const ingest = async (rows: readonly Row[]) => ledger.ingest(await parquetOf(rows), rules);
  const linesOf = async (rows: readonly Row[]) => {
    const { bills } = await ingest(rows);
    return ledger.lines(
      bills.map(({ file }) => file),
      {},
    );
  };
  const problemsOf = async (row: Row) => {
    const kept = () => readdir(join(folder, 'files'), { recursive: true }).catch(() => []);
    const before = await kept();
    const error: unknown = await ingest([{}, row]).catch((each: unknown) => each);
    expect(error).toBeInstanceOf(BillRefused);
    expect(await kept()).toEqual(before);
    return (error as BillRefused).problems;
  };

  it('reads times of every precision, decimals, floats and whole numbers', async () => {
    const { bills, warnings } = await ingest([{}]);
    expect(warnings).toEqual([]);
    expect(bills).toMatchObject([
      {
        provider: 'aws',
        account: '123456789012',
        period: '2026-10',
        currency: 'USD',
        totalMicros: 1_250_000,
        rows: 1,
        from: '2026-10-05',
        to: '2026-10-06',
      },
    ]);
    const files = bills.map(({ file }) => file);
    for (const [cost, micros] of [
      ['billed', 1_250_000],
      ['effective', 1_000_000],
      ['contracted', 1_250_000],
      ['list', 2_000_000],
    ] as const) {
      expect(await ledger.sums(files, { by: [], cost })).toMatchObject([{ micros }]);
    }
    const [line] = await ledger.lines(files, {});
    expect(line).toMatchObject({ day: '2026-10-05', resource: 'task/1', quantity: 0.5, unit: 'Hours' });
    // An empty text is nothing, also where the file can tell the two apart.
    expect(line).not.toHaveProperty('region');
  });

  it.each([
    ['a MAP', typed.Tags],
    ['a STRUCT', "{'homeostasis:application': 'shop', 'homeostasis_service': 'web', 'team': NULL::VARCHAR}"],
    [
      'a list of keys and values',
      "[{'key': 'homeostasis:application', 'value': 'shop'}, {'key': 'homeostasis:service', 'value': 'web'}]",
    ],
    ['JSON', `'{"homeostasis:application":"shop","homeostasis:service":"web"}'`],
  ])('reads whose it is from Tags that are %s', async (_, Tags) => {
    const later = { ChargePeriodStart: "TIMESTAMP_NS '2026-10-05 04:00:00'" };
    const ends = { ChargePeriodEnd: "TIMESTAMP_MS '2026-10-05 05:00:00'" };
    const lines = await linesOf([{ Tags }, { Tags, ...later, ...ends }]);
    expect(lines).toMatchObject([{ application: 'shop', service: 'web', micros: 2_500_000 }]);
    expect(lines[0]).not.toHaveProperty('team');
  });

  it('takes tags whose value is empty, or that are none, for none', async () => {
    const lines = await linesOf([{ Tags: 'MAP {}::MAP(VARCHAR, VARCHAR)' }, { Tags: 'NULL::MAP(VARCHAR, VARCHAR)' }]);
    expect(lines.reduce((sum, { micros }) => sum + micros, 0)).toBe(2_500_000);
    for (const line of lines) expect(line).not.toHaveProperty('application');
  });

  it('takes a DOUBLE at the digits that it holds, and an exact decimal to the last one', async () => {
    const doubles = Array.from({ length: 10 }, () => ({ BilledCost: '0.1::DOUBLE' }));
    const summed = (await ingest(doubles)).bills[0];
    expect(summed?.totalMicros).toBe(1_000_000);
    const tiny = Array.from({ length: 1000 }, () => ({ BilledCost: '0.000000000500000001::DECIMAL(38, 18)' }));
    expect((await ingest(tiny)).bills[0]?.totalMicros).toBe(1);
    expect(
      (await ingest([{ BilledCost: '-0.0000005::DECIMAL(18, 7)', ChargeCategory: "'Credit'" }])).bills,
    ).toMatchObject([{ totalMicros: -1 }]);
  });

  it.each([
    ['no number', { BilledCost: "'nan'::DOUBLE" }, 'BilledCost'],
    ['without end', { ListCost: "'infinity'::DOUBLE" }, 'ListCost'],
    ['missing', { BilledCost: 'NULL::DECIMAL(38, 12)' }, 'BilledCost'],
    ['beyond reason', { BilledCost: '1000000001::DECIMAL(38, 12)' }, 'BilledCost'],
    ['negative', { BilledCost: '-1::DECIMAL(38, 12)' }, 'BilledCost'],
  ])('refuses an amount that is %s, by row and column', async (_, row, column) => {
    expect(await problemsOf(row)).toMatchObject([{ row: 2, column, rows: 1 }]);
  });

  it.each([
    ['of no beginning', { ChargePeriodStart: 'NULL::TIMESTAMP' }, 'ChargePeriodStart'],
    ['that ends before it begins', { ChargePeriodEnd: "TIMESTAMP '2026-10-05 02:00:00'" }, 'ChargePeriodEnd'],
    ['outside the billing period', { ChargePeriodStart: "TIMESTAMP '2026-09-30 23:00:00'" }, 'ChargePeriodStart'],
  ])('refuses a time %s, by row and column', async (_, row, column) => {
    expect(await problemsOf(row)).toMatchObject([{ row: 2, column }]);
  });

  it('refuses an empty text where something has to be', async () => {
    expect(await problemsOf({ ProviderName: "''" })).toMatchObject([{ row: 2, column: 'ProviderName' }]);
    expect(await problemsOf({ BillingCurrency: "''" })).toMatchObject([{ row: 2, column: 'BillingCurrency' }]);
  });
});
