import { createAdaptorServer } from '@hono/node-server';
import { once } from 'node:events';
import { request, type IncomingMessage, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createMemoryRuntime } from '../../shared/adapters/memory/index.ts';
import { clock, createIngress, foreign, token } from './fixtures.ts';

/** What only shows on the wire. */
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function serve() {
  const runtime = createMemoryRuntime({ clock });
  let followers = 0;
  const log = {
    ...runtime.log,
    follow: (listener: Parameters<typeof runtime.log.follow>[0]) => {
      followers += 1;
      const stop = runtime.log.follow(listener);
      return () => {
        followers -= 1;
        stop();
      };
    },
  };
  const ingress = createIngress({ ...runtime, log });
  const server = createAdaptorServer({ fetch: ingress.app.fetch }) as Server;
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { ...ingress, port: (server.address() as AddressInfo).port, followers: () => followers };
}

const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/cloudevents+json' };

async function answerOf(response: IncomingMessage) {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { status: response.statusCode, body: JSON.parse(Buffer.concat(chunks).toString()) as unknown };
}

describe('over the wire', () => {
  it('takes a body in chunks', async () => {
    const { port, stored } = await serve();
    const outgoing = request({ port, host: '127.0.0.1', method: 'POST', path: '/v1/events', headers });
    const text = JSON.stringify(foreign());
    for (let i = 0; i < text.length; i += 7) outgoing.write(text.slice(i, i + 7));
    outgoing.end();
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    expect(await answerOf(response)).toMatchObject({ status: 202 });
    expect(await stored()).toHaveLength(1);
  });

  it.each([
    ['with a length', { 'content-length': String(20 * 1024 * 1024) }],
    ['without one', { 'transfer-encoding': 'chunked' }],
  ])('answers 413 to an endless body %s, and the sender can read it', async (_, length) => {
    const { port } = await serve();
    const outgoing = request({
      port,
      host: '127.0.0.1',
      method: 'POST',
      path: '/v1/events',
      headers: { ...headers, ...length },
    });
    // The connection may be closed on us while we are still sending: that is the point.
    outgoing.on('error', () => {});
    const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>;
    let isAnswered = false;
    void answered.then(() => (isAnswered = true));
    const piece = Buffer.alloc(64 * 1024, 32);
    const more = (): void => {
      if (!isAnswered && !outgoing.destroyed) outgoing.write(piece, () => setImmediate(more));
    };
    more();
    const [response] = await answered;
    expect(response.statusCode).toBe(413);
    outgoing.destroy();
  });

  it('stores nothing of a request that breaks off', async () => {
    const { port, stored, request: ask } = await serve();
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(
      `POST /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\n` +
        'Content-Type: application/cloudevents+json\r\nContent-Length: 500\r\n\r\n{"specversion":"1.0"',
    );
    socket.destroy();
    await once(socket, 'close');
    expect((await ask('/healthz')).status).toBe(200);
    expect(await stored()).toEqual([]);
  });

  it('refuses a request whose Host is not ours, whatever the URL says', async () => {
    const { port } = await serve();
    const outgoing = request({
      port,
      host: '127.0.0.1',
      path: '/v1/status',
      headers: { ...headers, host: `evil.example:${port}` },
    });
    outgoing.end();
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    expect(await answerOf(response)).toMatchObject({
      status: 421,
      body: { detail: expect.stringContaining('evil.example') as unknown },
    });
  });

  it('streams live, and stops listening when the reader hangs up', async () => {
    const { port, publish, followers } = await serve();
    const outgoing = request({ port, host: '127.0.0.1', path: '/v1/events/stream', headers });
    outgoing.end();
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    response.setEncoding('utf8');
    let seen = '';
    response.on('data', (text: string) => (seen += text));
    await expect.poll(() => seen).toContain('retry: 1000');
    expect(followers()).toBe(1);
    await publish(foreign());
    await expect.poll(() => seen).toContain('id: 1\nevent: com.example.built\ndata: {"sequence":1,');
    response.on('error', () => {});
    outgoing.destroy();
    await expect.poll(followers).toBe(0);
  });
});
