import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { afterEach, describe, expect, it } from 'vitest';
import type { Envelope } from '../../contracts/envelope.ts';
import { documentsInMemory, eventOf, instantTimer, serveAws, type Answer, type Asked } from './fixtures.ts';
import { createPublisher, createSender, type PublisherOptions } from './publish.ts';

const now = Date.UTC(2026, 10, 21, 8);
let server: Awaited<ReturnType<typeof serveAws>>;
afterEach(() => server.close());

interface Entry {
  readonly Detail: string;
  readonly DetailType: string;
}
const entriesOf = ({ body }: Asked): readonly Entry[] => (body as { readonly Entries: readonly Entry[] }).Entries;
const eventsOf = (asked: Asked): Envelope[] => entriesOf(asked).map(({ Detail }) => JSON.parse(Detail) as Envelope);
const idsAsked = (): string[][] => server.asked.map((asked) => eventsOf(asked).map(({ id }) => id));
/** Takes everything but what `refuse` names, which comes back inside the 200 as PutEvents has it. */
const taking =
  (refuse: (id: string) => string | undefined) =>
  (asked: Asked): Answer => {
    const Entries = eventsOf(asked).map(({ id }) => {
      const ErrorCode = refuse(id);
      return ErrorCode === undefined ? { EventId: `took-${id}` } : { ErrorCode, ErrorMessage: `not ${id}` };
    });
    return { body: { Entries, FailedEntryCount: Entries.filter((entry) => 'ErrorCode' in entry).length } };
  };

async function setup(answer: (asked: Asked, count: number) => Answer, more: Partial<PublisherOptions> = {}) {
  server = await serveAws(answer);
  const timer = instantTimer();
  const client = new EventBridgeClient(server.client);
  const options = { eventBus: 'hub', clock: { now: () => now }, client, timer, random: () => 0.5, ...more };
  return { publish: createPublisher(options), send: createSender(options), waited: timer.waited };
}
const publications = (...ids: string[]) => ids.map((id) => ({ event: eventOf(id) }));
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `e${index}`);

describe('publishing', () => {
  it('sends ten at a time, in order', async () => {
    const { publish } = await setup(taking(() => undefined));
    const ids = numbered(23);
    expect(await publish(publications(...ids))).toEqual(ids.map(() => 'accepted'));
    expect(idsAsked()).toEqual([ids.slice(0, 10), ids.slice(10, 20), ids.slice(20)]);
  });

  it('sends nothing for nothing', async () => {
    const { publish } = await setup(taking(() => undefined));
    expect(await publish([])).toEqual([]);
    expect(server.asked).toEqual([]);
  });

  it('sends the refused entries of a 200 again, only those and in order, with growing jitter', async () => {
    const refusals = new Map([
      ['b', 2],
      ['d', 1],
    ]);
    const { publish, waited } = await setup(
      taking((id) => {
        const left = refusals.get(id) ?? 0;
        refusals.set(id, left - 1);
        return left > 0 ? 'ThrottlingException' : undefined;
      }),
    );
    expect(await publish(publications('a', 'b', 'c', 'd', 'e'))).toEqual(Array(5).fill('accepted'));
    expect(idsAsked()).toEqual([['a', 'b', 'c', 'd', 'e'], ['b', 'd'], ['b']]);
    expect(waited).toEqual([50, 100]);
  });

  it('tries again when the whole call is throttled or fails', async () => {
    const fine = taking(() => undefined);
    const { publish, waited } = await setup((asked, count) => {
      if (count === 1) return { status: 400, body: { __type: 'ThrottlingException', message: 'Rate exceeded' } };
      if (count === 2) return { status: 500, body: { __type: 'InternalException', message: 'oh' } };
      return fine(asked);
    });
    expect(await publish(publications('a', 'b'))).toEqual(['accepted', 'accepted']);
    expect(idsAsked()).toEqual([
      ['a', 'b'],
      ['a', 'b'],
      ['a', 'b'],
    ]);
    expect(waited).toEqual([50, 100]);
  });

  it('gives up in the end, says why, and sends nothing behind it', async () => {
    const { publish, waited } = await setup(taking((id) => (id === 'e3' ? 'InternalFailure' : undefined)));
    const failure = await publish(publications(...numbered(12))).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'BusUnavailable' });
    expect(String(failure)).toContain('event bus hub did not take an event: InternalFailure: not e3');
    expect(idsAsked()).toEqual([numbered(10), ...Array<string[]>(5).fill(['e3'])]);
    expect(waited.length).toBe(5);
  });

  it('does not try again what somebody has to repair first', async () => {
    const { publish, waited } = await setup(() => ({
      status: 400,
      body: { __type: 'ResourceNotFoundException', message: 'Event bus hub does not exist.' },
    }));
    await expect(publish(publications('a'))).rejects.toMatchObject({
      name: 'BusUnavailable',
      message: expect.stringContaining('ResourceNotFoundException') as string,
    });
    expect(waited).toEqual([]);
  });

  it('is not available when nobody answers', async () => {
    const { publish } = await setup(taking(() => undefined));
    await server.close();
    await expect(publish(publications('a'))).rejects.toMatchObject({ name: 'BusUnavailable' });
    server = await serveAws(taking(() => undefined));
  });

  it('knows within one call what stands in it twice', async () => {
    const { publish } = await setup(taking(() => undefined));
    const twice = [...publications('a', 'b', 'a'), { event: eventOf('a', { source: '/elsewhere' }) }];
    expect(await publish(twice)).toEqual(['accepted', 'accepted', 'duplicate', 'accepted']);
    expect(idsAsked()).toEqual([['a', 'b', 'a']]);
  });

  it('refuses a delayed event when it was made without a delay', async () => {
    const { publish } = await setup(taking(() => undefined));
    const due = [{ event: eventOf('a'), dueAt: now }];
    expect(await publish(due)).toEqual(['accepted']);
    await expect(publish([{ event: eventOf('b'), dueAt: now + 1 }])).rejects.toBeInstanceOf(TypeError);
  });
});

describe('a large event', () => {
  const large = (id: string) => eventOf(id, { data: { text: 'x'.repeat(300 * 1024) } });

  it('of 300 KB goes by claim check where the limit allows it', async () => {
    const documents = documentsInMemory();
    const { publish } = await setup(
      taking(() => undefined),
      { documents, maximumBytes: 1024 * 1024 },
    );
    expect(await publish([{ event: large('a') }])).toEqual(['accepted']);
    const [light] = eventsOf(server.asked[0] as Asked);
    expect(light).toHaveProperty('dataref');
    expect(light).not.toHaveProperty('data');
    expect(documents.size).toBe(1);
  });

  it('beyond the limit is refused before anything is sent or stored', async () => {
    const documents = documentsInMemory();
    const { publish } = await setup(
      taking(() => undefined),
      { documents },
    );
    await expect(publish([...publications('small'), { event: large('a') }])).rejects.toMatchObject({
      name: 'EventTooLarge',
    });
    expect([server.asked.length, documents.size]).toEqual([0, 0]);
  });

  it('waits when the document store is not there', async () => {
    const put = () => Promise.reject(new Error('no bucket'));
    const documents = { ...documentsInMemory(), put };
    const { publish } = await setup(
      taking(() => undefined),
      { documents, maximumBytes: 1024 * 1024 },
    );
    await expect(publish([{ event: large('a') }])).rejects.toMatchObject({ name: 'BusUnavailable' });
  });
});

describe('sending, with a result for each entry', () => {
  it('goes on behind an entry that will never be taken', async () => {
    const { send } = await setup(taking((id) => (id === 'e2' ? 'MalformedDetail' : undefined)));
    const results = await send(publications(...numbered(12)));
    expect(results.map((result) => (result instanceof Error ? result.name : result))).toEqual(
      numbered(12).map((id) => (id === 'e2' ? 'EventRefused' : 'accepted')),
    );
    expect(results[2]).toMatchObject({ terminal: true, code: 'MalformedDetail' });
    expect(idsAsked().map(({ length }) => length)).toEqual([10, 2]);
  });

  it('finds the one for which a whole request is refused', async () => {
    const fine = taking(() => undefined);
    const { send } = await setup((asked) =>
      eventsOf(asked).some(({ id }) => id === 'b')
        ? { status: 400, body: { __type: 'ValidationException', message: 'no' } }
        : fine(asked),
    );
    const results = await send(publications('a', 'b', 'c'));
    expect(results).toEqual(['accepted', expect.objectContaining({ name: 'EventRefused' }), 'accepted']);
    expect(idsAsked()).toEqual([['a', 'b', 'c'], ['a'], ['b'], ['c']]);
  });
});
