import { existsSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from './clock.ts';
import { createFaultBook } from './fault-book.ts';
import { createProcessRunner } from './process-runner.ts';
import { parseCpuMs, parseMemoryBytes, readProcessUsage } from './process-usage.ts';
import { timings } from './timings.ts';
import type { WorkloadRunner, WorkloadSpec } from './types.ts';

const open: WorkloadRunner[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((runner) => runner.close()));
});

const worker: WorkloadSpec = {
  id: 'aws/eu-west-1/ecs/shop/worker',
  cloud: 'aws',
  region: 'eu-west-1',
  resource: 'worker',
  revision: '1',
  image: 'shop/worker:1',
  environment: {},
  replicas: 2,
};

describe('process usage', () => {
  it('reads CPU time behind a name that holds brackets and spaces', () => {
    const stat = '42 (a) 1 (b c) S 1 42 42 0 -1 4194304 9 0 0 0 123 45 6 7 20 0 1 0 100 1000 10';
    expect(parseCpuMs(stat)).toBe(1_680);
  });

  it('knows nothing of what it cannot read, rather than zero', () => {
    expect(parseCpuMs('')).toBeUndefined();
    expect(parseMemoryBytes('Name:\tnode\n')).toBeUndefined();
    expect(parseMemoryBytes('Name:\tnode\nVmRSS:\t   2048 kB\n')).toBe(2_097_152);
  });

  it('says nothing about a process that is gone', async () => {
    expect(await readProcessUsage(2 ** 30)).toBeUndefined();
  });

  it.runIf(existsSync('/proc/self/stat'))('agrees with what Node says of this process', async () => {
    const before = process.cpuUsage();
    const used = await readProcessUsage(process.pid);
    const after = process.cpuUsage();
    expect(used?.cpuMs).toBeGreaterThanOrEqual((before.user + before.system) / 1_000 - 40);
    expect(used?.cpuMs).toBeLessThanOrEqual((after.user + after.system) / 1_000 + 40);
    expect((used?.memoryBytes ?? 0) / process.memoryUsage().rss).toBeCloseTo(1, 0);
  });

  it.runIf(existsSync('/proc/self/stat'))(
    'the process runner measures each replica, and forgets removed ones',
    async () => {
      const runner = createProcessRunner({ clock: systemClock, timings: timings.instant, faults: createFaultBook() });
      open.push(runner);
      const began = systemClock.now();
      await runner.apply(worker);
      await vi.waitFor(() => expect(runner.status(worker.id)?.ready).toBe(2), { timeout: 15_000, interval: 20 });
      const usage = (await runner.usage?.(worker.id)) ?? [];
      expect(usage.map(({ replicaId }) => replicaId)).toEqual(runner.status(worker.id)?.replicas.map(({ id }) => id));
      for (const { startedAt, cpuMs, memoryBytes } of usage) {
        expect(startedAt).toBeGreaterThanOrEqual(began);
        expect(cpuMs).toBeGreaterThan(0);
        expect(memoryBytes).toBeGreaterThan(10_000_000);
      }
      await runner.remove(worker.id);
      expect(await runner.usage?.(worker.id)).toEqual([]);
    },
  );
});
