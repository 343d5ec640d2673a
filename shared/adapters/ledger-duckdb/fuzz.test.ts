import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BillRefused, type IngestFile, type Ledger } from '../../ports/ledger.ts';
import { csvOf, rules } from './fixtures.ts';
import { createLedger, folderFiles } from './index.ts';

/** Whatever a file holds, it is a bill or it is refused; nothing else is thrown, and of what is refused nothing is kept. */
describe('arbitrary files', () => {
  let folder: string;
  let ledger: Ledger;
  const good = csvOf(Array.from({ length: 20 }, (_, at) => ({ ResourceId: `r${at}`, ChargeDescription: 'a "b",\nc' })));
  let parquet: Buffer;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fuzz-'));
    ledger = createLedger({
      files: folderFiles(join(folder, 'files')),
      workFolder: join(folder, 'work'),
      memoryMegabytes: 128,
    });
    await writeFile(join(folder, 'good.csv'), good);
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    await connection.run(
      `COPY (SELECT * FROM read_csv('${folder}/good.csv', all_varchar = true)) TO '${folder}/good.parquet' (FORMAT parquet)`,
    );
    connection.closeSync();
    instance.closeSync();
    parquet = readFileSync(join(folder, 'good.parquet'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const kept = async (): Promise<number> =>
    (await readdir(join(folder, 'files'), { recursive: true }).catch(() => [])).length;

  async function readsOrRefuses(bytes: Uint8Array, format: IngestFile['format']): Promise<void> {
    const path = join(folder, 'case');
    await writeFile(path, bytes);
    const before = await kept();
    try {
      const { bills, rows } = await ledger.ingest({ path, format, name: 'case' }, rules);
      expect(rows).toBe(bills.reduce((sum, each) => sum + each.rows, 0));
      const sums = await ledger.sums(
        bills.map(({ file }) => file),
        { by: ['day'] },
      );
      expect(sums.reduce((sum, { micros }) => sum + micros, 0)).toBe(
        bills.reduce((sum, each) => sum + each.totalMicros, 0),
      );
    } catch (error) {
      expect(error).toBeInstanceOf(BillRefused);
      expect((error as BillRefused).problems.length).toBeGreaterThan(0);
      expect((error as BillRefused).problems.length).toBeLessThanOrEqual(50);
      for (const { message } of (error as BillRefused).problems) expect(message.length).toBeLessThanOrEqual(500);
      expect(await kept()).toBe(before);
    }
  }

  const formats = fc.constantFrom<IngestFile['format']>('csv', 'csv-gzip', 'parquet', 'ndjson');

  it('bytes', () =>
    fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), formats, readsOrRefuses), { numRuns: 40 }));

  const mutation = fc.array(fc.tuple(fc.double({ min: 0, max: 0.999_999, noNaN: true }), fc.nat(255)), {
    maxLength: 6,
  });
  const cut = fc.option(fc.double({ min: 0, max: 1, noNaN: true }));
  const mutated = (bytes: Uint8Array, changes: readonly (readonly [number, number])[], end: number | null): Buffer => {
    const copy = Buffer.from(bytes);
    for (const [at, value] of changes) copy[Math.floor(at * copy.length)] = value;
    return copy.subarray(0, Math.floor((end ?? 1) * copy.length));
  };

  it('CSV with bytes changed, or cut', () =>
    fc.assert(
      fc.asyncProperty(mutation, cut, (changes, end) =>
        readsOrRefuses(mutated(Buffer.from(good), changes, end), 'csv'),
      ),
      { numRuns: 30 },
    ));

  it('gzip with bytes changed, or cut', () =>
    fc.assert(
      fc.asyncProperty(mutation, cut, (changes, end) =>
        readsOrRefuses(mutated(gzipSync(good), changes, end), 'csv-gzip'),
      ),
      { numRuns: 30 },
    ));

  it('Parquet with bytes changed, or cut', () =>
    fc.assert(
      fc.asyncProperty(mutation, cut, (changes, end) => readsOrRefuses(mutated(parquet, changes, end), 'parquet')),
      { numRuns: 30 },
    ));
});
