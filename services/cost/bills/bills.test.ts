import { mkdir, mkdtemp, readdir, rm, unlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFileSource } from '../../../shared/adapters/bills-files/index.ts';
import { createLedger, folderFiles } from '../../../shared/adapters/ledger-duckdb/index.ts';
import { scheduleCostSweep } from '../../../shared/contracts/schedule-cost-sweep.ts';
import type { Draft } from '../../../shared/contracts/contract.ts';
import type { Envelope } from '../../../shared/contracts/envelope.ts';
import type { Handler, Reader } from '../../../shared/pipeline/handler.ts';
import { limits } from '../../../shared/ports/record-store.ts';
import { csvOf, type FocusRow } from '../../../shared/adapters/ledger-duckdb/fixtures.ts';
import type { CostGiven } from '../given.ts';
import { handlers } from '../index.ts';
import { billPrefix } from '../keys.ts';
import { defaultCostSettings } from '../settings.ts';
import { readSpend } from './read-spend.ts';
import type { BillRecord } from './record.ts';

const noon = Date.parse('2026-11-21T12:00:00Z');
const interesting = ['bill.received', 'bill.imported', 'bill.refused'];

/** The service's own handlers over records in a map, a real ledger and real files; notes are delivered when nothing else is left. */
class World {
  now = noon;
  readonly records = new Map<string, unknown>();
  said: Draft[] = [];
  readonly folder: string;
  readonly given: CostGiven;
  readonly #handlers: ReadonlyMap<string, Handler>;
  #ids = 0;

  constructor(folder: string) {
    this.folder = folder;
    this.given = {
      settings: defaultCostSettings,
      ledger: createLedger({
        files: folderFiles(join(folder, 'ledger')),
        workFolder: join(folder, 'work'),
        memoryMegabytes: 128,
      }),
      billSources: [createFileSource({ name: 'files', path: join(folder, 'bills') })],
      workFolder: join(folder, 'work'),
      priceSources: [],
      post: () => Promise.resolve(),
    };
    this.#handlers = new Map(handlers(this.given).map((each) => [each.contract.type, each]));
  }

  get reader(): Reader {
    return {
      get: <T>(key: string) => Promise.resolve(structuredClone(this.records.get(key)) as T | undefined),
      list: <T>(prefix: string) =>
        Promise.resolve({
          items: [...this.records]
            .filter(([key]) => key.startsWith(prefix))
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, value]) => ({ key, version: 1, value: value as T })),
        }),
    };
  }

  /** A sweep and everything that comes of it, each event delivered `times`. */
  async sweep(times = 1): Promise<string[]> {
    this.said = [];
    const queue: Draft[] = [scheduleCostSweep.draft({})];
    for (let draft = queue.shift(); draft !== undefined; draft = queue.shift()) {
      const event = this.#event(draft);
      // What a second run says has the ids of the first: the bus takes it for the same.
      for (let time = 0; time < times; time++) {
        const events = await this.#deliver(event);
        if (time === 0) queue.push(...events);
      }
      queue.sort((a, b) => a.delayMs - b.delayMs);
    }
    return this.said.map(({ type, data }) => {
      const { bill, file } = data as { readonly bill?: string; readonly file?: { readonly location: string } };
      return `${type.split('.').slice(2, 4).join('.')} ${bill ?? file?.location ?? ''}`.trim();
    });
  }

  async #deliver(event: Envelope): Promise<Draft[]> {
    const handler = this.#handlers.get(event.type);
    if (handler === undefined) return [];
    const context = { records: this.reader, documents: {} as never, now: this.now };
    const { writes = [], events = [] } = await handler.handle(handler.contract.parse(event), context);
    expect(writes.length + events.length + 1).toBeLessThanOrEqual(limits.transactionItems);
    for (const { key, value } of writes) {
      if (value === undefined) this.records.delete(key);
      else this.records.set(key, structuredClone(value));
    }
    this.said.push(...events.filter(({ type }) => interesting.some((each) => type.includes(each))));
    return [...events];
  }

  #event(draft: Draft): Envelope {
    const id = `e${(this.#ids += 1)}`;
    return {
      specversion: '1.0',
      id,
      source: '/test',
      type: draft.type,
      subject: draft.subject,
      time: new Date(this.now).toISOString(),
      datacontenttype: 'application/json',
      correlationid: id,
      data: structuredClone(draft.data),
    };
  }

  async put(name: string, rows: readonly FocusRow[] | string, writtenAt = this.now): Promise<void> {
    const path = join(this.folder, 'bills', name);
    await writeFile(path, typeof rows === 'string' ? rows : csvOf(rows));
    await utimes(path, writtenAt / 1000, writtenAt / 1000);
  }

  bill(id = 'aws/123456789012/2026-10'): BillRecord | undefined {
    return this.records.get(`${billPrefix}${id}`) as BillRecord | undefined;
  }

  async total(): Promise<number> {
    const read = readSpend(this.reader, this.given.ledger, this.given.settings);
    const rows = await read({ from: '2026-01-01', to: '2027-01-01', by: ['application'] });
    return rows.reduce((sum, { micros }) => sum + micros, 0);
  }
}

describe('bills', () => {
  let world: World;
  beforeEach(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bills-'));
    await mkdir(join(folder, 'bills'));
    world = new World(folder);
  });
  afterEach(() => rm(world.folder, { recursive: true, force: true }));

  it('are read once, however often they are swept and delivered', async () => {
    await world.put('a.csv', [{ BilledCost: '1' }]);
    const first = await world.sweep(2);
    expect(first.filter((each) => each.startsWith('bill.imported'))).toEqual([
      'bill.imported aws/123456789012/2026-10',
    ]);
    expect(await world.sweep()).toEqual([]);
    expect(await world.total()).toBe(1_000_000);
    await world.given.ledger.close();
    expect(await readdir(join(world.folder, 'work'))).toEqual([]);
  });

  it('are restated by a new version, and the old one is forgotten an hour later, not before', async () => {
    await world.put('a.csv', [{ BilledCost: '1' }]);
    await world.sweep();
    const before = world.bill()?.current.ledgerFile ?? '';
    world.now += 60_000;
    await world.put('a.csv', [{ BilledCost: '1' }, { BilledCost: '-0.25', ChargeCategory: 'Credit' }]);
    await world.sweep();
    expect(world.said.at(-1)?.data).toMatchObject({ totalMicros: 750_000, previousMicros: 1_000_000 });
    expect(world.bill()?.history).toMatchObject([{ ledgerFile: before, totalMicros: 1_000_000 }]);
    expect(await world.total()).toBe(750_000);
    expect(await world.given.ledger.sums([before], { by: [] })).toHaveLength(1);
    world.now += 3_700_000;
    await world.sweep();
    expect(world.bill()?.history).toMatchObject([{ dropped: true }]);
    await expect(world.given.ledger.sums([before], { by: [] })).rejects.toThrow('ENOENT');
    expect(await world.total()).toBe(750_000);
  });

  it('count by when they were written, not by when they are read', async () => {
    await world.put('1-corrected.csv', [{ BilledCost: '2' }], noon);
    await world.put('2-first.csv', [{ BilledCost: '1' }], noon - 86_400_000);
    const said = await world.sweep();
    expect(said.filter((each) => each.startsWith('bill.imported'))).toHaveLength(1);
    expect(await world.total()).toBe(2_000_000);
  });

  it('of one export in parts are whole: one bill, and a missing part is another version of it', async () => {
    const folder = 'export/data/BILLING_PERIOD=2026-10';
    await mkdir(join(world.folder, 'bills', folder), { recursive: true });
    await world.put(`${folder}/part-00001.csv`, [{ BilledCost: '1' }]);
    await world.put(`${folder}/part-00002.csv`, [{ BilledCost: '2', ResourceId: 'other' }]);
    await world.put(`${folder}/manifest.json`, '{}');
    expect(await world.sweep()).toEqual([`bill.received ${folder}/`, 'bill.imported aws/123456789012/2026-10']);
    expect(await world.total()).toBe(3_000_000);
    await unlink(join(world.folder, 'bills', folder, 'part-00002.csv'));
    await world.sweep();
    expect(await world.total()).toBe(1_000_000);
  });

  it('that are wrong are refused once, until they change, and leave the others alone', async () => {
    await world.put('bad.csv', [{}, { BilledCost: 'x' }]);
    await world.put('good.csv', [{ BillingAccountId: '2' }]);
    expect((await world.sweep()).sort()).toEqual([
      'bill.imported aws/2/2026-10',
      'bill.received bad.csv',
      'bill.received good.csv',
      'bill.refused bad.csv',
    ]);
    expect(await world.sweep()).toEqual([]);
    world.now += 1000;
    await world.put('bad.csv', [{}]);
    expect(await world.sweep()).toContain('bill.imported aws/123456789012/2026-10');
  });

  it('are looked through page by page', async () => {
    for (let at = 0; at < 90; at++) await world.put(`${String(at).padStart(3, '0')}.csv`, 'nothing\n');
    const said = await world.sweep();
    expect(said.filter((each) => each.startsWith('bill.received'))).toHaveLength(90);
    expect(said.filter((each) => each.startsWith('bill.refused'))).toHaveLength(90);
  });

  it('of more than fits one transaction are refused, whole', async () => {
    await world.put(
      'many.csv',
      Array.from({ length: 46 }, (_, at) => ({ BillingAccountId: `account-${at}` })),
    );
    expect(await world.sweep()).toEqual(['bill.received many.csv', 'bill.refused many.csv']);
    expect(world.said.at(-1)?.data).toMatchObject({
      problems: [{ message: expect.stringContaining('46 bills') as string }],
    });
  });
});
