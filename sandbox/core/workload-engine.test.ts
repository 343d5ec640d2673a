import { describe, expect, it } from 'vitest';
import { createManualClock } from './clock.ts';
import { createFaultBook } from './fault-book.ts';
import type { Launcher } from './launcher.ts';
import { timings } from './timings.ts';
import type { WorkloadSpec } from './types.ts';
import { createWorkloadEngine } from './workload-engine.ts';

const worker: WorkloadSpec = {
  id: 'aws/eu-west-1/ecs/shop/mailer',
  cloud: 'aws',
  region: 'eu-west-1',
  resource: 'mailer',
  revision: '1',
  image: 'mailer:1',
  environment: {},
  replicas: 2,
};

/** Replicas that run until they are told not to. */
function given() {
  const clock = createManualClock();
  const alive = new Set<string>();
  let launches = 0;
  const launcher: Launcher = {
    launch: ({ replicaId, onExit }) => {
      const process = `${replicaId} ${++launches}`;
      alive.add(process);
      const end = (): void => {
        if (alive.delete(process)) onExit('exited with code 0');
      };
      return Promise.resolve({ stop: () => Promise.resolve(end()), kill: end, setUnhealthy: () => {} });
    },
    close: () => Promise.resolve(),
  };
  const faults = createFaultBook();
  const engine = createWorkloadEngine({ clock, faults, launcher, timings: timings.fast });
  return { clock, alive, engine, faults };
}

describe('a workload that is removed', () => {
  it('leaves nothing running, and starts nothing in place of what stops', async () => {
    const { clock, alive, engine } = given();
    await engine.apply(worker);
    await clock.advance(5_000);
    expect(alive.size).toBe(2);
    await engine.remove(worker.id);
    await clock.advance(60_000);
    expect([...alive]).toEqual([]);
    expect(engine.list()).toEqual([]);
  });

  it('leaves nothing running when the whole sandbox ends', async () => {
    const { clock, alive, engine } = given();
    await engine.apply(worker);
    await clock.advance(5_000);
    await engine.close();
    await clock.advance(60_000);
    expect([...alive]).toEqual([]);
  });

  it('stays gone when its region comes back', async () => {
    const { clock, alive, engine, faults } = given();
    await engine.apply(worker);
    await clock.advance(5_000);
    faults.add({ kind: 'region-down', cloud: 'aws', region: 'eu-west-1' });
    await engine.remove(worker.id);
    faults.clear();
    await clock.advance(60_000);
    expect([...alive]).toEqual([]);
  });
});
