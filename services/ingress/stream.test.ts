import { describe, expect, it } from 'vitest';
import { createMemoryRuntime, type MemoryRuntime } from '../../shared/adapters/memory/index.ts';
import type { EventLog, LogEntry } from '../../shared/ports/event-log.ts';
import { clock, createIngress, foreign } from './fixtures.ts';

/** A log that counts who follows it, and can be told to fail. */
function watched({ log }: MemoryRuntime) {
  const state = { followers: 0, reads: 0, broken: false };
  const watchedLog: EventLog = {
    ...log,
    read: (query) => {
      state.reads += 1;
      return state.broken ? Promise.reject(new Error('disk on fire')) : log.read(query);
    },
    follow: (listener) => {
      state.followers += 1;
      const stop = log.follow(listener);
      return () => {
        state.followers -= 1;
        stop();
      };
    },
  };
  return { state, log: watchedLog };
}

function setup() {
  const runtime = createMemoryRuntime({ clock });
  const { state, log } = watched(runtime);
  const ingress = createIngress({ ...runtime, log });
  let made = 0;
  const publish = (count: number, changes: Readonly<Record<string, unknown>> = {}) =>
    runtime.bus.publish(
      Array.from({ length: count }, () => ({
        event: {
          ...foreign({ id: `n${(made += 1)}`, ...changes }),
          time: 't',
          correlationid: 'c',
          ...changes,
        } as never,
      })),
    );
  return { ...ingress, state, publish };
}

/** Reads server-sent events by hand, block by block. */
async function open(
  raw: ReturnType<typeof setup>['raw'],
  path: string,
  headers: Readonly<Record<string, string>> = {},
) {
  const response = await raw(path, { headers });
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let buffer = '';
  const block = async (): Promise<string> => {
    for (;;) {
      const end = buffer.indexOf('\n\n');
      if (end >= 0) {
        const found = buffer.slice(0, end);
        buffer = buffer.slice(end + 2);
        return found;
      }
      const { done, value } = await reader.read();
      if (done) throw new Error('the stream has ended');
      buffer += decoder.decode(value, { stream: true });
    }
  };
  const take = async (count: number): Promise<{ id: number; type: string; entry: LogEntry }[]> => {
    const found = [];
    while (found.length < count) {
      const lines = Object.fromEntries(
        (await block()).split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2)),
      ) as {
        readonly id?: string;
        readonly event: string;
        readonly data: string;
      };
      if (lines.id !== undefined) {
        found.push({ id: Number(lines.id), type: lines.event, entry: JSON.parse(lines.data) as LogEntry });
      }
    }
    return found;
  };
  return { response, reader, take };
}

const idsOf = (found: readonly { readonly id: number }[]) => found.map(({ id }) => id);
const upTo = (count: number, from = 1) => Array.from({ length: count }, (_, i) => i + from);

describe('the event stream', () => {
  it('first tells what the log holds, then what comes, in order and once', async () => {
    const { raw, publish } = setup();
    await publish(250);
    const { response, take, reader } = await open(raw, '/v1/events/stream');
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(idsOf(await take(250))).toEqual(upTo(250));
    await publish(3);
    const live = await take(3);
    expect(idsOf(live)).toEqual([251, 252, 253]);
    expect(live[0]).toMatchObject({
      type: 'com.example.built',
      entry: { sequence: 251, event: { id: 'n251' }, consumers: 0 },
    });
    await reader.cancel();
  });

  it('loses and repeats nothing of what comes while it is reading the log', async () => {
    const { raw, publish } = setup();
    await publish(120);
    const { take, reader } = await open(raw, '/v1/events/stream');
    const reading = take(420);
    for (let i = 0; i < 100; i++) {
      await publish(3);
      if (i % 7 === 0) await new Promise((done) => setImmediate(done));
    }
    expect(idsOf(await reading)).toEqual(upTo(420));
    await reader.cancel();
  });

  it('resumes behind Last-Event-ID, which counts for more than after', async () => {
    const { raw, publish } = setup();
    await publish(5);
    const { take, reader } = await open(raw, '/v1/events/stream?after=1', { 'last-event-id': '3' });
    expect(idsOf(await take(2))).toEqual([4, 5]);
    await reader.cancel();
  });

  it.each([
    ['type=com.example.other', [3]],
    ['subject=build', [2, 3]],
    ['correlationid=x', [4]],
    ['after=2&reverse=true&limit=1', [3, 4]],
  ])('with %s tells %j of what was and of what comes', async (search, wanted) => {
    const { raw, publish } = setup();
    const some = async (): Promise<void> => {
      await publish(1);
      await publish(1, { subject: 'build/1' });
      await publish(1, { subject: 'build/2', type: 'com.example.other' });
      await publish(1, { correlationid: 'x' });
    };
    await some();
    const { take, reader } = await open(raw, `/v1/events/stream?${search}`);
    expect(idsOf(await take(wanted.length))).toEqual(wanted);
    await some();
    const next = search.startsWith('after') ? upTo(4, 5) : wanted.map((id) => id + 4);
    expect(idsOf(await take(next.length))).toEqual(next);
    await reader.cancel();
  });

  it('keeps next to nothing for a reader who does not read, and still gives him everything', async () => {
    const { raw, publish, state } = setup();
    const { take, reader } = await open(raw, '/v1/events/stream');
    const before = state.reads;
    for (let i = 0; i < 100; i++) await publish(10, { data: 'x'.repeat(10_000) });
    await new Promise((done) => setImmediate(done));
    // Ten megabytes have gone by: he was not even asked for from the log.
    expect(state.reads - before).toBeLessThanOrEqual(2);
    expect(idsOf(await take(1000))).toEqual(upTo(1000));
    await publish(1);
    expect(idsOf(await take(1))).toEqual([1001]);
    await reader.cancel();
  });

  it('leaves nobody listening when the reader goes, early or late', async () => {
    const { raw, publish, state } = setup();
    await publish(10);
    for (let i = 0; i < 20; i++) {
      const { reader, take } = await open(raw, '/v1/events/stream');
      if (i % 2 === 0) await take(3);
      await reader.cancel();
    }
    expect(state.followers).toBe(0);
    await publish(1);
  });

  it('is not opened by a HEAD, which nobody could end', async () => {
    const { raw, state } = setup();
    const response = await raw('/v1/events/stream', { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(state.followers).toBe(0);
  });

  it('breaks off when the log cannot be read, and leaves nobody listening', async () => {
    const { raw, publish, state, logged } = setup();
    await publish(1);
    state.broken = true;
    const { take } = await open(raw, '/v1/events/stream');
    await expect(take(1)).rejects.toThrow('disk on fire');
    expect(state.followers).toBe(0);
    expect(logged).toMatchObject([{ what: 'stream.failed' }]);
  });

  it('refuses a Last-Event-ID that it never gave', async () => {
    const { request } = setup();
    for (const id of ['x', '-1', '1.5', '']) {
      expect((await request('/v1/events/stream', { headers: { 'last-event-id': id } })).status).toBe(422);
    }
  });
});
