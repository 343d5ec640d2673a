import { describe, expect, it } from 'vitest';
import { billReceived, type BillFile } from '../../../shared/contracts/bill-received.ts';
import type { Draft } from '../../../shared/contracts/contract.ts';
import type { Reader } from '../../../shared/pipeline/handler.ts';
import type { BillSource } from '../../../shared/ports/bill-source.ts';
import { BillRefused, type Ingested, type Ledger } from '../../../shared/ports/ledger.ts';
import type { CostGiven } from '../given.ts';
import { onBillReceived } from '../on-bill-received.ts';
import { defaultCostSettings } from '../settings.ts';
import { lookThrough } from './look-through.ts';
import { billKey, type BillRecord } from './record.ts';

type Bill = Partial<Ingested['bills'][number]>;

/** What each uploaded file holds; a file that is none is refused. */
const bills: Readonly<Record<string, Bill>> = {
  whole: { totalMicros: 31, rows: 310, from: '2026-10-01', to: '2026-11-01' },
  half: { totalMicros: 15, rows: 150, from: '2026-10-01', to: '2026-10-16' },
  other: { totalMicros: 32, rows: 300, from: '2026-10-01', to: '2026-11-01' },
  few: { totalMicros: 31, rows: 100, from: '2026-10-01', to: '2026-11-01' },
  euros: { totalMicros: 28, rows: 310, from: '2026-10-01', to: '2026-11-01', currency: 'EUR' },
};

const never = (): Promise<never> => Promise.reject(new Error('not asked for here'));
const ledger: Ledger = {
  ingest: ({ path }) => {
    const bill = bills[path];
    if (bill === undefined) return Promise.reject(new BillRefused(path, [{ message: `${path} is no bill` }]));
    const { rows = 0 } = bill;
    const about = {
      provider: 'aws',
      account: '1',
      period: '2026-10',
      currency: 'USD',
      totalMicros: 0,
      from: '',
      to: '',
    };
    return Promise.resolve({
      ...{ format: 'FOCUS 1.2', sha256: 'a'.repeat(64), rows, warnings: [] },
      bills: [{ ...about, file: `aws/1/2026-10/${path}`, rows, ...bill }],
    });
  },
  ...{ sums: never, differs: never, lines: never, drop: never, close: () => Promise.resolve() },
};

class World {
  now = Date.parse('2026-11-21T12:00:00Z');
  readonly records = new Map<string, unknown>();
  /** Files that were sent and not let go of. */
  readonly inbox = new Map<string, BillFile>();
  readonly reader: Reader = {
    get: <T>(key: string) => Promise.resolve(this.records.get(key) as T | undefined),
    list: never,
  };
  readonly source: BillSource = {
    name: 'upload',
    list: () => Promise.resolve([...this.inbox.values()]),
    fetch: ({ location }) => Promise.resolve({ path: location, format: 'csv', requests: 0, requestMicros: 0 }),
    forget: ({ location }) => Promise.resolve(void this.inbox.delete(location)),
  };
  readonly given: CostGiven = {
    ...{ settings: defaultCostSettings, ledger, billSources: [this.source], priceSources: [] },
    post: never,
  };

  /** As the door says it: the same file has the same place, whenever it is sent. */
  async send(location: string, writtenAt: number, times = 2): Promise<readonly Draft[]> {
    const file: BillFile = { source: 'upload', location, version: location, bytes: 1, writtenAt };
    this.inbox.set(location, file);
    const said: Draft[] = [];
    for (let time = 0; time < times; time++) said.push(...(await this.#deliver(file)));
    return said;
  }

  async #deliver(file: BillFile): Promise<readonly Draft[]> {
    const { data, type, subject } = billReceived.draft({ file });
    const about = { specversion: '1.0', id: 'e', source: '/test', datacontenttype: 'application/json' } as const;
    const event = { ...about, type, subject, time: '2026-11-21T12:00:00.000Z', correlationid: 'e', data };
    const context = { records: this.reader, documents: {} as never, now: this.now };
    const { writes = [], events = [] } = await onBillReceived(this.given).handle(billReceived.parse(event), context);
    for (const { key, value } of writes) this.records.set(key, value);
    return events;
  }

  get counts(): BillRecord['current'] | undefined {
    return (this.records.get(billKey('aws/1/2026-10')) as BillRecord | undefined)?.current;
  }

  /** What a sweep would read of the inbox. */
  async swept(): Promise<number> {
    const context = { records: this.reader, documents: {} as never, now: 0 };
    const { events = [] } = await lookThrough(this.source, { sweep: 's', after: undefined, context });
    return events.length;
  }
}

const warningsOf = (said: readonly Draft[]): readonly string[] =>
  said.flatMap(({ data }) => (data as { readonly warnings?: readonly string[] }).warnings ?? []);

describe('a bill that is sent again', () => {
  it('changes nothing while it is the one that counts', async () => {
    const world = new World();
    expect(await world.send('whole', 1)).toHaveLength(1);
    expect(await world.send('whole', 2)).toEqual([]);
    expect(await world.swept()).toBe(0);
    expect(world.inbox.size).toBe(0);
  });

  it('counts again over what came in meanwhile; its first sending, told once more, does not', async () => {
    const world = new World();
    await world.send('whole', 1);
    await world.send('half', 2);
    expect(world.counts?.totalMicros).toBe(15);
    expect(await world.send('whole', 3)).toHaveLength(1);
    expect(world.counts?.totalMicros).toBe(31);
    expect(await world.send('half', 2)).toEqual([]);
    expect(await world.send('whole', 1)).toEqual([]);
    expect(world.counts?.totalMicros).toBe(31);
  });

  it('is found by a sweep where its event was lost, and let go of once it has been read', async () => {
    const world = new World();
    await world.send('whole', 1);
    await world.send('half', 2);
    await world.send('whole', 3, 0);
    expect(await world.swept()).toBe(1);
    await world.send('whole', 3);
    expect(await world.swept()).toBe(0);
  });

  it('is read again where it was refused: what could not be read then may be by now', async () => {
    const world = new World();
    expect(await world.send('nothing', 1)).toMatchObject([{ type: expect.stringContaining('bill.refused') as string }]);
    expect(await world.send('nothing', 2)).toHaveLength(1);
  });
});

describe('a bill that replaces another', () => {
  it.each([
    ['half', /it has 150 rows from 2026-10-01 to before 2026-10-16, and replaces 310 rows from .*: parts of a bill/],
    ['few', /; it has 100 rows/],
    ['euros', /^it is in EUR, and the version it replaces was in USD$/],
  ])('says what is lost: %s', async (name, warning) => {
    const world = new World();
    await world.send('whole', 1);
    const said = await world.send(name, 2);
    expect(warningsOf(said)).toContainEqual(expect.stringMatching(warning));
    expect(said[0]?.data).toMatchObject(name === 'euros' ? {} : { previousMicros: 31 });
    if (name === 'euros') expect(said[0]?.data).not.toHaveProperty('previousMicros');
  });

  it('names the file that is the same bill, read shortly before or coming back', async () => {
    const world = new World();
    const twice = /^whole is this bill as well, and no longer counts: parts of a bill belong into one file/;
    await world.send('whole', 1);
    expect(warningsOf(await world.send('other', 2))).toMatchObject([expect.stringMatching(twice)]);
    world.now += 86_400_000;
    expect(warningsOf(await world.send('whole', 3))).toHaveLength(1);
  });

  it("says nothing of what grows, nor of the next day's run in a folder of its own", async () => {
    const world = new World();
    await world.send('half', 1);
    world.now += 86_400_000;
    expect(warningsOf(await world.send('whole', 2))).toEqual([]);
  });
});
