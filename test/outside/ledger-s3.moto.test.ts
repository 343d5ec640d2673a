import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, inject, it } from 'vitest';
import type { PageKey } from '../../shared/adapters/bills-cost-api/page-cache.ts';
import { s3PageCache } from '../../shared/adapters/bills-cost-api/page-cache-s3.ts';
import { createLedger } from '../../shared/adapters/ledger-duckdb/index.ts';
import { s3Files } from '../../shared/adapters/ledger-duckdb/s3-files.ts';
import { ledgerSuite } from '../contract/ledger.suite.ts';
import { createBucket, s3At } from './moto-clients.ts';

const endpoint = inject('motoEndpoint');
const clock = { now: () => Date.now() };
const folders: string[] = [];
afterEach(() => Promise.all(folders.splice(0).map((each) => rm(each, { recursive: true, force: true }))));

const fresh = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'ledger-s3-'));
  folders.push(folder);
  return folder;
};

ledgerSuite('DuckDB, in S3', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ledger-s3-'));
  const client = s3At(endpoint);
  const bucket = await createBucket(client);
  const files = s3Files({ bucket, prefix: 'ledger/', folder: join(folder, 'copies'), clock, client });
  return {
    folder,
    ledger: createLedger({ files, workFolder: join(folder, 'work'), memoryMegabytes: 200 }),
    kept: async () => {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
      return Contents.map(({ Key = '' }) => Key).sort();
    },
    remove: async () => {
      client.destroy();
      await rm(folder, { recursive: true, force: true });
    },
  };
});

describe('ledger files in S3', () => {
  async function two() {
    const client = s3At(endpoint);
    const bucket = await createBucket(client);
    const instance = async () => {
      const folder = await fresh();
      return { folder, files: s3Files({ bucket, prefix: 'ledger/', folder: join(folder, 'copies'), clock, client }) };
    };
    return [await instance(), await instance()] as const;
  }

  it('are written once: whoever comes second reads what the first one wrote', async () => {
    const [one, other] = await two();
    for (const [{ folder, files }, text] of [
      [one, 'first'],
      [other, 'second'],
    ] as const) {
      const path = join(folder, 'new');
      await writeFile(path, text);
      await files.put('aws/1/2026-10/x.parquet', path);
      expect(await readdir(folder)).not.toContain('new');
    }
    for (const { files } of [one, other]) {
      expect(await readFile(await files.local('aws/1/2026-10/x.parquet'), 'utf8')).toBe('first');
    }
  });

  it('are told as missing by their place, and may be deleted twice', async () => {
    const [one, other] = await two();
    await writeFile(join(one.folder, 'new'), 'rows');
    await one.files.put('a/b', join(one.folder, 'new'));
    for (const { files } of [one, one, other]) await files.delete('a/b');
    for (const { files } of [one, other]) {
      await expect(files.local('a/b')).rejects.toThrow(/s3:\/\/homeostasis-.*\/ledger\/a\/b is not there: restore it/);
    }
    expect(await other.files.readNote('imports/none.json')).toBeUndefined();
    await one.files.writeNote('imports/some.json', '{}');
    expect(await other.files.readNote('imports/some.json')).toBe('{}');
  });
});

describe('pages that were paid for, in S3', () => {
  it('are not paid for again by anybody, and each payment counts, of two at once too', async () => {
    const client = s3At(endpoint);
    const bucket = await createBucket(client);
    const [one, other] = [0, 1].map(() => s3PageCache({ bucket, prefix: 'ledger/cost-apis/x/', client }));
    const key = (number: number) => ({ month: '2026-10', asOf: '2026-11-10', number });
    const page = { rows: [], requestMicros: 10_000 };
    expect([await one?.read(key(1)), await one?.spent('2026-11-10')]).toEqual([undefined, 0]);
    const day = '2026-11-10';
    await Promise.all([one?.keep(key(1), page, day), other?.keep(key(2), { ...page, next: 'more' }, day)]);
    expect(await other?.read(key(1))).toEqual(page);
    expect(await one?.read(key(2))).toEqual({ ...page, next: 'more' });
    expect([await one?.spent('2026-11-10'), await one?.spent('2026-11-11')]).toEqual([2, 0]);
  });

  it('are let go of when the month has been read as of a later day; what a day has paid for is told for two months', async () => {
    const client = s3At(endpoint);
    const bucket = await createBucket(client);
    const cache = s3PageCache({ bucket, prefix: 'ledger/cost-apis/x/', client });
    const page = { rows: [], requestMicros: 10_000 };
    const [early, late] = ['2026-11-10', '2026-11-11'].map((asOf) => ({ month: '2026-10', asOf, number: 1 })) as [
      PageKey,
      PageKey,
    ];
    for (const key of [early, late]) await cache.keep(key, page, key.asOf);
    await cache.forget({ ...late, day: '2027-01-12', oldest: '2026-10' });
    expect([await cache.read(early), await cache.read(late)]).toEqual([undefined, page]);
    expect([await cache.spent(early.asOf), await cache.spent(late.asOf)]).toEqual([0, 1]);
  });
});
