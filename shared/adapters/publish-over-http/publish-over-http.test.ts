import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { parseEnvelope, type Envelope } from '../../contracts/envelope.ts';
import type { Timer } from '../memory/timer.ts';
import { mostEventsUnderLease } from '../store-dynamodb/request-limits.ts';
import { publishOverHttp } from './index.ts';

const event: Envelope = {
  specversion: '1.0',
  id: 'report-1',
  source: '/homeostasis/deployer-gcp',
  type: 'dev.homeostasis.deployment.reported.v1',
  subject: 'shop/web',
  time: '2026-11-21T08:00:00.123Z',
  datacontenttype: 'application/json',
  correlationid: 'c-1',
  causationid: 'a-1',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  dryrun: true,
  data: { phase: 'ready', replicas: { desired: 2, ready: 2 } },
};
const publication = { event };

interface Request {
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((closed) => server.close(closed))));
});

/** `status` for all, or one for each request, the last for those that follow. */
async function hubAnswering(...answers: readonly (number | readonly [number, string])[]) {
  const statuses = answers.map((answer) => (typeof answer === 'number' ? answer : answer[0]));
  const asking = answers.map((answer) => (typeof answer === 'number' ? {} : { 'retry-after': answer[1] }));
  const seen: Request[] = [];
  const hub = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      seen.push({ headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) });
      const at = Math.min(seen.length, statuses.length) - 1;
      response.writeHead(statuses[at] ?? 200, asking[at]).end('{}');
    });
  });
  servers.push(hub.listen(0, '127.0.0.1'));
  await once(hub, 'listening');
  return { hub, seen, url: `http://127.0.0.1:${(hub.address() as AddressInfo).port}/` };
}

function tokensOf(...values: readonly string[]) {
  const forgotten: string[] = [];
  return {
    forgotten,
    get: () => Promise.resolve(values[forgotten.length] ?? values.at(-1) ?? ''),
    forget: (token: string) => void forgotten.push(token),
  };
}

/** Time that passes when somebody waits, and what was waited. */
function clockwork() {
  let now = Date.UTC(2026, 10, 21, 8);
  const waits: number[] = [];
  const timer: Timer = {
    set(callback, ms) {
      waits.push(ms);
      now += ms;
      queueMicrotask(callback);
      return () => undefined;
    },
  };
  return { waits, timer, now: () => now, random: () => 0.5 };
}

describe('publishing over HTTP', () => {
  it('sends one batch with a token, and every attribute and extension as it was', async () => {
    const { seen, url } = await hubAnswering(202);
    const publish = publishOverHttp({ url, tokens: tokensOf('secret') });
    const second = { ...event, id: 'report-2', data: 5 };
    expect(await publish([publication, { event: second }])).toEqual(['accepted', 'accepted']);
    expect(seen).toHaveLength(1);
    const [{ headers, body } = { headers: {}, body: [] }] = seen;
    expect(headers).toMatchObject({
      authorization: 'Bearer secret',
      'content-type': 'application/cloudevents-batch+json; charset=utf-8',
    });
    const read = (body as unknown[]).map((each) => parseEnvelope(each, { time: 'never' }));
    expect(read).toEqual([event, second]);
  });

  it.each([401, 403])('a token refused with %i is forgotten, and another tried once', async (status) => {
    const tokens = tokensOf('old', 'new');
    const { seen, url } = await hubAnswering(status, 202);
    expect(await publishOverHttp({ url, tokens })([publication])).toEqual(['accepted']);
    expect(seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer old', 'Bearer new']);
    expect(tokens.forgotten).toEqual(['old']);
    expect(seen[1]?.body).toEqual(seen[0]?.body);
  });

  it.each([
    [401, /issuer and audience/],
    [403, /permission to report/],
  ])('refused for good with %i it says what is wrong, and the events are owed', async (status, text) => {
    const { seen, url } = await hubAnswering(status);
    const failed = publishOverHttp({ url, tokens: tokensOf('old', 'new') })([publication]);
    await expect(failed).rejects.toMatchObject({
      name: 'BusUnavailable',
      message: expect.stringMatching(text) as string,
    });
    expect(seen).toHaveLength(2);
  });

  it('does not send the same token twice', async () => {
    const { seen, url } = await hubAnswering(401);
    await expect(publishOverHttp({ url, tokens: tokensOf('same') })([publication])).rejects.toThrow(/401/);
    expect(seen).toHaveLength(1);
  });

  it('follows nobody elsewhere', async () => {
    const { url } = await hubAnswering(302);
    await expect(publishOverHttp({ url })([publication])).rejects.toMatchObject({ name: 'BusUnavailable' });
  });

  it('sends no credentials where there are none', async () => {
    const { seen, url } = await hubAnswering(202);
    await publishOverHttp({ url })([publication]);
    expect(seen[0]?.headers).not.toHaveProperty('authorization');
  });

  it('is owed when it was not taken, and the error holds no token', async () => {
    const { url } = await hubAnswering(503);
    const error = await publishOverHttp({ url, tokens: tokensOf('secret'), ...clockwork() })([publication]).catch(
      (caught: unknown) => caught,
    );
    expect(error).toMatchObject({
      name: 'BusUnavailable',
      message: expect.stringContaining('answered 503 to a batch of 1') as string,
    });
    expect(String(error)).not.toContain('secret');
  });

  it('is owed when nobody answers', async () => {
    const { hub, url } = await hubAnswering(202);
    await new Promise((closed) => hub.close(closed));
    await expect(publishOverHttp({ url })([publication])).rejects.toMatchObject({ name: 'BusUnavailable' });
  });

  it('sends nothing when one of a batch is no event', async () => {
    const { seen, url } = await hubAnswering(202);
    const wrong = { event: { ...event, source: '' } };
    await expect(publishOverHttp({ url })([publication, wrong])).rejects.toThrow();
    expect(seen).toEqual([]);
  });

  it('refuses what is to be delayed', async () => {
    const { seen, url } = await hubAnswering(202);
    await expect(publishOverHttp({ url })([{ ...publication, dueAt: 1 }])).rejects.toThrow(/cannot do/);
    expect(seen).toEqual([]);
  });

  it.each([429, 503])(
    'waits as long as the hub asks after %i, and a little more, and sends the same again',
    async (status) => {
      const { seen, url } = await hubAnswering([status, '2'], status, 202);
      const { waits, ...time } = clockwork();
      expect(await publishOverHttp({ url, ...time })([publication])).toEqual(['accepted']);
      expect(waits).toEqual([2_250, 500]);
      expect(seen.map(({ body }) => JSON.stringify(body))).toEqual(Array(3).fill(JSON.stringify(seen[0]?.body)));
    },
  );

  it('does not wait for ever, nor longer than whoever waits for us', async () => {
    const busy = await hubAnswering(429);
    const { waits, ...time } = clockwork();
    await expect(publishOverHttp({ url: busy.url, ...time })([publication])).rejects.toThrow('answered 429');
    expect([busy.seen.length, waits.length]).toEqual([4, 3]);
    const standingBy = await hubAnswering([503, '15']);
    await expect(publishOverHttp({ url: standingBy.url, ...clockwork() })([publication])).rejects.toThrow('503');
    expect(standingBy.seen).toHaveLength(1);
  });

  it('sends what a hub takes at once, in order', async () => {
    const { seen, url } = await hubAnswering(202);
    const many = Array.from({ length: mostEventsUnderLease + 1 }, (_, i) => ({ event: { ...event, id: `e${i}` } }));
    expect(await publishOverHttp({ url })(many)).toHaveLength(many.length);
    const ids = seen.map(({ body }) => (body as Envelope[]).map(({ id }) => id));
    expect(ids.map(({ length }) => length)).toEqual([mostEventsUnderLease, 1]);
    expect(ids.flat()).toEqual(many.map((each) => each.event.id));
    seen.length = 0;
    const large = Array.from({ length: 4 }, (_, i) => ({ event: { ...event, id: `${i}`, data: 'x'.repeat(1 << 20) } }));
    await publishOverHttp({ url })(large);
    expect(seen.map(({ body }) => (body as Envelope[]).length)).toEqual([2, 2]);
  });
});
