import { describe, expect, it } from 'vitest';
import { delayedBody } from '../../shared/adapters/bus-eventbridge/delay.ts';
import { outboxItemOf } from '../../shared/adapters/store-dynamodb/index.ts';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import { BusUnavailable, type Publication } from '../../shared/ports/event-bus.ts';
import { NotTheActiveHub } from '../../shared/ports/lease-store.ts';
import { silentLogger } from '../../shared/ports/logger.ts';
import { createHandler as createDelayed, handler as delayedHandler } from './main.delayed.lambda.ts';
import type { Pending } from './ports.ts';
import { createHandler, handler } from './main.lambda.ts';

const now = Date.UTC(2026, 10, 21, 8);
const clock = { now: () => now };
const event: Envelope = {
  specversion: '1.0',
  id: 'a',
  source: '/homeostasis/monitor',
  type: 'test.happened',
  time: '2026-11-21T07:58:00.000Z',
  datacontenttype: 'application/json',
  correlationid: 'a',
  data: {},
};

function setup(taken = true) {
  const sent: Publication[] = [];
  const measured: Record<string, number> = {};
  const send = (entries: readonly Publication[]) => {
    sent.push(...entries);
    return Promise.resolve(entries.map(() => (taken ? ('accepted' as const) : new BusUnavailable('no'))));
  };
  async function* leftovers(owner: string) {
    if (owner === 'monitor') yield await Promise.resolve([{ key: { pk: 'p', sk: 's' }, publication: { event } }]);
  }
  const ports = {
    ...{ send, leftovers, clock, logger: silentLogger },
    remove: () => Promise.resolve(),
    measure: (name: string, value: number) => void (measured[name] = value),
  };
  return { ports, sent, measured, handle: createHandler(ports) };
}

describe('the outbox function', () => {
  const NewImage = outboxItemOf('monitor', { event, json: JSON.stringify(event), dueAt: 0 }, now) as never;
  const batch = { Records: [{ eventName: 'INSERT', dynamodb: { SequenceNumber: '42', NewImage } }] };

  it('relays a batch of the stream, and measures nothing by it', async () => {
    const { handle, sent, measured } = setup();
    expect(await handle(batch)).toEqual({ batchItemFailures: [] });
    expect([sent, measured]).toEqual([[{ event }], {}]);
  });

  it('reports by sequence number what did not go', async () => {
    expect(await setup(false).handle(batch)).toEqual({ batchItemFailures: [{ itemIdentifier: '42' }] });
  });

  it('sweeps when a schedule calls, and measures', async () => {
    const { handle, sent, measured } = setup();
    expect(await handle({ source: 'aws.scheduler' })).toEqual({ sent: 1, left: 0, lagSeconds: 120, failed: [] });
    expect([sent, measured]).toEqual([[{ event }], { OutboxLagSeconds: 120, OutboxLeft: 0 }]);
  });

  it('rests for five minutes when it found nothing, and looks every time while something is left', async () => {
    const { ports } = setup();
    let now = 0;
    let asked = 0;
    let left: readonly Pending[] = [];
    async function* leftovers(owner: string) {
      asked += owner === 'dr' ? 1 : 0;
      yield await Promise.resolve(owner === 'dr' ? left : []);
    }
    const handle = createHandler({ ...ports, leftovers, clock: { now: () => now } });
    const minutes = async (count: number) => {
      asked = 0;
      for (let minute = 0; minute < count; minute++, now += 60_000) await handle({});
      return asked;
    };
    expect(await minutes(60)).toBe(12);
    left = [{ key: { pk: 'p', sk: 's' }, publication: { event }, committedAt: now - 300_000 }];
    expect(await minutes(10)).toBe(10);
  });

  it('fails when it could not sweep all, after it has measured', async () => {
    const { ports, measured } = setup();
    async function* leftovers(owner: string): AsyncIterable<[]> {
      await Promise.resolve();
      if (owner === 'dr') throw new Error('table busy');
    }
    const handle = createHandler({ ...ports, leftovers });
    await expect(handle({})).rejects.toThrow('the outbox of dr could not be read to the end');
    expect(measured).toEqual({ OutboxLagSeconds: 0, OutboxLeft: 0 });
  });

  it('of a hub that stands by sends nothing, and measures nothing', async () => {
    const { ports, sent, measured } = setup();
    const handle = createHandler({ ...ports, standing: () => Promise.resolve('standby') });
    expect(await handle(batch)).toEqual({ batchItemFailures: [] });
    expect(await handle({})).toMatchObject({ sent: 0 });
    expect([sent, measured]).toEqual([[], {}]);
  });

  it('has the stream come again while it is not yet known who is active', async () => {
    const { ports, sent } = setup();
    const handle = createHandler({ ...ports, standing: () => Promise.resolve('waiting') });
    expect(await handle(batch)).toEqual({ batchItemFailures: [{ itemIdentifier: '42' }] });
    expect(sent).toEqual([]);
  });

  it('of the active hub also sweeps what the other one accepted', async () => {
    const { ports } = setup();
    const asked: string[] = [];
    async function* leftovers(owner: string) {
      asked.push(owner);
      yield await Promise.resolve([]);
    }
    await createHandler({ ...ports, leftovers })({});
    expect(asked.splice(0)).not.toContain('standby');
    await createHandler({ ...ports, leftovers, standing: () => Promise.resolve('active') })({});
    expect(asked).toContain('standby');
  });

  it('names the variable that is missing when it was deployed without', async () => {
    await expect(handler({ Records: [] })).rejects.toThrow(/HOMEOSTASIS_TABLE/);
  });
});

describe('the function behind the delay queue', () => {
  const Records = [
    { messageId: 'm1', body: delayedBody({ event, dueAt: now }) },
    { messageId: 'm2', body: 'garbage' },
  ];

  it('hands on what it can, and reports what comes again', async () => {
    const { ports, sent } = setup();
    const put: string[] = [];
    const failed = ({ record, error }: { record: { messageId: string }; error: unknown }) => {
      put.push(`${record.messageId} ${(error as Error).name}`);
      return Promise.resolve(true);
    };
    const handle = createDelayed({ ...ports, failed });
    expect(await handle({ Records })).toEqual({ batchItemFailures: [{ itemIdentifier: 'm2' }] });
    expect([sent, put]).toEqual([[{ event, dueAt: now }], ['m2 InvalidEvent']]);
  });

  it('gives everything back while its hub stands by', async () => {
    const { ports, sent } = setup();
    const put: string[] = [];
    const failed = ({ error }: { error: unknown }) => Promise.resolve(put.push((error as Error).name) === 0);
    const active = () => Promise.reject(new NotTheActiveHub('eu-west-1', undefined));
    expect(await createDelayed({ ...ports, failed, active })({ Records })).toEqual({ batchItemFailures: [] });
    expect([sent, put]).toEqual([[], ['NotTheActiveHub', 'NotTheActiveHub']]);
  });

  it('does not ask again for what was put aside', async () => {
    const handle = createDelayed({ ...setup(false).ports, failed: () => Promise.resolve(false) });
    expect(await handle({ Records })).toEqual({ batchItemFailures: [] });
  });

  it('refuses what is no batch, and names the variable that is missing', async () => {
    await expect(createDelayed({ ...setup().ports, failed: () => Promise.resolve(true) })({})).rejects.toThrow(
      TypeError,
    );
    await expect(delayedHandler({ Records })).rejects.toThrow(/HOMEOSTASIS_DELAY_QUEUE_URL/);
  });
});
