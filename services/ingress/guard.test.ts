import { describe, expect, it } from 'vitest';
import { createMemoryRuntime } from '../../shared/adapters/memory/index.ts';
import type { QueryRoute } from '../../shared/ports/http.ts';
import { bearerToken, checkTokens } from './auth.ts';
import { clock, createIngress, foreign, token } from './fixtures.ts';
import { limits } from './ports.ts';

const ingress = (overrides = {}) => createIngress(createMemoryRuntime({ clock }), overrides);

describe('tokens', () => {
  it('are compared by digest: of whatever length, and without telling which matched', () => {
    const accepts = checkTokens(['first-token', 'second']);
    expect(['first-token', 'second'].map(accepts)).toEqual([true, true]);
    // timingSafeEqual throws on buffers of unequal length; digests never are.
    expect(['', 's', 'second ', 'SECOND', 'x'.repeat(5000)].map(accepts)).toEqual(Array(5).fill(false));
    expect(checkTokens([])('anything')).toBe(false);
  });

  it.each([
    ['Bearer abc', 'abc'],
    ['bearer   a.b_c~d+e/f=', 'a.b_c~d+e/f='],
    ['Bearer', undefined],
    ['Bearer ', undefined],
    ['Bearer a b', undefined],
    ['Basic YTpi', undefined],
    [' Bearer abc', undefined],
    [`Bearer ${'x'.repeat(4097)}`, undefined],
    [undefined, undefined],
  ])('are read from %j', (header, found) => expect(bearerToken(header)).toBe(found));

  it.each([
    ['absent', '', /send Authorization/],
    ['wrong', `Bearer ${token}x`, /not accepted/],
    ['malformed', `Token ${token}`, /send Authorization/],
  ])('that are %s get 401 on every path behind them, whatever is there', async (_, authorization, detail) => {
    const { request, stored } = ingress();
    for (const [method, path] of [
      ['GET', '/v1/status'],
      ['POST', '/v1/events'],
      ['GET', '/v1/nowhere'],
      ['GET', '/v1/events/stream'],
    ] as const) {
      const answer = await request(path, { method, headers: { authorization } });
      expect(answer).toMatchObject({ status: 401, body: { detail: expect.stringMatching(detail) as unknown } });
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
      expect(JSON.stringify(answer.body)).not.toContain(token);
    }
    expect(await stored()).toEqual([]);
  });

  it('are not needed to ask whether it lives', async () => {
    expect(await ingress().request('/healthz', { headers: { authorization: '' } })).toMatchObject({ status: 200 });
  });
});

describe('host names', () => {
  it.each(['127.0.0.1:4600', 'localhost', 'LOCALHOST:80', '[::1]:4600', '[::1]'])('%s is ours', async (host) => {
    expect((await ingress().request('/healthz', { headers: { host } })).status).toBe(200);
  });

  it.each(['evil.example', 'localhost.evil.example:4600', '127.0.0.1.nip.io', 'localhost:4600:1', '', '10.0.0.1'])(
    '%j is not: a page could have been made to believe that it is us',
    async (host) => {
      const { request } = ingress();
      expect(await request('/healthz', { headers: { host } })).toMatchObject({ status: 421, body: { status: 421 } });
      const options = { method: 'OPTIONS', headers: { host, 'webhook-request-origin': 'evil.example' } };
      expect((await request('/v1/events', options)).status).toBe(421);
    },
  );

  it('all are ours where it is addressed by a public name', async () => {
    expect((await ingress({ hosts: 'any' }).request('/healthz', { headers: { host: 'hub.example' } })).status).toBe(
      200,
    );
  });
});

describe('the web-hook handshake', () => {
  const ask = (headers: Readonly<Record<string, string>>) =>
    ingress().request('/v1/events', { method: 'OPTIONS', headers: { authorization: '', ...headers } });

  it('grants what is asked for, without credentials and without calling back', async () => {
    // As Azure Event Grid asks.
    const answer = await ask({
      'webhook-request-origin': 'eventgrid.azure.net',
      'webhook-request-callback': 'http://169.254.169.254/latest/meta-data',
      'webhook-request-rate': '120',
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('webhook-allowed-origin')).toBe('eventgrid.azure.net');
    expect(answer.headers.get('webhook-allowed-rate')).toBe('*');
    expect(answer.headers.get('allow')).toContain('POST');
    // A browser must not take it for leave to send from another site.
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('refuses a request that does not say who asks', async () => {
    expect(await ask({})).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('WebHook-Request-Origin') as unknown },
    });
  });

  it('is offered where events are taken, and nowhere else', async () => {
    const { request } = ingress();
    const asked = { method: 'OPTIONS', headers: { 'webhook-request-origin': 'x' } };
    expect((await request('/v1/status', asked)).status).toBe(405);
  });
});

describe('every problem', () => {
  const broken: QueryRoute = {
    method: 'GET',
    path: '/broken/:id',
    answer: () => Promise.reject(new Error('ENOENT: /srv/private/key')),
  };
  const refusing: QueryRoute = {
    method: 'GET',
    path: '/refusing',
    answer: () =>
      Promise.resolve({ status: 404, body: { type: 'about:blank', title: 'Not Found', status: 404, detail: 'no' } }),
  };
  it.each([
    ['GET', '/', 404, /there is no GET \//],
    ['GET', '/v1/nowhere', 404, /there is no GET \/v1\/nowhere/],
    ['PATCH', '/v1/events', 405, /takes GET, OPTIONS, POST, not PATCH/],
    ['POST', '/v1/broken/7', 405, /takes GET/],
    ['GET', '/v1/broken/7', 500, /see the control plane's log/],
    ['GET', '/v1/refusing', 404, /no/],
    ['GET', '/v1/events?after=-1', 422, /after must be a whole number/],
    ['GET', '/v1/events?after=1e3', 422, /after must be a whole number/],
    ['GET', '/v1/events?after=', 422, /after must be a whole number/],
    ['GET', '/v1/events?limit=0', 422, /limit must be a whole number from 1 to 1000/],
    ['GET', '/v1/events?reverse=yes', 422, /reverse must be true or false/],
    ['GET', '/v1/events?order=down', 422, /order must be asc or desc/],
    ['GET', '/v1/events?before=now', 422, /before must be a whole number/],
    ['GET', '/v1/dead-letters?limit=x', 422, /limit/],
    ['GET', '/v1/events/stream?after=x', 422, /after/],
    ['POST', '/v1/replay', 400, /not JSON/],
    ['POST', '/v1/dead-letters/redrive', 400, /not JSON/],
  ])('%s %s is problem+json with status %i', async (method, path, status, detail) => {
    const { request, logged } = ingress({ routes: [broken, refusing] });
    const answer = await request(path, { method });
    expect(answer).toMatchObject({ status, body: { status, type: 'about:blank' } });
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.body['detail']).toMatch(detail);
    expect(JSON.stringify(answer.body)).not.toMatch(/private|node_modules|\.ts/);
    expect(logged.length).toBe(status === 500 ? 1 : 0);
  });

  it('of a method that is not allowed says which are', async () => {
    expect((await ingress().request('/v1/applications', { method: 'PUT' })).headers.get('allow')).toBe('POST');
  });
});

describe('bodies', () => {
  it('beyond the limit are refused unread', async () => {
    const answer = await ingress().post('/v1/applications', 'x'.repeat(limits.bodyBytes + 1));
    expect(answer).toMatchObject({
      status: 413,
      body: { detail: `a body may have at most ${limits.bodyBytes} bytes` },
    });
  });

  it('with an event beyond what a bus takes are refused, and the answer names the size', async () => {
    const { publish, stored } = ingress();
    const answer = await publish(foreign({ data: 'x'.repeat(256 * 1024) }));
    expect(answer).toMatchObject({ status: 413, body: { detail: expect.stringContaining('262144') as unknown } });
    expect(await stored()).toEqual([]);
  });

  it('in pieces, without a length, are counted as they come', async () => {
    let pieces = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(to) {
        pieces += 1;
        to.enqueue(new Uint8Array(1024 * 1024).fill(32));
      },
    });
    const init = { method: 'POST', body: endless, duplex: 'half', headers: { 'content-type': 'application/json' } };
    expect((await ingress().request('/v1/replay', init as RequestInit)).status).toBe(413);
    expect(pieces).toBeLessThan(12);
  });
});

describe('reading and repairing', () => {
  it('pages through the log, oldest first or newest first', async () => {
    const { batch, request } = ingress();
    await batch(['a', 'b', 'c'].map((id) => foreign({ id, subject: `build/${id}` })));
    const page = await request('/v1/events?limit=2');
    expect(page.body).toMatchObject({ events: [{ sequence: 1, consumers: 0 }, { sequence: 2 }], next: 2 });
    expect((await request('/v1/events?after=2')).body).toMatchObject({ events: [{ event: { id: 'c' } }], next: 3 });
    expect((await request('/v1/events?after=3')).body).toEqual({ events: [] });
    expect((await request('/v1/events?subject=build/b')).body).toMatchObject({ events: [{ event: { id: 'b' } }] });
    expect((await request('/v1/events?correlationid=a')).body).toMatchObject({ events: [{ event: { id: 'a' } }] });
  });

  it('pages backwards: next goes on where the page ended, until nothing is left', async () => {
    const { batch, request } = ingress();
    await batch(['a', 'b', 'c', 'd', 'e'].map((id) => foreign({ id, subject: id === 'c' ? 'other' : 'build' })));
    const pages: number[][] = [];
    let path = '/v1/events?order=desc&limit=2';
    for (;;) {
      const { events, next } = (await request(path)).body as {
        readonly events: readonly { readonly sequence: number }[];
        readonly next?: number;
      };
      if (next === undefined) break;
      pages.push(events.map(({ sequence }) => sequence));
      path = `/v1/events?limit=2&before=${next}`;
    }
    expect(pages).toEqual([[5, 4], [3, 2], [1]]);
    const sequences = async (search: string) =>
      ((await request(`/v1/events?${search}`)).body['events'] as readonly { readonly sequence: number }[]).map(
        ({ sequence }) => sequence,
      );
    expect(await sequences('reverse=true&limit=1')).toEqual([5]);
    expect(await sequences('before=4&subject=build')).toEqual([2, 1]);
    expect(await sequences('after=1&before=5&order=asc')).toEqual([2, 3, 4]);
    expect(await sequences('after=1&before=5&limit=2')).toEqual([4, 3]);
    expect(await sequences('before=0')).toEqual([]);
  });

  it('lists dead letters, puts them back, and replays', async () => {
    const runtime = createMemoryRuntime({ clock });
    let broken = true;
    runtime.bus.subscribe({
      consumer: 'test/on-built',
      pattern: { 'detail-type': ['com.example.built'] },
      deliver: () =>
        broken ? Promise.reject(Object.assign(new Error('poison'), { terminal: true })) : Promise.resolve(),
    });
    const { publish, request, post } = createIngress(runtime);
    await publish(foreign());
    await runtime.step();
    const { body } = await request('/v1/dead-letters');
    expect(body).toMatchObject({
      deadLetters: [{ consumer: 'test/on-built', attempts: 1, error: { message: 'poison' } }],
    });
    broken = false;
    const [{ id }] = body['deadLetters'] as [{ readonly id: string }];
    expect((await post('/v1/dead-letters/redrive', { ids: ['nothing'] })).body).toEqual({ redriven: 0 });
    expect((await post('/v1/dead-letters/redrive', { ids: [id] })).body).toEqual({ redriven: 1 });
    expect(await runtime.step()).toMatchObject({ kind: 'delivered' });
    expect((await post('/v1/replay', { consumer: 'test/on-built', after: 0 })).body).toEqual({ replayed: 1 });
    expect((await post('/v1/replay', { consumer: 'test/on-built', after: 0, until: 0 })).body).toEqual({ replayed: 0 });
  });

  it('names the consumers there are to one who misspelt his', async () => {
    const runtime = createMemoryRuntime({ clock });
    for (const consumer of ['monitor/on-deployment-reported', 'dr/on-health-changed']) {
      runtime.bus.subscribe({ consumer, pattern: { 'detail-type': ['x'] }, deliver: () => Promise.resolve() });
    }
    const { post } = createIngress(runtime);
    expect(await post('/v1/replay', { consumer: 'monitor/on-deployment-report', after: 0 })).toMatchObject({
      status: 404,
      body: {
        detail:
          'consumer monitor/on-deployment-report is not subscribed: nothing to replay to; ' +
          'did you mean "monitor/on-deployment-reported"? known consumers: dr/on-health-changed, monitor/on-deployment-reported',
      },
    });
  });

  it.each([
    [
      '/v1/replay',
      { consumer: 'nobody/on-anything', after: 0 },
      404,
      /nobody\/on-anything is not .*there are no consumers/,
    ],
    ['/v1/replay', { after: 0 }, 422, /consumer is required/],
    ['/v1/replay', { consumer: 'a', after: -1 }, 422, /after/],
    ['/v1/replay', { consumer: 'a', after: 0, until: 1.5 }, 422, /until/],
    ['/v1/replay', null, 422, /consumer/],
    ['/v1/dead-letters/redrive', {}, 422, /ids must be a list/],
    ['/v1/dead-letters/redrive', { ids: [1] }, 422, /ids must be a list/],
    ['/v1/dead-letters/redrive', null, 422, /ids/],
  ])('refuses %s of %j', async (path, body, status, detail) => {
    expect(await ingress().post(path, body)).toMatchObject({
      status,
      body: { detail: expect.stringMatching(detail) as unknown },
    });
  });
});
