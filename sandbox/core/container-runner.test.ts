import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { chooseRunner } from './choose-runner.ts';
import { systemClock } from './clock.ts';
import { createContainerRunner, findEngine, sweepLeftovers } from './container-runner.ts';
import { createFaultBook } from './fault-book.ts';
import { timings } from './timings.ts';
import type { WorkloadSpec } from './types.ts';

interface Fake {
  readonly id: string;
  readonly body: { Image: string; Env: string[]; Cmd?: string[]; Labels: Record<string, string> };
  readonly server: Server;
  waiting: ServerResponse | undefined;
  stopped: boolean;
}

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const listen = async (server: Server) => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
};
const shut = (server: Server) =>
  new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
const readJson = async (message: IncomingMessage) => {
  let text = '';
  for await (const chunk of message) text += String(chunk);
  return (text === '' ? {} : JSON.parse(text)) as Fake['body'];
};

/** The Docker Engine API as far as the runner speaks it; a "container" is a small HTTP server in this process. */
async function startEngine() {
  const containers = new Map<string, Fake>();
  const images = new Set(['present:1']);
  const pulled: string[] = [];
  let leftovers: { Id: string; Labels: Record<string, string> }[] = [];
  let serial = 0;

  const reply = (response: ServerResponse, status: number, body?: unknown) =>
    void response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(body === undefined ? '' : JSON.stringify(body));

  const end = async (fake: Fake, code: number) => {
    fake.stopped = true;
    await shut(fake.server);
    if (fake.waiting !== undefined) reply(fake.waiting, 200, { StatusCode: code });
  };

  const routes: [RegExp, (found: string[], message: IncomingMessage, response: ServerResponse) => unknown][] = [
    [/^GET \/_ping/, (_, _message, response) => void response.end('OK')],
    [
      /^GET \/images\/(.+)\/json/,
      ([image = ''], _, response) =>
        images.has(image) ? reply(response, 200, { Id: image }) : reply(response, 404, { message: 'no such image' }),
    ],
    [
      /^POST \/images\/create\?fromImage=([^&]+)&tag=([^&]+)/,
      ([image = '', tag = ''], _, response) => {
        const name = `${decodeURIComponent(image)}:${tag}`;
        pulled.push(name);
        if (name.startsWith('missing')) {
          reply(response, 404, { message: `pull access denied for ${name}` });
          return;
        }
        images.add(name);
        response.end(`${JSON.stringify({ status: 'Downloaded' })}\n`);
      },
    ],
    [
      /^POST \/containers\/create/,
      async (_, message, response) => {
        const id = `c${++serial}`;
        const body = await readJson(message);
        const server = createServer((_request, answer) => answer.end(id));
        containers.set(id, { id, body, server, waiting: undefined, stopped: false });
        reply(response, 201, { Id: id });
      },
    ],
    [
      /^POST \/containers\/(\w+)\/start/,
      async ([id = ''], _, response) => {
        await listen(containers.get(id)?.server as Server);
        reply(response, 204);
      },
    ],
    [/^GET \/containers\/json/, (_, _message, response) => reply(response, 200, leftovers)],
    [
      /^GET \/containers\/(\w+)\/json/,
      ([id = ''], _, response) => {
        const bound = containers.get(id)?.server.address() as AddressInfo | null | undefined;
        if (bound == null) return reply(response, 404, { message: 'no such container' });
        const { port } = bound;
        reply(response, 200, {
          NetworkSettings: { Ports: { '8080/tcp': [{ HostIp: '127.0.0.1', HostPort: String(port) }] } },
        });
      },
    ],
    [
      /^POST \/containers\/(\w+)\/wait/,
      ([id = ''], _, response) => {
        (containers.get(id) as Fake).waiting = response;
      },
    ],
    [
      /^POST \/containers\/(\w+)\/stop/,
      async ([id = ''], _, response) => {
        await end(containers.get(id) as Fake, 0);
        reply(response, 204);
      },
    ],
    [
      /^DELETE \/containers\/(\w+)/,
      async ([id = ''], _, response) => {
        leftovers = leftovers.filter((container) => container.Id !== id);
        const fake = containers.get(id);
        containers.delete(id);
        if (fake?.stopped === false) await end(fake, 137);
        reply(response, 204);
      },
    ],
  ];

  const server = createServer((message, response) => {
    const line = `${message.method} ${(message.url ?? '').replace(/^\/v[\d.]+/, '')}`;
    const route = routes.find(([pattern]) => pattern.test(line));
    if (route === undefined) return reply(response, 404, { message: `no route ${line}` });
    return void route[1](route[0].exec(line)?.slice(1) ?? [], message, response);
  });
  const port = await listen(server);
  closers.push(() => shut(server));
  return {
    environment: { DOCKER_HOST: `tcp://127.0.0.1:${port}` },
    containers,
    pulled,
    end,
    leave: (Id: string, pid: number) => leftovers.push({ Id, Labels: { 'dev.homeostasis.sandbox.pid': String(pid) } }),
    left: () => leftovers.map((container) => container.Id),
  };
}

const web: WorkloadSpec = {
  id: 'gcp/europe-west1/run/web',
  cloud: 'gcp',
  region: 'europe-west1',
  resource: 'web',
  revision: '1',
  image: 'shop/web:1',
  command: ['serve'],
  environment: { MODE: 'live' },
  replicas: 1,
  port: 8080,
  healthPath: '/healthz',
};
const until = (check: () => unknown) => vi.waitFor(check, { timeout: 10_000, interval: 20 });

async function setup() {
  const engine = await startEngine();
  const connection = await findEngine(engine.environment);
  if (connection === undefined) throw new Error('the test engine does not answer');
  const options = { clock: systemClock, timings: timings.instant, faults: createFaultBook() };
  const runner = createContainerRunner({ ...options, docker: connection.docker });
  closers.push(() => runner.close());
  return { ...engine, options, runner, docker: connection.docker };
}

describe('container runner', () => {
  it('pulls the real image once and runs it with its environment, balanced behind one address', async () => {
    const { runner, containers, pulled } = await setup();
    const status = await runner.apply(web);
    await until(() => expect(runner.status(web.id)).toMatchObject({ ready: 1 }));
    expect(pulled).toEqual(['shop/web:1']);
    expect([...containers.values()][0]?.body).toMatchObject({
      Image: 'shop/web:1',
      Cmd: ['serve'],
      Env: ['MODE=live'],
    });
    expect(await (await fetch(`http://${status.address}/`, { headers: { connection: 'close' } })).text()).toBe('c1');
    await runner.apply({ ...web, revision: '2', image: 'present:1' });
    await until(() => expect(runner.status(web.id)?.replicas).toMatchObject([{ revision: '2', state: 'ready' }]));
    expect(pulled).toEqual(['shop/web:1']);
    await until(() => expect([...containers.keys()]).toEqual(['c2']));
  });

  it('fails a replica whose image cannot be pulled, with the reason of the engine', async () => {
    const { runner } = await setup();
    await runner.apply({ ...web, image: 'missing:1' });
    await until(() =>
      expect(runner.status(web.id)?.replicas).toMatchObject([
        { state: 'failed', reason: 'cannot pull missing:1: pull access denied for missing:1' },
      ]),
    );
  });

  it('starts a container that ended anew, and counts it', async () => {
    const { runner, containers, end } = await setup();
    await runner.apply(web);
    await until(() => expect(runner.status(web.id)).toMatchObject({ ready: 1 }));
    await end([...containers.values()][0] as Fake, 3);
    await until(() => expect(runner.status(web.id)?.replicas[0]).toMatchObject({ reason: 'exited with code 3' }));
    await until(() => expect(runner.status(web.id)?.replicas[0]).toMatchObject({ state: 'ready', restarts: 1 }));
  });

  it('leaves no container behind, and sweeps those of sandboxes that were killed', async () => {
    const { runner, containers, docker, leave, left } = await setup();
    await runner.apply({ ...web, replicas: 2 });
    await until(() => expect(runner.status(web.id)).toMatchObject({ ready: 2 }));
    await runner.close();
    expect(containers.size).toBe(0);
    leave('mine', process.pid);
    leave('orphan', 2 ** 22 + 1);
    expect(await sweepLeftovers(docker)).toBe(1);
    expect(left()).toEqual(['mine']);
  });
});

describe('choosing a runner', () => {
  it('takes containers when an engine answers', async () => {
    const { environment, options } = await setup();
    const chosen = await chooseRunner({ ...options, workloads: 'auto', environment });
    expect(chosen).toMatchObject({ kind: 'containers', reason: `container engine at ${environment.DOCKER_HOST}` });
  });

  it('runs nothing when told so, and processes when told so', async () => {
    const options = { clock: systemClock, timings: timings.instant, faults: createFaultBook(), environment: {} };
    expect((await chooseRunner({ ...options, workloads: 'none' })).kind).toBe('none');
    expect((await chooseRunner({ ...options, workloads: 'process' })).kind).toBe('process');
  });
});
