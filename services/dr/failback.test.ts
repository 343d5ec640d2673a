import { beforeEach, describe, expect, it } from 'vitest';
import { failbackRequested } from '../../shared/contracts/failback-requested.ts';
import { placementRejected } from '../../shared/contracts/placement-rejected.ts';
import type { FailbackMode } from '../../shared/contracts/recovery-values.ts';
import { rolloutFailed } from '../../shared/contracts/rollout-failed.ts';
import { scheduleReconcile } from '../../shared/contracts/schedule-reconcile.ts';
import type { FailbackRecord } from './failback-record.ts';
import { dueFailbacks } from './failback.ts';
import { A, B, C, decided, health, lost, placed, ready, shifted, standing, World } from './fixtures.ts';
import { failingBackKey } from './keys.ts';

let world: World;
const at = (service: string, target: string, failback: FailbackMode = 'automatic') =>
  placed(service, { targets: [target], recovery: { failback } });
const failback = (): FailbackRecord | undefined => world.all<FailbackRecord>('failback/')[0];
const recovery = (): string => world.recoveries()[0]?.recovery ?? '';
const sentTo = (): readonly string[] =>
  world.of('service.return').flatMap(({ services }) => (services as { service: string }[]).map((each) => each.service));

async function there(service: string, target: string, generation: number): Promise<void> {
  await world.after(1_000);
  await world.deliver(ready(service, target, generation));
  await world.deliver(shifted(service, generation, target));
  await world.after(0);
}

/** The region is lost, all goes to B; the region comes back, and may be used again. */
async function lostAndBack(...services: readonly (readonly [string, FailbackMode])[]): Promise<void> {
  await standing(world, ...services.map(([name, mode]) => at(name, A, mode)));
  const sign = world.now;
  await world.deliver(health('unreachable', sign));
  await world.after(15_000);
  await world.deliver(decided(2, ...services.map(([name, mode]) => at(name, B, mode))));
  for (const [name] of services) await there(name, B, 2);
  expect(world.recoveries()).toMatchObject([{ state: 'completed' }]);
  await world.deliver(health('healthy', world.now));
  await world.after(60_000);
  expect(world.of('target.readmitted')).toHaveLength(1);
}

/** Time passes, with a sweep every thirty seconds. */
async function sweep(ms: number): Promise<void> {
  for (const end = world.now + ms; world.now < end;) {
    await world.after(30_000);
    await world.deliver(scheduleReconcile.draft({}));
    await world.after(0);
  }
}

beforeEach(() => {
  world = new World({ maximumConcurrent: 2 });
});

describe('what a lost region left behind', () => {
  it('is suggested to go back once the region has been well for the stabilization window, and not before', async () => {
    await lostAndBack(['web', 'suggest'], ['cart', 'off']);
    await sweep(270_000);
    expect(world.of('failback.suggested')).toEqual([]);
    await sweep(60_000);
    expect(world.of('failback.suggested')).toMatchObject([
      { scope: lost, services: [{ application: 'shop', service: 'web', from: [B], to: [A] }] },
    ]);
    await sweep(600_000);
    expect(world.of('failback.suggested')).toHaveLength(1);
    expect(world.of('service.return')).toEqual([]);
  });

  it('goes back by itself where it asks for that: so many at once, and the next when those are well', async () => {
    await lostAndBack(['a', 'automatic'], ['b', 'automatic'], ['c', 'automatic']);
    await sweep(330_000);
    expect(sentTo()).toEqual(['a', 'b']);
    await world.deliver(decided(3, at('a', A), at('b', A)));
    await there('a', A, 3);
    await world.after(30_000);
    expect(sentTo()).toEqual(['a', 'b']);
    await there('b', A, 3);
    await world.after(30_000);
    expect(sentTo()).toEqual(['a', 'b', 'c']);
    await world.deliver(decided(4, at('c', A)));
    await there('c', A, 4);
    await world.after(30_000);
    expect(world.of('failback.ended')).toMatchObject([{ outcome: 'completed', returned: 3, left: [] }]);
    expect(failback()).toMatchObject({ state: 'completed', batch: [] });
  });

  it('stays where it is when the region falters again while it waits', async () => {
    await lostAndBack(['web', 'automatic']);
    await sweep(120_000);
    await world.deliver(health('unreachable', world.now));
    await sweep(600_000);
    expect(world.of('service.return')).toEqual([]);
    expect(failback()).toBeUndefined();
  });

  it('waits anew when the region was away for less than it takes to exclude it', async () => {
    await lostAndBack(['web', 'automatic']);
    await sweep(240_000);
    await world.deliver(health('unreachable', world.now));
    await world.after(5_000);
    await world.deliver(health('healthy', world.now));
    await sweep(240_000);
    expect(world.of('service.return')).toEqual([]);
    await sweep(90_000);
    expect(sentTo()).toEqual(['web']);
  });

  it('is stopped, loudly, when the region falters on the way: nothing further is sent', async () => {
    await lostAndBack(['a', 'automatic'], ['b', 'automatic'], ['c', 'automatic']);
    await sweep(330_000);
    await world.deliver(decided(3, at('a', A), at('b', A)));
    await there('a', A, 3);
    await world.deliver(health('unhealthy', world.now));
    await world.after(60_000);
    expect(sentTo()).toEqual(['a', 'b']);
    expect(world.of('failback.ended')).toMatchObject([
      { outcome: 'stopped', returned: 1, left: [{ service: 'b' }], reason: `stopped: ${lost} is unhealthy` },
    ]);
  });

  it('is stopped when one of them fails there', async () => {
    await lostAndBack(['a', 'automatic'], ['b', 'automatic'], ['c', 'automatic']);
    await sweep(330_000);
    await world.deliver(decided(3, at('a', A), at('b', A)));
    const failed = { application: 'shop', service: 'a', generation: 3, target: A, reason: 'ImagePullFailed' };
    await world.deliver(rolloutFailed.draft({ ...failed, message: 'no such image' }));
    await world.after(60_000);
    expect(sentTo()).toEqual(['a', 'b']);
    expect(world.of('failback.ended')).toMatchObject([{ outcome: 'stopped', returned: 0 }]);
    expect(world.of('failback.ended')[0]?.['reason']).toContain('shop/a failed on its way back');
  });

  it('is sent once more, a minute later, when placement says nothing: another decision may have overtaken that one', async () => {
    await lostAndBack(['a', 'automatic']);
    await sweep(330_000);
    await world.after(20_000);
    expect(sentTo()).toEqual(['a']);
    await world.after(60_000);
    expect(sentTo()).toEqual(['a', 'a']);
    await world.deliver(decided(3, at('a', A)));
    await there('a', A, 3);
    await world.after(200_000);
    expect(sentTo()).toEqual(['a', 'a']);
    expect(failback()).toMatchObject({ state: 'completed', returned: 1 });
  });

  it('goes on without what placement cannot bring back', async () => {
    await lostAndBack(['a', 'automatic'], ['b', 'automatic'], ['c', 'automatic']);
    await sweep(330_000);
    const services = [{ service: 'a', message: 'residency' }];
    const refused = {
      application: 'shop',
      cause: 'failed-back',
      reason: 'NoFeasiblePlacement',
      message: 'no',
    } as const;
    await world.deliver(placementRejected.draft({ ...refused, services }));
    await world.after(30_000);
    expect(sentTo()).toEqual(['a', 'b', 'c']);
    expect(failback()?.left).toEqual([
      { application: 'shop', service: 'a', reason: 'residency' },
      { application: 'shop', service: 'b', reason: 'no' },
    ]);
  });
});

describe('somebody who asks for a failback', () => {
  const ask = (id = recovery()): Promise<void> =>
    world.deliver(failbackRequested.draft({ recovery: id, reason: 'we are ready' }));

  it('gets all of it at once, whatever the services ask for themselves', async () => {
    await lostAndBack(['web', 'off']);
    await ask();
    await world.after(0);
    expect(world.of('service.return')).toMatchObject([
      { application: 'shop', services: [{ service: 'web', targets: [A] }] },
    ]);
    await ask();
    await world.after(0);
    expect(world.of('service.return')).toHaveLength(1);
  });

  it('is refused, with the reason, while the region is unwell', async () => {
    await lostAndBack(['web', 'off']);
    await world.deliver(health('unreachable', world.now));
    await ask();
    expect(world.of('service.return')).toEqual([]);
    expect(world.of('failback.ended')).toMatchObject([
      { outcome: 'refused', reason: `nothing goes back now: ${lost} is unreachable` },
    ]);
  });

  it('is told that there is no such recovery', async () => {
    await ask('nope');
    expect(world.of('failback.ended')).toMatchObject([{ recovery: 'nope', outcome: 'refused' }]);
  });
});

describe('a service that was moved twice before it could go back', () => {
  const second = 'gcp/europe-west1';
  const back = (): readonly unknown[] =>
    world
      .of('service.return')
      .flatMap(({ services }) => (services as { targets: string[] }[]).map((each) => each.targets));

  /** From A to B, and from there to C. */
  async function movedTwice(): Promise<void> {
    await standing(world, at('web', A));
    await world.deliver(health('unreachable', world.now));
    await world.after(15_000);
    await world.deliver(decided(2, at('web', B)));
    await there('web', B, 2);
    await world.after(30_000);
    await world.deliver(health('unreachable', world.now, second));
    await world.after(15_000);
    await world.deliver(decided(3, at('web', C)));
    await there('web', C, 3);
    expect(world.recoveries().map(({ state }) => state)).toEqual(['completed', 'completed']);
  }

  it('goes home when its home is well, though the place between is not', async () => {
    await movedTwice();
    await world.deliver(health('healthy', world.now));
    await sweep(420_000);
    expect(back()).toEqual([[A]]);
    await world.deliver(decided(4, at('web', A)));
    await there('web', A, 4);
    await sweep(60_000);
    await world.deliver(health('healthy', world.now, second));
    await sweep(600_000);
    expect(back()).toEqual([[A]]);
  });

  it('waits for its home where only the place between is well, unless somebody asks for that', async () => {
    await movedTwice();
    await world.deliver(health('healthy', world.now, second));
    await sweep(600_000);
    expect(back()).toEqual([]);
    const between = world.recoveries().find(({ scope }) => scope === second);
    await world.deliver(failbackRequested.draft({ recovery: between?.recovery ?? '', reason: 'nearer' }));
    expect(back()).toEqual([[B]]);
  });

  it('goes home when it is lost for the second time while its home is counted as well already', async () => {
    await standing(world, at('web', A));
    await world.deliver(health('unreachable', world.now));
    await world.after(15_000);
    await world.deliver(decided(2, at('web', B)));
    await there('web', B, 2);
    await world.deliver(health('healthy', world.now));
    await sweep(240_000);
    await world.deliver(health('unreachable', world.now, second));
    await sweep(180_000);
    // It is on its way from there: nothing goes back meanwhile.
    expect(back()).toEqual([]);
    await world.deliver(decided(3, at('web', C)));
    await there('web', C, 3);
    await sweep(90_000);
    expect(back()).toEqual([[A]]);
  });

  it('is at home where it stayed, once its way back is over', async () => {
    await lostAndBack(['web', 'off']);
    await sweep(420_000);
    expect(failback()?.state).toBe('completed');
    await world.deliver(health('unreachable', world.now, second));
    await world.after(15_000);
    await world.deliver(decided(3, at('web', C)));
    await there('web', C, 3);
    await world.deliver(health('healthy', world.now, second));
    await sweep(420_000);
    expect(back()).toEqual([[B]]);
  });
});

describe('the cost of going back', () => {
  const priced = (target: string, monthlyMicros: number | undefined, failback: FailbackMode) => {
    const cost = monthlyMicros === undefined ? {} : { monthlyMicros };
    return placed('web', { targets: [{ target, replicas: 1, ...cost }], recovery: { failback } });
  };

  async function moved(there_: number | undefined, here: number | undefined, mode: FailbackMode): Promise<void> {
    await standing(world, priced(A, there_, mode));
    await world.deliver(health('unreachable', world.now));
    await world.after(15_000);
    await world.deliver(decided(2, priced(B, here, mode)));
    await there('web', B, 2);
    await world.deliver(health('healthy', world.now));
    await sweep(420_000);
  }

  it('is in the suggestion: what it stood by against what it stands by', async () => {
    await moved(30_250_000, 20_000_000, 'suggest');
    const [said] = world.of('failback.suggested');
    expect(said?.['monthlyDifference']).toBe(10.25);
    expect(said?.['reason']).toContain('1 service could go back, that costs 10.25 US dollars a month more;');
  });

  it('is left out where placement did not tell it of both', async () => {
    await moved(30_000_000, undefined, 'suggest');
    const [said] = world.of('failback.suggested');
    expect(said).not.toHaveProperty('monthlyDifference');
    expect(said?.['reason']).toContain('what that costs is not known');
  });

  it.each([
    ['goes by itself up to the maximum', 25_000_000, 1, 0],
    ['is suggested above it', 25_000_001, 0, 1],
    ['is suggested where it is not known', undefined, 0, 1],
  ] as const)('%s', async (_what, cost, returned, suggested) => {
    world = new World({ maximumMonthlyMicros: 5_000_000 });
    await moved(cost, 20_000_000, 'automatic');
    expect(world.of('service.return')).toHaveLength(returned);
    expect(world.of('failback.suggested')).toHaveLength(suggested);
  });

  it('counts the traffic that leaves it, where placement told of it', async () => {
    const micros = (expectedMicros: number) => ({
      lowMicros: 0,
      expectedMicros,
      highMicros: expectedMicros,
      egressMicros: 0,
    });
    await standing(world, { ...priced(A, 1, 'suggest'), monthly: micros(3_000_000) });
    await world.deliver(health('unreachable', world.now));
    await world.after(15_000);
    await world.deliver(decided(2, { ...priced(B, 1, 'suggest'), monthly: micros(4_500_000) }));
    await there('web', B, 2);
    await world.deliver(health('healthy', world.now));
    await sweep(420_000);
    expect(world.of('failback.suggested')).toMatchObject([{ monthlyDifference: -1.5 }]);
  });
});

it('a failback that is due is looked at, however many wait before it that are not', async () => {
  const world = new World();
  for (let index = 0; index < 40; index++) {
    const recovery = `r${String(index).padStart(2, '0')}`;
    world.records.set(failingBackKey(recovery), {
      recovery,
      check: 1,
      dueAt: index === 39 ? world.now : world.now + 1,
    });
  }
  const due = await dueFailbacks(world.reader(), world.now);
  expect(due.map(({ data }) => data)).toMatchObject([{ recovery: 'r39' }]);
});
