import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from './clock.ts';
import { createFaultBook } from './fault-book.ts';
import { createProcessRunner } from './process-runner.ts';
import { timings } from './timings.ts';
import type { WorkloadRunner, WorkloadSpec, WorkloadStatus } from './types.ts';

const web: WorkloadSpec = {
  id: 'aws/eu-west-1/ecs/shop/web',
  cloud: 'aws',
  region: 'eu-west-1',
  resource: 'shop-web',
  revision: '1',
  image: 'shop/web:1',
  environment: {},
  replicas: 2,
  port: 8080,
  healthPath: '/healthz',
};

const open: WorkloadRunner[] = [];
const logDirectory = mkdtempSync(join(tmpdir(), 'homeostasis-runner-'));

function setup() {
  const faults = createFaultBook();
  const runner = createProcessRunner({ clock: systemClock, timings: timings.instant, faults, logDirectory });
  open.push(runner);
  return { faults, runner };
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((runner) => runner.close()));
  rmSync(logDirectory, { recursive: true, force: true });
});

const until = (check: () => unknown) => vi.waitFor(check, { timeout: 15_000, interval: 20 });
const ready = (runner: WorkloadRunner, count: number, id = web.id) =>
  until(() => expect(runner.status(id)).toMatchObject({ ready: count, desired: count }));
const addressOf = (status: WorkloadStatus) => status.address ?? '';

/** One request on its own connection, so that the balancer is asked every time. */
const ask = async (status: WorkloadStatus, path = '/') => {
  const response = await fetch(`http://${addressOf(status)}${path}`, { headers: { connection: 'close' } });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
};

describe('process runner', () => {
  it('runs replicas that say where they run, balanced behind one address', async () => {
    const { runner } = setup();
    const status = await runner.apply(web);
    await ready(runner, 2);
    const answers = await Promise.all([1, 2, 3, 4].map(() => ask(status, '/cart?x=1')));
    expect(answers[0]).toMatchObject({
      status: 200,
      body: {
        service: 'shop-web',
        cloud: 'aws',
        region: 'eu-west-1',
        revision: '1',
        path: '/cart',
        hostname: addressOf(status),
      },
    });
    expect(new Set(answers.map((answer) => answer.body['replica'])).size).toBe(2);
    expect(await ask(status, '/healthz')).toMatchObject({ status: 200, body: { status: 'ok' } });
  });

  it('replaces by revision without a gap: every request during the change is answered', async () => {
    const { runner } = setup();
    const status = await runner.apply(web);
    await ready(runner, 2);
    await runner.apply({ ...web, revision: '2', replicas: 1, environment: { START_DELAY_MS: '150' } });
    const seen: string[] = [];
    await until(async () => {
      const answer = await ask(status);
      expect(answer.status).toBe(200);
      seen.push(answer.body['revision'] ?? '');
      expect(runner.status(web.id)?.replicas).toMatchObject([{ revision: '2', state: 'ready' }]);
    });
    expect(seen[0]).toBe('1');
    expect((await ask(status)).body['revision']).toBe('2');
  });

  it('keeps the old revision while the new one fails its health check', async () => {
    const { runner } = setup();
    const status = await runner.apply({ ...web, replicas: 1 });
    await ready(runner, 1);
    await runner.apply({ ...web, replicas: 1, revision: 'bad', environment: { FAIL_HEALTH: '1' } });
    await until(() =>
      expect(runner.status(web.id)?.replicas).toMatchObject([
        { revision: '1', state: 'ready' },
        { revision: 'bad', state: 'running', reason: 'health check failed: HTTP 503 on /healthz' },
      ]),
    );
    expect((await ask(status)).body['revision']).toBe('1');
  });

  it('restarts a crashed replica and counts it', async () => {
    const { runner } = setup();
    await runner.apply({ ...web, replicas: 1, environment: { CRASH_AFTER_MS: '150' } });
    await ready(runner, 1);
    await until(() => expect(runner.status(web.id)?.replicas[0]).toMatchObject({ reason: 'exited with code 1' }));
    await until(() => expect(runner.status(web.id)?.replicas[0]).toMatchObject({ state: 'ready', restarts: 1 }));
  });

  it('runs workers without a port, with a heartbeat in the log', async () => {
    const { runner } = setup();
    const { port: _, ...worker } = web;
    expect(await runner.apply({ ...worker, id: 'worker', replicas: 1 })).not.toHaveProperty('address');
    await ready(runner, 1, 'worker');
    const log = readdirSync(logDirectory).find((name) => name === 'worker.log') ?? '';
    // Ready is not yet written: the process and its log are two things.
    await expect
      .poll(() => readFileSync(join(logDirectory, log), 'utf8'), { timeout: 10_000 })
      .toContain('"message":"heartbeat"');
  });

  it('takes a TCP connection where no health path is given, and answers what is not HTTP', async () => {
    const { runner } = setup();
    const { healthPath: _, ...tcp } = web;
    const status = await runner.apply({ ...tcp, replicas: 1 });
    await ready(runner, 1);
    const [host, port] = addressOf(status).split(':');
    const text = await new Promise<string>((resolve) => {
      const socket = connect(Number(port), host, () => socket.write('\x00\x01not http\r\n\r\n'));
      let received = '';
      socket.on('data', (chunk) => (received += String(chunk)));
      socket.on('close', () => resolve(received));
    });
    expect(JSON.parse(text)).toMatchObject({ cloud: 'aws', region: 'eu-west-1' });
  });

  it('loses a region with its replicas and connections, and gets it back on the same address', async () => {
    const { runner, faults } = setup();
    const status = await runner.apply(web);
    await ready(runner, 2);
    const fault = faults.add({ kind: 'region-down', cloud: 'aws', region: 'eu-west-1' });
    expect(runner.status(web.id)).toMatchObject({ ready: 0, replicas: [{ state: 'failed' }, { state: 'failed' }] });
    await expect(ask(status)).rejects.toThrow();
    faults.remove(fault.id);
    await ready(runner, 2);
    expect(await ask(status)).toMatchObject({ status: 200 });
    expect(runner.status(web.id)?.replicas.map((replica) => replica.restarts)).toEqual([0, 0]);
  });

  it('answers later under latency, and 503 on the health path when told to be unhealthy', async () => {
    const { runner, faults } = setup();
    const status = await runner.apply({ ...web, replicas: 1 });
    await ready(runner, 1);
    faults.add({ kind: 'latency', resource: 'shop-*', ms: 200, times: 1 });
    const started = performance.now();
    await ask(status);
    expect(performance.now() - started).toBeGreaterThan(190);
    const fault = faults.add({ kind: 'unhealthy', cloud: 'aws' });
    await until(async () => expect((await ask(status, '/healthz')).status).toBe(503));
    await until(() => expect(runner.status(web.id)?.ready).toBe(0));
    faults.remove(fault.id);
    await ready(runner, 1);
  });

  it('removes a workload: processes end, the address is free', async () => {
    const { runner } = setup();
    const status = await runner.apply(web);
    await ready(runner, 2);
    await runner.remove(web.id);
    expect(runner.list()).toEqual([]);
    await expect(ask(status)).rejects.toThrow();
  });

  it('leaves no replica behind when the sandbox itself is killed', async () => {
    const script = `
      const core = ${JSON.stringify(new URL('.', import.meta.url).href)};
      const { createProcessRunner } = await import(core + 'process-runner.ts');
      const { systemClock } = await import(core + 'clock.ts');
      const { createFaultBook } = await import(core + 'fault-book.ts');
      const { timings } = await import(core + 'timings.ts');
      const runner = createProcessRunner({ clock: systemClock, timings: timings.instant, faults: createFaultBook() });
      await runner.apply(${JSON.stringify({ ...web, replicas: 1 })});
      setInterval(() => {
        const status = runner.status(${JSON.stringify(web.id)});
        if (status.ready === 1) console.log(status.replicas[0].address);
      }, 20);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const address = await new Promise<string>((resolve) =>
      parent.stdout.once('data', (data) => resolve(String(data).trim())),
    );
    const url = `http://${address.split('\n')[0]}/`;
    expect((await fetch(url, { headers: { connection: 'close' } })).status).toBe(200);
    parent.kill('SIGKILL');
    await until(() => expect(fetch(url)).rejects.toThrow());
  });
});
