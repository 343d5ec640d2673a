import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { appendToLog, createDynamoLog, type DynamoLogOptions } from '../../shared/adapters/log-dynamodb/index.ts';
import { createMemoryRuntime } from '../../shared/adapters/memory/index.ts';
import { createDynamoStore, StoreUnavailable } from '../../shared/adapters/store-dynamodb/index.ts';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import type { BusEvent } from '../../shared/contracts/event-pattern.ts';
import { UnknownConsumer, type LogEntry, type LogQuery } from '../../shared/ports/event-log.ts';
import { sampleEvent } from '../contract/samples.ts';
import { cancelled, hasty, nth, refused } from './dynamo-faults.ts';
import { createTable, dynamoAt } from './moto-clients.ts';
import { ManualTime, turns, until } from './network-time.ts';
import { startWire, type Course, type Passing } from './wire.ts';

const endpoint = inject('motoEndpoint');
const routes: DynamoLogOptions['routes'] = {
  consumers: () => ['test/two', 'test/one'],
  match: ({ type }) => (type === 'contract.happened' ? ['test/one', 'test/two'] : []),
};

const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function subject(course: (passing: Passing, asked: readonly Passing[]) => Course = () => ({ kind: 'pass' })) {
  const asked: Passing[] = [];
  const direct = dynamoAt(endpoint);
  const table = await createTable(direct);
  const wire = await startWire(endpoint, (passing) => {
    asked.push(passing);
    return course(passing, asked);
  });
  const client = dynamoAt(wire.endpoint);
  ends.push(
    () => direct.destroy(),
    wire.close,
    () => client.destroy(),
  );
  const replayed: { readonly consumer: string; readonly events: readonly BusEvent[] }[] = [];
  const replayTo = (consumer: string, events: readonly BusEvent[]) =>
    Promise.resolve(void replayed.push({ consumer, events }));
  const time = new ManualTime();
  const log = createDynamoLog({ client, table, routes, replayTo, timer: time, followEveryMs: 500 });
  const append = (...events: Envelope[]) =>
    appendToLog(events, {
      client,
      table,
      consumersOf: (event) => routes.match(event).length,
      timer: hasty(),
      random: () => 0,
    });
  const read = async (query: LogQuery = {}) =>
    (await log.read(query)).map(({ sequence, event }) => `${sequence} ${event.id}`);
  const startAt = (head: number) =>
    direct.send(
      new PutItemCommand({
        TableName: table,
        Item: { pk: { S: 'log' }, sk: { S: 'head' }, sequence: { N: String(head) } },
      }),
    );
  return { client, table, log, append, read, replayed, asked, time, startAt };
}

const many = (count: number, changes: Partial<Envelope> = {}) =>
  Array.from({ length: count }, (_, i) => sampleEvent(`e${i}`, changes));

describe('the log in dynamodb', () => {
  it('numbers events in order and says how many read them', async () => {
    const { append, log } = await subject();
    expect(await log.read({})).toEqual([]);
    const other = sampleEvent('b', { type: 'contract.unread' });
    expect(await append(sampleEvent('a'), other)).toEqual(['accepted', 'accepted']);
    expect(await log.read({})).toEqual([
      { sequence: 1, event: sampleEvent('a'), consumers: 2 },
      { sequence: 2, event: other, consumers: 0 },
    ]);
  });

  it('enters an event once, however often it is delivered', async () => {
    const { append, read } = await subject();
    const [a, b, c] = ['a', 'b', 'c'].map((id) => sampleEvent(id)) as [Envelope, Envelope, Envelope];
    expect(await append(a, b, a)).toEqual(['accepted', 'accepted', 'duplicate']);
    expect(await append(b, c, sampleEvent('a', { data: { n: 2 } }))).toEqual(['duplicate', 'accepted', 'duplicate']);
    expect(await append(a, b)).toEqual(['duplicate', 'duplicate']);
    expect(await append(sampleEvent('a', { source: '/elsewhere' }))).toEqual(['accepted']);
    expect(await read()).toEqual(['1 a', '2 b', '3 c', '4 a']);
  });

  it('leaves no gap and no double where several write at once', async () => {
    const { append, log } = await subject();
    const events = many(12);
    const results = await Promise.all([0, 3, 6].map((from) => append(...events.slice(from, from + 6))));
    expect(results.flat().filter((result) => result === 'accepted').length).toBe(12);
    const entries = await log.read({});
    expect(entries.map(({ sequence }) => sequence)).toEqual(events.map((_, i) => i + 1));
    expect(new Set(entries.map(({ event }) => event.id)).size).toBe(12);
  });

  it('takes more than a transaction holds, in number and in bytes', async () => {
    const { append, read, asked } = await subject();
    await append(...many(70));
    expect(nth(asked, 'TransactWriteItems')).toBe(3);
    await append(...many(20, { source: '/large', data: 'x'.repeat(250_000) }));
    expect(nth(asked, 'TransactWriteItems')).toBe(5);
    expect((await read({ limit: 1000 })).length).toBe(90);
    // Five megabytes are at least five answers.
    expect(await read({ after: 70 })).toEqual(many(20).map(({ id }, i) => `${71 + i} ${id}`));
  });

  it('answers every query as the memory log does', async () => {
    const { append, log } = await subject();
    const memory = createMemoryRuntime({ clock: Date, random: () => 0.5 });
    const events = Array.from({ length: 24 }, (_, i) => {
      const changes = { correlationid: `chain-${i % 3}`, type: `contract.type-${i % 2}` };
      const { subject: _without, ...event } = sampleEvent(`e${i}`, changes);
      return i % 5 === 0 ? event : { ...event, subject: i % 4 < 2 ? `shop/${i}` : `blog/${i}` };
    });
    await append(...events);
    await memory.bus.publish(events.map((event) => ({ event })));
    const choices: { readonly [K in keyof LogQuery]-?: readonly LogQuery[K][] } = {
      after: [undefined, 0, 7, 30],
      before: [undefined, 20, 1],
      limit: [undefined, 3],
      type: [undefined, 'contract.type-1'],
      subjectPrefix: [undefined, 'shop/'],
      correlationid: [undefined, 'chain-1', 'unknown'],
      reverse: [undefined, true],
    };
    let queries: LogQuery[] = [{}];
    for (const [name, values] of Object.entries(choices)) {
      queries = queries.flatMap((query) => values.map((v) => (v === undefined ? query : { ...query, [name]: v })));
    }
    const sequences = (entries: readonly LogEntry[]) => entries.map(({ sequence }) => sequence);
    let found = 0;
    for (const query of queries) {
      const wanted = sequences(await memory.log.read(query));
      expect([query, sequences(await log.read(query))]).toEqual([query, wanted]);
      found += wanted.length;
    }
    expect(queries.length).toBe(576);
    expect(found).toBeGreaterThan(500);
  });

  it('reads on from one partition to the next, both ways', async () => {
    const { append, read, startAt } = await subject();
    await startAt(1996);
    await append(...many(6));
    expect(await read({ after: 1990 })).toEqual(['1997 e0', '1998 e1', '1999 e2', '2000 e3', '2001 e4', '2002 e5']);
    expect(await read({ reverse: true, limit: 4 })).toEqual(['2002 e5', '2001 e4', '2000 e3', '1999 e2']);
    expect(await read({ after: 1998, before: 2001 })).toEqual(['1999 e2', '2000 e3']);
    expect(await read({ after: 1990, type: 'contract.happened', limit: 5 })).toHaveLength(5);
    expect(await read({ correlationid: 'e4' })).toEqual(['2001 e4']);
  });

  it('never replaces an entry, though the head should lie', async () => {
    const { append, read, startAt } = await subject();
    await append(...many(2));
    await startAt(1);
    await expect(append(sampleEvent('late'))).rejects.toBeInstanceOf(StoreUnavailable);
    expect(await read({ correlationid: 'late' })).toEqual([]);
    expect(await read()).toEqual(['1 e0']);
  });

  it('tells a follower what comes after it began, in order, until it stops', async () => {
    const { append, log, time, asked } = await subject();
    await append(sampleEvent('before'));
    const seen: string[] = [];
    const looks = () => nth(asked, 'GetItem');
    const atFirst = looks();
    const unfollow = log.follow(({ event }) => {
      seen.push(event.id);
      if (event.id === 'e0') throw new Error('a follower that fails');
    });
    await until(() => looks() > atFirst + 1, 'the follower has looked');
    await turns(10);
    await append(...many(3));
    expect(seen).toEqual([]);
    time.advance(500);
    await until(() => seen.length === 3, 'the follower has heard');
    expect(seen).toEqual(['e0', 'e1', 'e2']);
    unfollow();
    await append(sampleEvent('after'));
    time.advance(10_000);
    await turns();
    expect(seen.length).toBe(3);
  });

  it('keeps following when the table was out of reach', async () => {
    let down = false;
    const { append, log, time, asked } = await subject(({ action }) =>
      down && action === 'Query' ? refused('ThrottlingException') : { kind: 'pass' },
    );
    const seen: string[] = [];
    ends.push(log.follow(({ event }) => seen.push(event.id)));
    await until(() => nth(asked, 'GetItem') > 1, 'the follower has looked');
    await append(sampleEvent('a'));
    down = true;
    await turns(10);
    time.advance(500);
    await until(() => nth(asked, 'Query') >= 3, 'the SDK has given up');
    await turns();
    down = false;
    time.advance(500);
    await until(() => seen.length > 0, 'the follower has heard');
    expect(seen).toEqual(['a']);
  });

  it('replays a range to one consumer and clears its marks', async () => {
    const { append, log, replayed, client, table } = await subject();
    const store = createDynamoStore({ client, table, owner: 'test', clock: Date });
    const mark = (consumer: string, { source, id }: Envelope) =>
      store.commit({ mark: { consumer, source, id }, writes: [], events: [] });
    const events = [...many(30), sampleEvent('x', { type: 'contract.other' })];
    await append(...events);
    for (const event of [events[0], events[1], events[29]] as Envelope[]) {
      await mark('test/one', event);
      await mark('test/two', event);
    }
    expect(await log.replay({ consumer: 'test/one', after: 1 })).toBe(29);
    expect(replayed.map(({ consumer }) => consumer)).toEqual(['test/one']);
    expect(replayed[0]?.events[0]).toMatchObject({ 'detail-type': 'contract.happened', detail: { id: 'e1' } });
    const again = async (consumer: string, event: Envelope | undefined) =>
      mark(consumer, event as Envelope).then(
        () => 'handled again',
        (error: Error) => error.name,
      );
    expect(await again('test/one', events[0])).toBe('AlreadyProcessed');
    expect(await again('test/one', events[1])).toBe('handled again');
    expect(await again('test/one', events[29])).toBe('handled again');
    expect(await again('test/two', events[1])).toBe('AlreadyProcessed');
    expect(await log.replay({ consumer: 'test/two', after: 0, until: 2 })).toBe(2);
    const unknown = await log.replay({ consumer: 'test/nobody', after: 0 }).catch((error: unknown) => error);
    expect(unknown).toBeInstanceOf(UnknownConsumer);
    expect(unknown).toMatchObject({ consumer: 'test/nobody', known: ['test/one', 'test/two'] });
  });
});

describe('the log in dynamodb on a bad wire', () => {
  it('appends once though the answer is lost', async () => {
    const { append, read } = await subject((passing, asked) =>
      passing.action === 'TransactWriteItems' && nth(asked, passing.action) === 1
        ? { kind: 'lose-answer' }
        : { kind: 'pass' },
    );
    await append(...many(3));
    expect(await read()).toEqual(['1 e0', '2 e1', '3 e2']);
  });

  it('tries again what met another transaction, and says so when it never passes', async () => {
    const passing = await subject((each, asked) =>
      each.action === 'TransactWriteItems' && nth(asked, each.action) < 3
        ? cancelled('None', 'None', 'None', 'TransactionConflict')
        : { kind: 'pass' },
    );
    expect(await passing.append(sampleEvent('a'))).toEqual(['accepted']);
    const stuck = await subject(({ action }) =>
      action === 'TransactWriteItems' ? cancelled('None', 'None', 'None', 'ThrottlingError') : { kind: 'pass' },
    );
    await expect(stuck.append(sampleEvent('a'))).rejects.toThrow(
      /8 attempts to append were cancelled \(ThrottlingError\)/,
    );
    expect(await stuck.read()).toEqual([]);
  });
});
