import {
  Agent,
  createServer,
  get,
  request as httpRequest,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { generate } from 'selfsigned';
import { afterEach, describe, expect, it } from 'vitest';
import type { Route } from '../../contracts/traffic-shift.ts';
import { silentLogger } from '../../ports/logger.ts';
import { createGateway, GatewayPortUnavailable, type Gateway, type GatewayOptions } from './index.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Backend {
  readonly url: string;
  readonly server: Server;
  readonly sockets: Set<Socket>;
  kill(): Promise<void>;
}

async function backend(listener: RequestListener): Promise<Backend> {
  const server = createServer(listener);
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket).size && socket.once('close', () => sockets.delete(socket)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const kill = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  closing.push(kill);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server, sockets, kill };
}

const named = (name: string): Promise<Backend> => backend((_request, response) => response.end(name));

async function gateway(options: Partial<GatewayOptions> = {}): Promise<Gateway & { check: () => void }> {
  let check = (): void => {};
  const every: GatewayOptions['every'] = (_ms, run) => {
    check = run;
    return () => {};
  };
  const made = await createGateway({
    host: '127.0.0.1',
    port: 0,
    clock: { now: () => Date.now() },
    random: Math.random,
    logger: silentLogger,
    every,
    ...options,
  });
  closing.push(() => made.close());
  return { ...made, check: () => check() };
}

let sequence = 0;
const shift = (to: Gateway, routes: readonly Route[], service = 'web'): Promise<void> =>
  to.route({ application: 'shop', service, sequence: ++sequence, routes });
const route = ({ url }: { readonly url: string }, weight: number, target = 'aws/eu-west-1/fargate'): Route => ({
  target,
  endpoint: url,
  weight,
});

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}

interface Asked {
  readonly host?: string;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly agent?: Agent;
}

function ask({ port }: Gateway, asked: Asked = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        host: '127.0.0.1',
        port,
        method: asked.method ?? 'GET',
        path: asked.path ?? '/',
        headers: { host: asked.host ?? 'web.shop.localhost', ...asked.headers },
        ...(asked.agent === undefined ? {} : { agent: asked.agent }),
      },
      (response) => {
        text(response).then(
          (body) => resolve({ status: response.statusCode ?? 0, body, headers: response.headers }),
          reject,
        );
      },
    );
    request.on('error', reject);
    request.end(asked.body);
  });
}

describe('routing', () => {
  it('answers an unknown host with 404 problem+json that lists the hosts there are', async () => {
    const to = await gateway();
    await shift(to, [route(await named('a'), 100)]);
    const answer = await ask(to, { host: 'nope.shop.localhost' });
    expect(answer.status).toBe(404);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(answer.body)).toMatchObject({ status: 404, hosts: ['web.shop.localhost'] });
    expect(to.stats().unknownHosts).toBe(1);
  });

  it('splits by weight and never chooses a target of weight zero', async () => {
    const [a, b, c] = [await named('a'), await named('b'), await named('c')];
    let turn = 0;
    const to = await gateway({ random: () => (turn++ % 100) / 100 });
    await shift(to, [route(a, 70), route(b, 30), route(c, 0)]);
    const answers = await Promise.all(Array.from({ length: 200 }, () => ask(to)));
    const count = (name: string): number => answers.filter(({ body }) => body === name).length;
    expect([count('a'), count('b'), count('c')]).toEqual([140, 60, 0]);
  });

  it('ignores a split with a lower sequence than the one in force, and takes out what is removed', async () => {
    const [a, b] = [await named('a'), await named('b')];
    const to = await gateway();
    await to.route({ application: 'shop', service: 'web', sequence: 5, routes: [route(a, 100)] });
    await to.route({ application: 'shop', service: 'web', sequence: 4, routes: [route(b, 100)] });
    expect((await ask(to)).body).toBe('a');
    await to.route({ application: 'shop', service: 'web', sequence: 6, routes: [], removed: true });
    expect((await ask(to)).status).toBe(404);
    expect(await to.routes()).toEqual([]);
  });

  it('says of a service with nothing that stands that it is there, and when to ask again', async () => {
    const a = await named('a');
    const to = await gateway();
    await shift(to, [route(a, 100)]);
    await shift(to, []);
    const answer = await ask(to);
    expect(answer.status).toBe(503);
    expect(answer.headers).toMatchObject({ 'content-type': 'application/problem+json', 'retry-after': '30' });
    expect(JSON.parse(answer.body)).toMatchObject({
      status: 503,
      detail: expect.stringMatching(/web\.shop\.localhost is scaled to zero.*homeostasis scale shop web=1/) as unknown,
    });
    const upgrade = await ask(to, { headers: { connection: 'Upgrade', upgrade: 'websocket' } });
    expect(upgrade.status).toBe(503);
    expect(await to.routes()).toEqual([]);
    expect(to.stats().unknownHosts).toBe(0);
    await shift(to, [route(a, 100)]);
    expect((await ask(to)).body).toBe('a');
  });

  it('says of a tcp endpoint that it is not proxied, and where it is', async () => {
    const to = await gateway();
    await shift(to, [route({ url: 'tcp://127.0.0.1:6379' }, 100)]);
    const answer = await ask(to);
    expect(answer.status).toBe(501);
    expect(JSON.parse(answer.body)).toMatchObject({ endpoints: ['tcp://127.0.0.1:6379'] });
  });

  it('names the port that is taken', async () => {
    const to = await gateway();
    await expect(gateway({ port: to.port })).rejects.toThrow(GatewayPortUnavailable);
  });
});

describe('forwarding', () => {
  it('forwards method, path, body and origin, strips hop-by-hop headers both ways, keeps repeated ones', async () => {
    const seen: { headers: IncomingMessage['headers']; body: string; line: string }[] = [];
    const a = await backend((request, response) => {
      void text(request).then((body) => {
        seen.push({ headers: request.headers, body, line: `${request.method} ${request.url}` });
        response.writeHead(201, {
          'set-cookie': ['a=1', 'b=2'],
          connection: 'x-secret',
          'x-secret': 'hop',
          'x-kept': 'yes',
        });
        response.end('made');
      });
    });
    const to = await gateway();
    await shift(to, [route({ url: `${a.url}/base` }, 100)]);
    const answer = await ask(to, {
      method: 'POST',
      path: '/orders?x=1',
      body: 'hello',
      headers: { connection: 'x-drop', 'x-drop': '1', 'proxy-authorization': 'secret', 'x-forwarded-for': '10.0.0.1' },
    });
    expect(answer).toMatchObject({ status: 201, body: 'made' });
    expect(answer.headers['set-cookie']).toEqual(['a=1', 'b=2']);
    expect(answer.headers['x-kept']).toBe('yes');
    expect(answer.headers['x-secret']).toBeUndefined();
    expect(seen[0]).toMatchObject({ line: 'POST /base/orders?x=1', body: 'hello' });
    expect(seen[0]?.headers).toMatchObject({
      host: new URL(a.url).host,
      'x-forwarded-for': '10.0.0.1, 127.0.0.1',
      'x-forwarded-host': 'web.shop.localhost',
      'x-forwarded-proto': 'http',
    });
    expect(seen[0]?.headers['x-drop']).toBeUndefined();
    expect(seen[0]?.headers['proxy-authorization']).toBeUndefined();
  });

  it.each([
    ['http://web.shop.localhost/orders?x=1', '/base/orders?x=1'],
    ['http://web.shop.localhost', '/base/'],
    ['http://web.shop.localhost?x=1', '/base/?x=1'],
    ['/http://else/where', '/base/http://else/where'],
  ])('takes the whole URL that a client sends to its proxy: %s', async (path, wanted) => {
    const a = await backend((request, response) => response.end(request.url));
    const to = await gateway();
    await shift(to, [route({ url: `${a.url}/base` }, 100)]);
    expect((await ask(to, { path })).body).toBe(wanted);
  });

  it('forwards a chunked body on a method that usually has none', async () => {
    const a = await backend((request, response) => void text(request).then((body) => response.end(`got ${body}`)));
    const to = await gateway();
    await shift(to, [route(a, 100)]);
    const answer = await ask(to, { method: 'DELETE', headers: { 'transfer-encoding': 'chunked' }, body: 'why' });
    expect(answer.body).toBe('got why');
  });

  it('resolves names under .localhost by itself', async () => {
    const a = await named('local');
    const to = await gateway();
    await shift(to, [route({ url: a.url.replace('127.0.0.1', 'anything.at.all.localhost') }, 100)]);
    expect((await ask(to)).body).toBe('local');
  });

  it('checks the certificate of an https endpoint: refused without its authority, served with it', async () => {
    const made = await generate([{ name: 'commonName', value: 'localhost' }], {
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
    });
    const server = createTlsServer({ key: made.private, cert: made.cert }, (_request, response) =>
      response.end('safe'),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => new Promise((resolve) => server.close(resolve)));
    closing.push(() => server.closeAllConnections());
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const [trusting, doubting] = [await gateway({ ca: made.cert }), await gateway()];
    await shift(trusting, [route({ url }, 100)]);
    await shift(doubting, [route({ url }, 100)]);
    expect((await ask(trusting)).body).toBe('safe');
    expect((await ask(doubting)).status).toBe(503);
  });

  it('streams an answer as it comes, and lets it finish on the old route while new requests follow the new one', async () => {
    let more: (text: string) => void = () => {};
    let end = (): void => {};
    const old = await backend((_request, response) => {
      more = (chunk) => void response.write(chunk);
      end = () => void response.end('last');
      response.write('first');
    });
    const fresh = await named('new');
    const to = await gateway();
    await shift(to, [route(old, 100)]);
    const [response] = (await once(
      get({ host: '127.0.0.1', port: to.port, headers: { host: 'web.shop.localhost' } }),
      'response',
    )) as [IncomingMessage];
    const chunks = response[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    expect(String((await chunks.next()).value)).toBe('first');
    await shift(to, [route(fresh, 100)]);
    expect((await ask(to)).body).toBe('new');
    more('second');
    expect(String((await chunks.next()).value)).toBe('second');
    end();
    expect(String((await chunks.next()).value)).toBe('last');
    expect((await chunks.next()).done).toBe(true);
  });

  it('streams a request body as it comes', async () => {
    const a = await backend(
      (request, response) => void request.once('data', (chunk: Buffer) => response.end(`saw ${chunk.toString()}`)),
    );
    const to = await gateway();
    await shift(to, [route(a, 100)]);
    const request = httpRequest({
      host: '127.0.0.1',
      port: to.port,
      method: 'POST',
      headers: { host: 'web.shop.localhost', 'transfer-encoding': 'chunked' },
    });
    request.on('error', () => {});
    request.write('part one');
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    expect(await text(response)).toBe('saw part one');
    request.end();
  });
});

describe('availability', () => {
  it('drops none of thousands of requests while weights shift again and again', async () => {
    const backends = [await named('a'), await named('b'), await named('c')];
    const to = await gateway();
    await shift(to, [route(backends[0] as Backend, 100)]);
    const agent = new Agent({ keepAlive: true, maxSockets: 24 });
    closing.push(() => agent.destroy());
    const total = 3000;
    let shifts = 0;
    const one = async (index: number): Promise<number> => {
      if (index % 10 === 0) {
        // Each shift drops at least one endpoint from the split altogether, so pools are torn down while in use.
        const [first, second] = [backends[shifts % 3] as Backend, backends[(shifts + 1) % 3] as Backend];
        const weight = (shifts * 37) % 101;
        await shift(to, [route(first, weight), route(second, 100 - weight)]);
        shifts += 1;
      }
      const post = index % 3 === 0;
      const answer = await ask(to, { agent, ...(post ? { method: 'POST', body: `order ${index}` } : {}) });
      return answer.status;
    };
    const statuses: number[] = [];
    let started = 0;
    const worker = async (): Promise<void> => {
      while (started < total) statuses.push(await one(started++));
    };
    await Promise.all(Array.from({ length: 24 }, worker));
    expect(shifts).toBe(total / 10);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    const [counters] = to.stats().services;
    expect(counters).toMatchObject({ requests: total, errors: 0, inFlight: 0 });
    expect(counters?.latency.reduce((sum, count) => sum + count, 0)).toBe(total);
  });

  it('sends what a killed endpoint refuses to another one, whatever the method, and then leaves it alone', async () => {
    const [a, b] = [await named('a'), await named('b')];
    const to = await gateway({ random: () => 0 });
    await shift(to, [route(a, 50), route(b, 50)]);
    expect((await ask(to)).body).toBe('a');
    await a.kill();
    expect((await ask(to, { method: 'POST', body: 'order' })).body).toBe('b');
    const retries = to.stats().services[0]?.retries;
    for (let index = 0; index < 20; index++) expect((await ask(to)).body).toBe('b');
    expect(to.stats().services[0]?.retries).toBe(retries);
    expect(to.stats().endpoints.find(({ endpoint }) => endpoint.startsWith(a.url))?.healthy).toBe(false);
  });

  it('retries an idempotent request that is reset before its answer, and not one that may have had its effect', async () => {
    let hits = 0;
    const a = await backend((request) => {
      hits += 1;
      request.socket.destroy();
    });
    const b = await named('b');
    const to = await gateway({ random: () => 0 });
    await shift(to, [route(a, 50), route(b, 50)]);
    expect((await ask(to)).body).toBe('b');
    expect((await ask(to, { method: 'POST' })).status).toBe(502);
    expect(hits).toBe(2);
    expect(to.stats().services[0]).toMatchObject({ requests: 2, retries: 1, errors: 1 });
  });

  it('answers 503 with Retry-After when nothing can be reached, and serves again after a check succeeds', async () => {
    const a = await named('a');
    const port = Number(new URL(a.url).port);
    const to = await gateway({ clock: { now: () => 0 } });
    await shift(to, [route(a, 100)]);
    await a.kill();
    const answer = await ask(to);
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('2');
    const again = createServer((_request, response) => response.end('back'));
    await new Promise<void>((resolve) => again.listen(port, '127.0.0.1', resolve));
    closing.push(() => new Promise((resolve) => again.close(resolve)));
    closing.push(() => again.closeAllConnections());
    const checked = once(again, 'connection');
    to.check();
    await checked;
    await expect.poll(() => to.stats().endpoints[0]?.healthy).toBe(true);
    expect((await ask(to)).body).toBe('back');
  });

  it('takes out an idle endpoint after as many failed checks as the threshold', async () => {
    const [a, b] = [await named('a'), await named('b')];
    const to = await gateway({ limits: { healthThreshold: 1 } });
    await shift(to, [route(a, 50), route(b, 50)]);
    await a.kill();
    to.check();
    await expect.poll(() => to.stats().endpoints.map(({ healthy }) => healthy)).toEqual([false, true]);
  });

  it('gives up on an endpoint that never answers with 504', async () => {
    const a = await backend(() => {});
    const to = await gateway({ limits: { responseTimeoutMs: 30 } });
    await shift(to, [route(a, 100)]);
    expect((await ask(to)).status).toBe(504);
  });

  it('breaks the answer off when the endpoint does, and counts it', async () => {
    const a = await backend((request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => request.socket.destroy());
    });
    const to = await gateway();
    await shift(to, [route(a, 100)]);
    await expect(ask(to)).rejects.toThrow();
    await expect.poll(() => to.stats().services[0]?.errors).toBe(1);
  });
});

describe('upgrade', () => {
  const echo = async (): Promise<Backend> => {
    const made = await backend((_request, response) => response.end('plain'));
    made.server.on('upgrade', (request: IncomingMessage, socket: Socket) => {
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Path: ${request.url}\r\n\r\n`,
      );
      socket.pipe(socket);
    });
    return made;
  };

  async function open(
    to: Gateway,
    host = 'web.shop.localhost',
  ): Promise<{ socket: Socket; read: () => Promise<string> }> {
    const socket = connect(to.port, '127.0.0.1');
    closing.push(() => socket.destroy());
    socket.write(`GET /chat HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
    return { socket, read: async () => String(((await once(socket, 'data')) as [Buffer])[0]) };
  }

  it('joins the two sides, and keeps them joined while traffic shifts away', async () => {
    const to = await gateway();
    await shift(to, [route(await echo(), 100)]);
    const { socket, read } = await open(to);
    const head = await read();
    expect(head).toContain('101 Switching Protocols');
    expect(head).toContain('X-Path: /chat');
    await shift(to, [route(await named('new'), 100)]);
    socket.write('hello');
    expect(await read()).toBe('hello');
  });

  it('passes a WebSocket handshake and frames through unchanged', async () => {
    const frames = await backend(() => {});
    frames.server.on('upgrade', acceptWebSocket);
    const to = await gateway();
    await shift(to, [route(frames, 100)]);
    const socket = connect(to.port, '127.0.0.1');
    closing.push(() => socket.destroy());
    // Key, and the answer to it, are the example of RFC 6455 section 1.3.
    socket.write(
      'GET / HTTP/1.1\r\nHost: web.shop.localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    const [head] = (await once(socket, 'data')) as [Buffer];
    expect(String(head)).toContain('Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
    const mask = Buffer.from([1, 2, 3, 4]);
    const payload = Buffer.from('ping').map((byte, index) => byte ^ (mask[index] ?? 0));
    socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | 4]), mask, payload]));
    const [frame] = (await once(socket, 'data')) as [Buffer];
    expect([...frame]).toEqual([0x81, 4, ...Buffer.from('ping')]);
  });

  it('refuses an unknown host, and passes on a refusal of the endpoint', async () => {
    const to = await gateway();
    await shift(to, [route(await named('plain'), 100)]);
    expect(await (await open(to, 'nope.shop.localhost')).read()).toContain('HTTP/1.1 404 Not Found');
    expect(await (await open(to)).read()).toContain('HTTP/1.1 200 OK');
  });
});

/** Just enough of RFC 6455 to echo one short masked text frame. */
function acceptWebSocket(request: IncomingMessage, socket: Socket): void {
  const key = `${request.headers['sec-websocket-key'] ?? ''}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
  const accept = createHash('sha1').update(key).digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  socket.on('data', (frame: Buffer) => {
    const length = (frame[1] ?? 0) & 0x7f;
    const mask = frame.subarray(2, 6);
    const payload = frame.subarray(6, 6 + length).map((byte, index) => byte ^ (mask[index % 4] ?? 0));
    socket.write(Buffer.concat([Buffer.from([frame[0] ?? 0, length]), payload]));
  });
}
