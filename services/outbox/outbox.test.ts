import { describe, expect, it } from 'vitest';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import { readDelayed } from '../../shared/adapters/bus-eventbridge/index.ts';
import { readPending } from '../../shared/adapters/outbox/index.ts';
import { journalItemOf, journalKey, outboxItemOf } from '../../shared/adapters/store-dynamodb/index.ts';
import { BusUnavailable, type Publication } from '../../shared/ports/event-bus.ts';
import { silentLogger } from '../../shared/ports/logger.ts';
import { releaseDelayed } from './delayed.ts';
import type { ItemKey, Pending } from './ports.ts';
import { relayStream, type StreamEvent } from './stream.ts';
import { owners, sweep } from './sweep.ts';

const now = Date.UTC(2026, 10, 21, 8);

function eventOf(id: string, ageMs = 0): Envelope {
  return {
    specversion: '1.0',
    id,
    source: '/homeostasis/monitor',
    type: 'test.happened',
    time: new Date(now - ageMs).toISOString(),
    datacontenttype: 'application/json',
    correlationid: id,
    data: { n: 1 },
  };
}

/** A bus that takes everything but what the id says: `busy-…` not now, `bad-…` never. */
function setup() {
  const sent: Publication[] = [];
  const removed: ItemKey[] = [];
  let removable = true;
  const ports = {
    logger: silentLogger,
    send: (entries: readonly Publication[]) =>
      Promise.resolve(
        entries.map((entry) => {
          if (entry.event.id.startsWith('busy')) return new BusUnavailable('busy');
          if (entry.event.id.startsWith('bad')) return Object.assign(new Error('malformed'), { terminal: true });
          sent.push(entry);
          return 'accepted' as const;
        }),
      ),
    remove: (keys: readonly ItemKey[]) => {
      if (!removable) return Promise.reject(new Error('table busy'));
      removed.push(...keys);
      return Promise.resolve();
    },
  };
  return { ports, removed, ids: () => sent.map(({ event }) => event.id), sent, breakTable: () => (removable = false) };
}

const itemOf = (id: string, dueAt = 0) => {
  const event = eventOf(id);
  return outboxItemOf('monitor', { event, json: JSON.stringify(event), dueAt }, now);
};
const inserted = (...ids: string[]): StreamEvent => ({
  Records: ids.map((id) => ({
    eventName: 'INSERT',
    dynamodb: { SequenceNumber: `seq-${id}`, NewImage: itemOf(id) as never },
  })),
});

describe('a batch of the stream', () => {
  it('is sent in order, and its items are deleted', async () => {
    const { ports, ids, removed } = setup();
    expect(await relayStream(inserted('a', 'b', 'c'), readPending, ports)).toEqual({ batchItemFailures: [] });
    expect(ids()).toEqual(['a', 'b', 'c']);
    expect(removed).toEqual(['a', 'b', 'c'].map((id) => ({ pk: itemOf(id)['pk']?.S, sk: itemOf(id)['sk']?.S })));
  });

  it('takes new outbox items only', async () => {
    const { ports, ids, removed } = setup();
    const Records = [
      { eventName: 'REMOVE', dynamodb: { SequenceNumber: '1' } },
      { eventName: 'MODIFY', dynamodb: { SequenceNumber: '2', NewImage: itemOf('a') as never } },
      { eventName: 'INSERT', dynamodb: { SequenceNumber: '3', NewImage: { kind: { S: 'record' }, pk: { S: 'x' } } } },
      {},
    ];
    expect(await relayStream({ Records }, readPending, ports)).toEqual({ batchItemFailures: [] });
    expect([ids(), removed]).toEqual([[], []]);
  });

  it('sends what the other hub accepted and put here', async () => {
    const { ports, ids, removed } = setup();
    const event = eventOf('promised');
    const item = journalItemOf({ event, json: JSON.stringify(event), dueAt: 0 }, { acceptedAt: now, expires: 1 });
    const Records = [{ eventName: 'INSERT', dynamodb: { SequenceNumber: '1', NewImage: item as never } }];
    expect(await relayStream({ Records }, readPending, ports)).toEqual({ batchItemFailures: [] });
    expect([ids(), removed]).toEqual([['promised'], [journalKey(event)]]);
  });

  it('carries the time a delayed event is due', async () => {
    const { ports, sent } = setup();
    const NewImage = itemOf('a', now + 5000) as never;
    await relayStream({ Records: [{ eventName: 'INSERT', dynamodb: { NewImage } }] }, readPending, ports);
    expect(sent).toEqual([{ event: eventOf('a'), dueAt: now + 5000 }]);
  });

  it('reports what could not be sent now, and keeps its item', async () => {
    const { ports, ids, removed } = setup();
    const { batchItemFailures } = await relayStream(inserted('a', 'busy-b', 'c'), readPending, ports);
    expect(batchItemFailures).toEqual([{ itemIdentifier: 'seq-busy-b' }]);
    expect(ids()).toEqual(['a', 'c']);
    expect(removed.length).toBe(2);
  });

  it('is not held up by what can never be sent: that stays in the table', async () => {
    const { ports, removed } = setup();
    expect(await relayStream(inserted('bad-a', 'b'), readPending, ports)).toEqual({ batchItemFailures: [] });
    expect(removed.length).toBe(1);
  });

  it('is not held up by an item that nobody here wrote', async () => {
    const { ports, ids } = setup();
    const NewImage = { pk: { S: 'x' }, sk: { S: 'y' }, kind: { S: 'outbox' }, event: { S: 'no JSON' } };
    const strange = { eventName: 'INSERT', dynamodb: { SequenceNumber: '1', NewImage } };
    const batch = { Records: [strange, ...inserted('a').Records] };
    expect(await relayStream(batch, readPending, ports)).toEqual({ batchItemFailures: [] });
    expect(ids()).toEqual(['a']);
  });

  it('is done when its events are sent, even if the items stay', async () => {
    const { ports, ids, breakTable } = setup();
    breakTable();
    expect(await relayStream(inserted('a'), readPending, ports)).toEqual({ batchItemFailures: [] });
    expect(ids()).toEqual(['a']);
  });
});

describe('a sweep', () => {
  const pendingOf = (event: Envelope): Pending => ({
    key: { pk: 'monitor#outbox#0', sk: event.id },
    publication: { event },
  });
  /** Leftovers by owner, in pages of two. */
  const leaving = (left: Readonly<Record<string, readonly Envelope[]>>) =>
    async function* (owner: string) {
      const events = (await Promise.resolve(left[owner])) ?? [];
      for (let at = 0; at < events.length; at += 2) yield events.slice(at, at + 2).map(pendingOf);
    };

  it('sends what is older than a minute, of every owner, and says how old the oldest was', async () => {
    const { ports, ids, removed } = setup();
    const leftovers = leaving({
      monitor: [eventOf('m1', 61_000), eventOf('new', 60_000), eventOf('m2', 90_500)],
      ingress: [eventOf('i1', 70_000)],
    });
    expect(await sweep({ ...ports, leftovers, now })).toEqual({ sent: 3, left: 0, lagSeconds: 90, failed: [] });
    expect(ids().sort()).toEqual(['i1', 'm1', 'm2']);
    expect(removed.length).toBe(3);
  });

  it('finds nothing in a hub at rest', async () => {
    const { ports } = setup();
    expect(await sweep({ ...ports, leftovers: leaving({}), now })).toEqual({
      sent: 0,
      left: 0,
      lagSeconds: 0,
      failed: [],
    });
  });

  it('counts what stays, and goes on with the others', async () => {
    const { ports, ids } = setup();
    const leftovers = leaving({ dr: [eventOf('bad-a', 3_600_000), eventOf('busy-b', 61_000), eventOf('c', 61_000)] });
    expect(await sweep({ ...ports, leftovers, now })).toEqual({ sent: 1, left: 2, lagSeconds: 3600, failed: [] });
    expect(ids()).toEqual(['c']);
  });

  it('counts from the commit, whatever time the event has', async () => {
    const { ports, ids } = setup();
    const pending = (id: string, committedMsAgo: number, ageMs: number): Pending => ({
      ...pendingOf(eventOf(id, ageMs)),
      committedAt: now - committedMsAgo,
    });
    async function* leftovers(owner: string) {
      await Promise.resolve();
      if (owner === 'ingress')
        yield [pending('backdated', 1_000, 3 * 86_400_000), pending('late', 90_000, -86_400_000)];
    }
    expect(await sweep({ ...ports, leftovers, now })).toEqual({ sent: 1, left: 0, lagSeconds: 90, failed: [] });
    expect(ids()).toEqual(['late']);
  });

  it('does not wait for the future that somebody wrote on an event', async () => {
    const { ports, ids } = setup();
    const leftovers = leaving({ ingress: [eventOf('tomorrow', -86_400_000)] });
    expect(await sweep({ ...ports, leftovers, now })).toEqual({ sent: 1, left: 0, lagSeconds: 0, failed: [] });
    expect(ids()).toEqual(['tomorrow']);
  });

  it('goes on with the next owner when one cannot be read to the end', async () => {
    const { ports, ids } = setup();
    const events = leaving({ monitor: [eventOf('m1', 61_000)], dr: [eventOf('d1', 61_000)] });
    async function* leftovers(owner: string) {
      yield* events(owner);
      if (owner === 'monitor') throw new Error('table busy');
    }
    expect(await sweep({ ...ports, leftovers, now })).toEqual({
      sent: 2,
      left: 0,
      lagSeconds: 61,
      failed: ['monitor'],
    });
    expect(ids()).toEqual(['m1', 'd1']);
  });

  it('knows every service that keeps records', async () => {
    const { readdirSync } = await import('node:fs');
    const services = new URL('..', import.meta.url);
    const keeping = readdirSync(services).filter((service) =>
      readdirSync(new URL(service, services)).includes('record.ts'),
    );
    expect(keeping.length).toBeGreaterThan(3);
    expect(keeping.filter((service) => !owners.some((owner) => owner === service))).toEqual([]);
  });
});

describe('what has waited', () => {
  const record = (messageId: string, id: string, dueAt = now) => ({
    messageId,
    body: JSON.stringify({ dueAt, event: eventOf(id) }),
  });
  const read = (body: string) => readDelayed(body, now);

  it('is handed on with the time it is due', async () => {
    const { ports, sent } = setup();
    expect(await releaseDelayed([record('m1', 'a'), record('m2', 'b', now + 60_000)], read, ports)).toEqual([]);
    expect(sent).toEqual([
      { event: eventOf('a'), dueAt: now },
      { event: eventOf('b'), dueAt: now + 60_000 },
    ]);
  });

  it('fails record by record', async () => {
    const { ports, ids } = setup();
    const garbage = { messageId: 'm0', body: 'garbage' };
    const failures = await releaseDelayed([garbage, record('m1', 'busy-a'), record('m2', 'b')], read, ports);
    expect(failures.map(({ record: { messageId }, error }) => [messageId, (error as Error).name])).toEqual([
      ['m0', 'InvalidEvent'],
      ['m1', 'BusUnavailable'],
    ]);
    expect(ids()).toEqual(['b']);
  });

  it('sends nothing when nothing can be read', async () => {
    const { ports, ids } = setup();
    expect((await releaseDelayed([{ messageId: 'm0', body: '{}' }], read, ports)).length).toBe(1);
    expect(ids()).toEqual([]);
  });
});
