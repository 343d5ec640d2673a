import { createServer, get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createCertificates } from './certificates.ts';
import { createManualClock } from './clock.ts';
import { createFaultBook, standing } from './fault-book.ts';
import { createInstantRunner } from './instant-runner.ts';
import type { WorkloadSpec } from './types.ts';

const here = { cloud: 'aws', region: 'eu-west-1' } as const;
const web: WorkloadSpec = {
  ...here,
  id: 'aws/eu-west-1/ecs/shop/web',
  resource: 'shop-web',
  revision: '1',
  image: 'shop/web:1',
  environment: {},
  replicas: 2,
  port: 8080,
};

describe('fault book', () => {
  it('matches by cloud, region, operation and resource, with a trailing star', () => {
    const book = createFaultBook();
    book.add({ kind: 'api-error', cloud: 'aws', region: 'eu-west-1', operation: 'CreateService', resource: 'shop-*' });
    const hit = { ...here, operation: 'CreateService', resource: 'shop-web' };
    expect(book.strikes('api-error', hit)).toMatchObject({ id: 'fault-1' });
    expect(book.strikes('throttle', hit)).toBeUndefined();
    expect(book.strikes('api-error', { ...hit, region: 'us-east-1' })).toBeUndefined();
    expect(book.strikes('api-error', { ...hit, operation: 'DeleteService' })).toBeUndefined();
    expect(book.strikes('api-error', { ...hit, resource: 'blog-web' })).toBeUndefined();
    expect(book.strikes('api-error', here)).toBeUndefined();
  });

  it('ends after `times` hits and says so', () => {
    const book = createFaultBook();
    let changes = 0;
    book.onChange(() => changes++);
    book.add({ kind: 'throttle', times: 2 });
    expect([1, 2, 3].map(() => book.strikes('throttle', here) !== undefined)).toEqual([true, true, false]);
    expect(book.list()).toEqual([]);
    expect(changes).toBe(2);
  });

  it('hits a share of calls, the same ones for the same seed', () => {
    const draw = (seed: number) => {
      const book = createFaultBook(seed);
      book.add({ kind: 'throttle', rate: 0.3 });
      return Array.from({ length: 1_000 }, () => book.strikes('throttle', here) !== undefined);
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    expect(draw(7).filter(Boolean).length).toBeGreaterThan(250);
    expect(draw(7).filter(Boolean).length).toBeLessThan(350);
  });

  it('lets a lasting condition be looked at without using it up', () => {
    const book = createFaultBook();
    const fault = book.add({ kind: 'region-down', times: 1 });
    expect(standing(book, 'region-down', here)).toEqual(fault);
    expect(standing(book, 'region-down', here)).toEqual(fault);
    expect(book.remove(fault.id)).toBe(true);
    expect(book.remove(fault.id)).toBe(false);
    expect(standing(book, 'region-down', here)).toBeUndefined();
  });
});

describe('manual clock', () => {
  it('runs what falls due in order, also what a continuation arms on the way', async () => {
    const clock = createManualClock(0);
    const seen: string[] = [];
    clock.after(20, () => seen.push(`b${clock.now()}`));
    clock.after(10, () => {
      void Promise.resolve().then(() => clock.after(5, () => seen.push(`nested${clock.now()}`)));
    });
    const cancel = clock.after(12, () => seen.push('cancelled'));
    cancel();
    await clock.advance(19);
    expect(seen).toEqual(['nested15']);
    await clock.advance(1);
    expect(seen).toEqual(['nested15', 'b20']);
  });
});

describe('certificates', () => {
  it('serves TLS on 127.0.0.1 and localhost to a client that trusts only the CA', async () => {
    const { key, cert, ca } = await createCertificates();
    const server = createServer({ key, cert }, (_, response) => response.end('ok'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const ask = (servername: string, trust?: string) =>
      new Promise<number | string>((resolve) => {
        const options = { host: '127.0.0.1', port, servername, agent: false, ...(trust ? { ca: trust } : {}) };
        get(options, (response) => resolve(response.resume().statusCode ?? 0)).on('error', (error) =>
          resolve((error as NodeJS.ErrnoException).code ?? error.message),
        );
      });
    expect(await ask('localhost', ca)).toBe(200);
    expect(await ask('', ca)).toBe(200);
    expect(await ask('elsewhere.example', ca)).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    expect(await ask('localhost')).toMatch(/UNABLE_TO|SELF_SIGNED/);
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('instant runner', () => {
  it('has every replica ready at once behind a stable address, and reuses freed addresses', async () => {
    const runner = createInstantRunner(createManualClock());
    const first = await runner.apply(web);
    expect(first).toMatchObject({ desired: 2, ready: 2, address: '127.0.0.1:20000' });
    expect((await runner.apply({ ...web, revision: '2', replicas: 3 })).address).toBe(first.address);
    expect(runner.status(web.id)?.replicas.map((replica) => replica.revision)).toEqual(['2', '2', '2']);
    await runner.remove(web.id);
    expect(runner.status(web.id)).toBeUndefined();
    expect((await runner.apply({ ...web, id: 'other' })).address).toBe(first.address);
    const { port: _, ...worker } = { ...web, id: 'worker' };
    expect(await runner.apply(worker)).not.toHaveProperty('address');
  });

  it('keeps the old revision serving while a slow or unhealthy new one is not ready', async () => {
    const clock = createManualClock();
    const faults = createFaultBook();
    const runner = createInstantRunner(clock, faults);
    await runner.apply(web);
    faults.add({ kind: 'slow-start', resource: 'shop-web', ms: 5_000, times: 1 });
    expect(await runner.apply({ ...web, revision: '2' })).toMatchObject({ ready: 2 });
    expect(runner.status(web.id)?.replicas.map((replica) => replica.state)).toEqual([
      'pending',
      'pending',
      'ready',
      'ready',
    ]);
    await clock.advance(5_000);
    expect(runner.status(web.id)?.replicas.map((replica) => replica.revision)).toEqual(['2', '2']);
  });

  it('loses a region and gets it back', async () => {
    const faults = createFaultBook();
    const runner = createInstantRunner(createManualClock(), faults);
    await runner.apply(web);
    const fault = faults.add({ kind: 'region-down', cloud: 'aws', region: 'eu-west-1' });
    expect(runner.status(web.id)).toMatchObject({ ready: 0, replicas: [{ state: 'failed' }, { state: 'failed' }] });
    faults.remove(fault.id);
    expect(runner.status(web.id)).toMatchObject({ ready: 2 });
  });
});
