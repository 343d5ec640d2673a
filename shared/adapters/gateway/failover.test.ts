import fc from 'fast-check';
import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../ports/logger.ts';
import type { Endpoint } from './endpoint.ts';
import { createGateway, type Gateway, type GatewayOptions } from './index.ts';
import { next, type Surroundings } from './proxy.ts';
import { Table } from './table.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Answers as told, and counts. */
async function backend(listener: RequestListener): Promise<{ readonly url: string; readonly seen: () => number }> {
  let seen = 0;
  const server = createServer((request, response) => {
    seen += 1;
    listener(request, response);
  });
  closing.push(() => server.closeAllConnections());
  return { url: await listening(server), seen: () => seen };
}
const answering = (status: number, body: string) =>
  backend((_request, response) => response.writeHead(status).end(body));

interface Stand extends Gateway {
  readonly check: () => void;
  readonly split: (weights: Readonly<Record<string, number>>) => Promise<void>;
  readonly ask: (method?: string) => Promise<readonly [number, string]>;
  readonly healthy: () => boolean[];
  /** Moves the clock. */
  readonly pass: (ms: number) => void;
}

/** The draw always falls on the first that may be chosen. */
async function stand(options: Partial<GatewayOptions> = {}): Promise<Stand> {
  let check = (): void => {};
  let now = 1_000_000;
  let sequence = 0;
  const gateway = await createGateway({
    host: '127.0.0.1',
    port: 0,
    clock: { now: () => now },
    random: () => 0,
    logger: silentLogger,
    every: (_ms, run) => {
      check = run;
      return () => {};
    },
    ...options,
  });
  closing.push(() => gateway.close());
  return {
    ...gateway,
    check: () => check(),
    split: (weights) => {
      const routes = Object.entries(weights).map(([endpoint, weight], index) => {
        return { target: `aws/region-${index}/fargate`, endpoint, weight };
      });
      return gateway.route({ application: 'shop', service: 'web', sequence: ++sequence, routes });
    },
    ask: async (method = 'GET') => {
      const headers = { host: 'web.shop.localhost' };
      const request = httpRequest({ host: '127.0.0.1', port: gateway.port, method, headers, agent: false }).end();
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      return [response.statusCode ?? 0, await text(response)];
    },
    healthy: () => gateway.stats().endpoints.map(({ healthy }) => healthy),
    pass: (ms) => void (now += ms),
  };
}

/** A balancer of layer 4 whose region is gone: it takes connections and closes them. */
const emptyBalancer = (): Promise<string> => listening(createTcpServer((socket) => socket.destroy()));

describe('answers that say nobody is there', () => {
  it('are asked for elsewhere once when asking twice does no harm, and passed on when it might', async () => {
    const [gone, well] = [await answering(503, 'no targets'), await answering(200, 'well')];
    const at = await stand();
    await at.split({ [gone.url]: 50, [well.url]: 50 });
    expect(await at.ask('GET')).toEqual([200, 'well']);
    expect(await at.ask('POST')).toEqual([503, 'no targets']);
    expect(at.stats().services[0]).toMatchObject({ requests: 2, retries: 1, errors: 1 });
  });

  it('are passed on as they are when there is nobody else', async () => {
    const busy = await answering(503, 'come back later');
    const at = await stand();
    await at.split({ [busy.url]: 100 });
    expect(await at.ask()).toEqual([503, 'come back later']);
    expect(busy.seen()).toBe(1);
  });

  it('five in a row, of whatever 5xx, take an endpoint out for five seconds; then one is enough', async () => {
    const [ill, well] = [await answering(500, 'ill'), await answering(200, 'well')];
    const at = await stand();
    await at.split({ [ill.url]: 50, [well.url]: 50 });
    for (let index = 0; index < 5; index++) expect((await at.ask())[0]).toBe(500);
    expect(at.healthy()).toEqual([false, true]);
    expect(await at.ask()).toEqual([200, 'well']);
    at.pass(5_000);
    expect((await at.ask())[0]).toBe(500);
    expect(await at.ask()).toEqual([200, 'well']);
  });

  it('do not take out the only endpoint there is', async () => {
    const ill = await answering(500, 'ill');
    const at = await stand();
    await at.split({ [ill.url]: 100 });
    for (let index = 0; index < 8; index++) expect(await at.ask()).toEqual([500, 'ill']);
  });
});

describe('a balancer with nothing behind it', () => {
  it('costs no repeatable request, and others until it is known', async () => {
    const [gone, well] = [await emptyBalancer(), await answering(200, 'well')];
    const at = await stand();
    await at.split({ [gone]: 50, [well.url]: 50 });
    expect(await at.ask()).toEqual([200, 'well']);
    const statuses: number[] = [];
    for (let index = 0; index < 10; index++) statuses.push((await at.ask('POST'))[0]);
    expect(statuses).toEqual([502, 502, 502, 502, 200, 200, 200, 200, 200, 200]);
  });

  it('fails its checks, although it takes connections', async () => {
    const gone = await emptyBalancer();
    const at = await stand({ limits: { healthThreshold: 1 } });
    await at.split({ [gone]: 100 });
    at.check();
    await expect.poll(() => at.healthy()).toEqual([false]);
  });
});

describe('what is thought to be down', () => {
  it('is tried when nothing else is left, so that it serves again with its first answer', async () => {
    let broken = true;
    const only = await backend((request, response) => void (broken ? request.socket.destroy() : response.end('back')));
    const at = await stand();
    await at.split({ [only.url]: 100 });
    for (let index = 0; index < 6; index++) expect((await at.ask())[0]).toBe(502);
    expect(at.healthy()).toEqual([false]);
    broken = false;
    expect(await at.ask()).toEqual([200, 'back']);
    expect(at.healthy()).toEqual([true]);
  });

  it('is the second choice of a request whose first one fails, when it is the only other one', async () => {
    let status = 500;
    const gone = await emptyBalancer();
    const again = await backend((_request, response) => response.writeHead(status).end('again'));
    const at = await stand({ limits: { failuresInRow: 1 } });
    await at.split({ [again.url]: 100 });
    expect((await at.ask())[0]).toBe(500);
    status = 200;
    await at.split({ [gone]: 50, [again.url]: 50 });
    expect(at.healthy()).toEqual([false, true]);
    expect(await at.ask()).toEqual([200, 'again']);
  });
});

describe('a split', () => {
  it('that comes while a request is under way decides where it is repeated', async () => {
    const [never, well] = [await answering(200, 'never'), await answering(200, 'well')];
    const at = await stand();
    const gone = await backend((request) => {
      void at.split({ [never.url]: 0, [well.url]: 100 }).then(() => request.socket.destroy());
    });
    await at.split({ [gone.url]: 50, [never.url]: 50 });
    expect(await at.ask()).toEqual([200, 'well']);
    expect(never.seen()).toBe(0);
  });

  it('that takes the weight lets what is under way finish, and gives nothing new', async () => {
    let finish = (): void => {};
    let arrived = (): void => {};
    const under = new Promise<void>((resolve) => (arrived = resolve));
    const slow = await backend((_request, response) => {
      finish = () => void response.end('slow');
      arrived();
    });
    const well = await answering(200, 'well');
    const at = await stand();
    await at.split({ [slow.url]: 100 });
    const first = at.ask();
    await under;
    await at.split({ [slow.url]: 0, [well.url]: 100 });
    expect(await at.ask()).toEqual([200, 'well']);
    finish();
    expect(await first).toEqual([200, 'slow']);
    expect(slow.seen()).toBe(1);
  });

  /** Whatever is thought of whom, and whatever failed before. */
  it('never sends anything to a target of weight zero', () => {
    const weights = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 5 });
    const splits = fc.array(weights, { minLength: 1, maxLength: 5 });
    const states = fc.infiniteStream(fc.integer({ min: 0, max: 3 }));
    const fraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(splits, states, fraction, fc.boolean(), (all, state, point, stale) => {
        const table = new Table(undefined);
        const around = { table, clock: { now: () => 10 }, random: () => point } as unknown as Surroundings;
        for (const [index, each] of all.entries()) {
          const routes = each.map((weight, at) => ({ target: `aws/r${at}/x`, endpoint: `http://h${at}.test`, weight }));
          table.put({ application: 'shop', service: 'web', sequence: index + 1, routes });
          for (const endpoint of table.endpoints()) believe(endpoint, state.next().value);
          const allowed = routes.filter(({ weight }) => weight > 0).map(({ endpoint }) => `${endpoint}/`);
          const chosen = chosenOf(table, around, stale);
          expect(chosen.length).toBe(allowed.length === 0 ? 0 : allowed.length === 1 && !stale ? 1 : 2);
          for (const each of chosen) expect(allowed).toContain(each.url.href);
          if (allowed.length > 1 && !stale) expect(chosen[1]).not.toBe(chosen[0]);
        }
      }),
    );
  });
});

function believe(endpoint: Endpoint, state: number): void {
  endpoint.down = state === 1;
  endpoint.ejectedUntil = state === 2 ? 20 : 0;
  endpoint.distrustedUntil = state === 3 ? 20 : 0;
}

/** Where a request is sent, and where it is repeated. */
function chosenOf(table: Table, around: Surroundings, stale: boolean): Endpoint[] {
  const entry = table.find('web.shop.localhost');
  const first = entry && next(entry, undefined, around);
  if (entry === undefined || first === undefined) return [];
  const failure = { error: new Error('gone'), unsent: true, stale, timedOut: false };
  const second = next(entry, { endpoint: first, failure }, around);
  return second === undefined ? [first] : [first, second];
}

describe('a standby', () => {
  it('gets nothing while what serves is up, and everything once that is known to be gone, until it is back', async () => {
    let gone = false;
    const serving = await backend((request, response) => {
      if (gone) request.socket.destroy();
      else response.end('serving');
    });
    const waiting = await answering(200, 'standby');
    const at = await stand();
    const route = (endpoint: string, weight: number) => ({ target: `aws/r${weight}/fargate`, endpoint, weight });
    const routes = [route(serving.url, 100), { ...route(waiting.url, 0), standby: true as const }];
    await at.route({ application: 'shop', service: 'web', sequence: 1, routes });
    expect(await at.ask()).toEqual([200, 'serving']);
    gone = true;
    const answers: number[] = [];
    for (let index = 0; index < 8; index++) answers.push((await at.ask())[0]);
    // One failure may be a request's own fault: both must not believe that they serve. The fifth is asked again there.
    expect(answers).toEqual([502, 502, 502, 502, 200, 200, 200, 200]);
    at.pass(5_000);
    expect(await at.ask()).toEqual([200, 'standby']);
    gone = false;
    at.pass(5_000);
    expect(await at.ask()).toEqual([200, 'serving']);
    expect(waiting.seen()).toBe(5);
  });
});

describe('bounds', () => {
  it('refuses what is more than a service may have under way, and says when to come again', async () => {
    const arrived: (() => void)[] = [];
    const slow = await backend((_request, response) => void arrived.push(() => response.end('slow')));
    const at = await stand({ limits: { maximumInFlight: 2 } });
    await at.split({ [slow.url]: 100 });
    const under = [at.ask(), at.ask()];
    await expect.poll(() => arrived.length).toBe(2);
    const [status, body] = await at.ask();
    expect([status, body]).toEqual([503, expect.stringContaining('2 requests under way')]);
    for (const finish of arrived) finish();
    expect(await Promise.all(under)).toEqual([
      [200, 'slow'],
      [200, 'slow'],
    ]);
  });

  it('ends within the grace, whatever is under way', async () => {
    let arrived = (): void => {};
    const under = new Promise<void>((resolve) => (arrived = resolve));
    const never = await backend(() => arrived());
    const at = await stand({ limits: { closeGraceMs: 20 } });
    await at.split({ [never.url]: 100 });
    const broken = expect(at.ask()).rejects.toThrow();
    await under;
    await at.close();
    await broken;
  });
});
