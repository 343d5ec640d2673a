import { describe, expect, it } from 'vitest';
import { createMemoryRuntime } from '../../shared/adapters/memory/index.ts';
import { createIngress, foreign, start } from './fixtures.ts';

/** A clock that only waiting moves, so that an answer's length is what it says. */
function setup(during: (turn: number) => Promise<unknown> = () => Promise.resolve()) {
  const time = { now: start };
  const clock = { now: () => time.now };
  const runtime = createMemoryRuntime({ clock });
  let turns = 0;
  let said = 0;
  const wait = async (ms: number): Promise<void> => {
    time.now += ms;
    await during((turns += 1));
  };
  const reads: unknown[] = [];
  const log: typeof runtime.log = {
    ...runtime.log,
    read: (query) => {
      reads.push(query);
      return runtime.log.read(query);
    },
  };
  const ingress = createIngress({ ...runtime, log }, { clock, streaming: { holdMs: 20_000, everyMs: 1000, wait } });
  const say = (count: number, changes: Readonly<Record<string, unknown>> = {}) =>
    runtime.bus.publish(
      Array.from({ length: count }, () => ({
        event: { ...foreign({ id: `n${(said += 1)}` }), time: 't', correlationid: 'c', ...changes } as never,
      })),
    );
  const ask = async (path = '/v1/events/stream', headers: Readonly<Record<string, string>> = {}) => {
    const response = await ingress.raw(path, { headers });
    const text = await response.text();
    const ids = [...text.matchAll(/^id: (\d+)\nevent: /gm)].map(([, id]) => Number(id));
    return { response, text, ids };
  };
  return { ask, say, reads, waited: () => time.now - start };
}

describe('the event stream where nothing can be streamed', () => {
  it('answers at once with what there is, as a stream that breaks off', async () => {
    const { ask, say, waited } = setup();
    await say(2);
    const { response, text, ids } = await ask();
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(text).toMatch(/^retry: 250\n\nid: 1\nevent: com\.example\.built\ndata: \{"sequence":1,.*\}\n\nid: 2\n/);
    expect(text.endsWith('\n\n')).toBe(true);
    expect(ids).toEqual([1, 2]);
    expect(waited()).toBe(0);
  });

  it('waits for the first event, and no longer', async () => {
    const { ask, waited, say } = setup((turn) => (turn === 3 ? say(1) : Promise.resolve()));
    expect((await ask()).ids).toEqual([1]);
    expect(waited()).toBe(3000);
  });

  it('ends with a comment, and with how far it has looked', async () => {
    const { ask, say, waited, reads } = setup();
    await say(5);
    const { text } = await ask('/v1/events/stream?type=com.example.rare');
    expect(text).toBe('retry: 250\n\n: nothing yet\nid: 5\n\n');
    expect(waited()).toBe(20_000);
    // What was looked through is not looked through again: one question for the newest number each time, and one for events.
    expect(reads).toHaveLength(1 + 21);
  });

  it('loses and repeats nothing for a reader who comes back, over pages and filters', async () => {
    const { ask, say } = setup();
    await say(130);
    await say(1, { type: 'com.example.rare' });
    await say(120);
    const seen: number[] = [];
    let last = '0';
    for (let round = 0; round < 4; round++) {
      const { text, ids } = await ask('/v1/events/stream', { 'last-event-id': last });
      seen.push(...ids);
      last = [...text.matchAll(/^id: (\d+)$/gm)].at(-1)?.[1] ?? last;
    }
    expect(seen).toEqual(Array.from({ length: 251 }, (_, i) => i + 1));
    expect((await ask('/v1/events/stream?type=com.example.rare&after=3')).ids).toEqual([131]);
  });

  it('holds no more than a function can answer', async () => {
    const { ask, say } = setup();
    for (let i = 0; i < 15; i++) await say(1, { data: 'x'.repeat(200_000) });
    const { ids, text } = await ask();
    expect(ids).toEqual(Array.from({ length: 10 }, (_, i) => i + 1));
    expect(text.length).toBeLessThan(2.1 * 1024 * 1024);
    expect((await ask('/v1/events/stream?after=10')).ids).toEqual([11, 12, 13, 14, 15]);
  });

  it.each(['x', '-1', '1.5', ''])('refuses Last-Event-ID %j', async (id) => {
    expect((await setup().ask('/v1/events/stream', { 'last-event-id': id })).response.status).toBe(422);
  });
});
