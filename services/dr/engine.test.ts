import { beforeEach, describe, expect, it } from 'vitest';
import { placementRejected } from '../../shared/contracts/placement-rejected.ts';
import { recoveryControlRequested } from '../../shared/contracts/recovery-control-requested.ts';
import { recoveryRequested } from '../../shared/contracts/recovery-requested.ts';
import { replicationMeasured } from '../../shared/contracts/replication-measured.ts';
import { rolloutFailed } from '../../shared/contracts/rollout-failed.ts';
import { scheduleReconcile } from '../../shared/contracts/schedule-reconcile.ts';
import { targetExcluded } from '../../shared/contracts/target-excluded.ts';
import { targetReadmitted } from '../../shared/contracts/target-readmitted.ts';
import { A, B, C, decided, health, lost, placed, ready, shifted, standing, withdrawn, World } from './fixtures.ts';
import { limits } from '../../shared/ports/record-store.ts';
import type { GroundRecord } from './record.ts';

const steps = (world: World, service?: string): readonly string[] =>
  world
    .of('recovery.step')
    .filter((each) => each['service'] === service)
    .map(({ phase, status }) => `${String(phase)} ${String(status)}`);

/** The region falls silent and stays so: from the first sign to the exclusion. */
async function lose(world: World, scope = lost): Promise<number> {
  const sign = world.now;
  await world.after(3_000);
  await world.deliver(health('unreachable', sign, scope));
  await world.after(15_000);
  return sign;
}

/** Its replacement is placed, ready, and has the traffic. */
async function replaced(world: World, service: string, target: string, generation = 2): Promise<void> {
  await world.after(100);
  await world.deliver(decided(generation, placed(service, { targets: [target] })));
  await world.after(2_000);
  await world.deliver(ready(service, target, generation));
  await world.after(200);
  await world.deliver(shifted(service, generation, target));
  await world.after(0);
}

describe('a region that is lost', () => {
  let world: World;
  beforeEach(async () => {
    world = new World();
    await standing(world, placed('web', { targets: [A] }));
  });

  it('is recovered: every phase is said with its real times, and the whole is measured from the first sign', async () => {
    const sign = await lose(world);
    expect(world.of('recovery.started')).toMatchObject([{ trigger: 'health', mode: 'ungraceful', services: 1 }]);
    expect(world.of('target.excluded')).toMatchObject([{ scope: lost, mode: 'ungraceful' }]);
    await replaced(world, 'web', B);
    expect(steps(world)).toEqual(['detect completed', 'decide completed', 'exclude completed']);
    expect(steps(world, 'web')).toEqual([
      'shift-away skipped',
      'place completed',
      'deploy completed',
      'healthy completed',
      'shift completed',
      'restore-redundancy skipped',
    ]);
    expect(world.service('web')).toMatchObject({
      outcome: 'recovered',
      from: [A],
      to: [B],
      since: sign,
      servedAt: sign + 20_300,
      rto: { objectiveMs: 600_000, actualMs: 20_300 },
      phases: {
        place: { startedAt: sign + 18_000, endedAt: sign + 18_100 },
        deploy: { startedAt: sign + 18_100, endedAt: sign + 20_100 },
        shift: { startedAt: sign + 20_100, endedAt: sign + 20_300 },
      },
    });
    expect(world.of('recovery.completed')).toMatchObject([{ services: 1, recoveryTimeMs: 20_300, overRto: 0 }]);
    expect(world.recoveries()).toMatchObject([{ state: 'completed', since: sign, endedAt: sign + 20_300 }]);
  });

  it('is used again when it has been well for long enough, not when its recovery is over', async () => {
    await lose(world);
    await replaced(world, 'web', B);
    await world.deliver(health('healthy', world.now));
    await world.after(59_000);
    expect(world.of('target.readmitted')).toEqual([]);
    await world.after(1_000);
    expect(world.of('target.readmitted')).toHaveLength(1);
    expect(world.of('incident.resolved')).toHaveLength(1);
    expect(world.all<GroundRecord>('ground/')).toMatchObject([{ scope: lost }]);
    expect(world.all<GroundRecord>('ground/')[0]).not.toHaveProperty('held');
  });

  it('counts a service over its objective', async () => {
    await world.deliver(decided(2, placed('web', { targets: [A], recovery: { rtoSeconds: 10, rpoSeconds: 5 } })));
    await lose(world);
    await replaced(world, 'web', B, 3);
    expect(world.of('recovery.completed')).toMatchObject([{ overRto: 1 }]);
  });

  it('takes the recovery point from the copy that it went on with, as measured before the loss', async () => {
    const lag = (scope: string, lagSeconds: number) =>
      world.deliver(replicationMeasured.draft({ application: 'shop', service: 'web', scope, lagSeconds }));
    await lag('gcp/europe-west1', 42);
    await lag('azure/westeurope', 3);
    await world.after(1_000);
    await lose(world);
    await lag('gcp/europe-west1', 99);
    await replaced(world, 'web', B);
    expect(world.service('web')?.rpo).toMatchObject({ objectiveMs: 300_000, actualMs: 42_000 });
  });

  it('that comes back before there was another place returns what stands there', async () => {
    await lose(world);
    await world.deliver(
      placementRejected.draft({
        application: 'shop',
        cause: 'target-excluded',
        reason: 'NoFeasiblePlacement',
        message: 'fits nowhere',
        services: [{ service: 'web', message: 'no candidate' }],
      }),
    );
    expect(world.of('recovery.failed')).toMatchObject([{ reason: 'NoCandidate', services: [{ service: 'web' }] }]);
    expect(world.recoveries()).toMatchObject([{ state: 'failed' }]);
    await world.deliver(health('healthy', world.now));
    await world.after(60_000);
    expect(world.service('web')).toMatchObject({ outcome: 'returned', servedAt: world.now });
    expect(world.service('web')).not.toHaveProperty('noCandidate');
    expect(world.recoveries()).toMatchObject([{ state: 'completed' }]);
  });

  it('without a place is said once, and completes when one is found', async () => {
    await lose(world);
    const rejected = placementRejected.draft({
      application: 'shop',
      cause: 'target-excluded',
      reason: 'NoFeasiblePlacement',
      message: 'fits nowhere',
      services: [{ service: 'web', message: 'no candidate' }],
    });
    await world.deliver(rejected);
    await world.deliver(rejected, world.now + 1);
    expect(world.of('recovery.failed')).toHaveLength(1);
    expect(world.service('web')?.phases.place).toMatchObject({ status: 'failed', detail: 'no candidate' });
    await world.after(60_000);
    await world.deliver(decided(2, placed('web', { targets: [B] })));
    await world.deliver(scheduleReconcile.draft({}));
    await world.after(0);
    expect(world.recoveries()).toMatchObject([{ state: 'running' }]);
    await world.deliver(ready('web', B, 2));
    await world.deliver(shifted('web', 2, B));
    await world.after(0);
    expect(world.recoveries()).toMatchObject([{ state: 'completed' }]);
  });
});

describe('services of a lost region', () => {
  it('that stand elsewhere too are served from there at once, and then made whole', async () => {
    const world = new World();
    await standing(world, placed('web', { targets: [A, B] }));
    const sign = await lose(world);
    await world.deliver(shifted('web', 2, B));
    expect(world.service('web')).toMatchObject({
      servedAt: sign + 18_000,
      outcome: 'open',
      phases: { 'shift-away': { status: 'completed' } },
    });
    await world.after(100);
    await world.deliver(decided(2, placed('web', { targets: [B, C] })));
    await world.deliver(ready('web', B, 2));
    await world.after(5_000);
    await world.deliver(ready('web', C, 2));
    await world.after(100);
    await world.deliver(shifted('web', 3, B, C));
    await world.after(0);
    expect(world.service('web')).toMatchObject({ outcome: 'recovered', rto: { actualMs: 18_000 }, to: [B, C] });
    expect(world.of('recovery.completed')).toMatchObject([{ recoveryTimeMs: 18_000 }]);
  });

  it('that are a thousand are found page by page, the critical ones first, and none is forgotten', async () => {
    const world = new World();
    const services = Array.from({ length: 1_000 }, (_, index) =>
      placed(`s${index}`, { targets: [A], tier: index % 10 === 0 ? 'critical' : 'standard', routed: index % 2 === 0 }),
    );
    await standing(world, ...services);
    await lose(world);
    expect(world.of('recovery.started')).toMatchObject([{ services: 1_000 }]);
    const tiers = world.of('recovery.step').flatMap(({ service }) => (service === undefined ? [] : [service]));
    const firstStandard = tiers.findIndex((service) => !String(service).endsWith('0'));
    expect(new Set(tiers.slice(0, firstStandard)).size).toBe(100);
    for (let at = 0; at < 1_000; at += 40) {
      const moved = services.slice(at, at + 40).map((each) => ({ ...each, targets: [{ target: B, replicas: 1 }] }));
      await world.deliver(decided(100 + at, ...moved));
      await world.after(1);
      for (const { service } of moved) await world.deliver(ready(service, B, 100 + at));
      for (const { service, routed } of moved) if (routed) await world.deliver(shifted(service, 2, B));
    }
    await world.after(0);
    expect(world.of('recovery.completed')).toMatchObject([{ services: 1_000, overRto: 0 }]);
    expect(world.all('recovering/')).toEqual([]);
    expect(world.largest).toBeLessThanOrEqual(limits.transactionItems);
  });

  it('are in one recovery at a time: a second failure takes them over, from when they went away', async () => {
    const world = new World();
    await standing(world, placed('web', { targets: [A] }), placed('cart', { targets: [A] }));
    const sign = await lose(world);
    await world.deliver(decided(2, placed('web', { targets: [B] }), placed('cart', { targets: [C] })));
    await lose(world, 'gcp/europe-west1');
    const [first, second] = world.recoveries();
    expect(world.service('web', first?.recovery)).toMatchObject({ outcome: 'taken-over' });
    expect(world.service('web', second?.recovery)).toMatchObject({ outcome: 'open', since: sign, from: [B] });
    await world.deliver(ready('cart', C, 2));
    await world.deliver(shifted('cart', 2, C));
    await world.after(0);
    expect(world.recoveries().map(({ state }) => state)).toEqual(['completed', 'running']);
    await replaced(world, 'web', A, 3);
    expect(world.service('web', second?.recovery)?.outcome, 'what was lost first is lost still').toBe('open');
    await replaced(world, 'web', C, 4);
    expect(world.recoveries().map(({ state }) => state)).toEqual(['completed', 'completed']);
  });
});

describe('every recovery ends', () => {
  const failure = (generation: number) =>
    rolloutFailed.draft({
      application: 'shop',
      generation,
      service: 'web',
      target: B,
      reason: 'CrashLooping',
      message: 'exits at once',
    });

  it('without a service that never ran, and fails wherever it is put', async () => {
    const world = new World();
    await world.deliver(decided(1, placed('web', { targets: [A] })));
    await lose(world);
    await world.deliver(decided(2, placed('web', { targets: [B] })));
    await world.deliver(failure(2), world.now + 1);
    await world.after(1);
    expect(world.service('web')?.outcome).toBe('failed');
    const [said] = world.of('recovery.failed');
    expect(said).toMatchObject({ reason: 'RolloutFailed', services: [{ application: 'shop', service: 'web' }] });
    expect(said?.['message']).toContain('it never ran before the loss either');
    expect(world.of('recovery.completed')).toMatchObject([{ services: 1, overRto: 0 }]);
  });

  it('and says of each replacement that did not become ready, once, and what follows', async () => {
    const world = new World();
    await standing(world, placed('web', { targets: [A] }));
    // Decided before the loss: no replacement.
    await world.deliver(decided(2, placed('web', { targets: [A, B] })));
    await lose(world);
    await world.deliver(failure(2));
    expect(world.of('recovery.failed')).toEqual([]);
    await world.deliver(decided(3, placed('web', { targets: [B] })));
    await world.deliver(failure(3), world.now + 1);
    await world.deliver(failure(3), world.now + 1);
    expect(world.of('recovery.failed')).toMatchObject([{ reason: 'RolloutFailed', scope: lost }]);
    const [said] = world.of('recovery.failed');
    expect(said?.['message']).toBe(
      `the replacement of shop/web did not become ready (generation 3, ${B}: CrashLooping): placement plans again, ` +
        'without what failed where it can, and the recovery goes on with that',
    );
    expect(world.recoveries()).toMatchObject([{ state: 'running', failure: { reason: 'RolloutFailed' } }]);
  });

  it('but waits for one that ran before, however often it fails on the way', async () => {
    const world = new World();
    await standing(world, placed('web', { targets: [A] }));
    await lose(world);
    await world.deliver(decided(2, placed('web', { targets: [B] })));
    await world.deliver(failure(2), world.now + 1);
    await world.after(1);
    expect(world.service('web')).toMatchObject({ outcome: 'open', failures: 1 });
    await replaced(world, 'web', C, 3);
    expect(world.of('recovery.completed')).toHaveLength(1);
  });

  it('when its service is withdrawn', async () => {
    const world = new World();
    await standing(world, placed('web', { targets: [A] }));
    await lose(world);
    await world.deliver(withdrawn(2, 'web'));
    await world.after(1);
    expect(world.service('web')?.outcome).toBe('withdrawn');
    expect(world.of('recovery.completed')).toMatchObject([{ overRto: 0 }]);
  });

  it('when it turns out that its service had gone before', async () => {
    const world = new World();
    await standing(world, placed('web', { targets: [A] }));
    const left = world.now;
    await lose(world);
    expect(world.service('web')?.outcome).toBe('open');
    await world.deliver(withdrawn(2, 'web'), left);
    await world.after(1);
    expect(world.of('recovery.completed')).toHaveLength(1);
  });

  it('and is not begun for a service that is known to have gone', async () => {
    const world = new World();
    await standing(world, placed('web', { targets: [A] }));
    await world.deliver(withdrawn(2, 'web'));
    await lose(world);
    expect(world.service('web')).toBeUndefined();
    expect(world.of('recovery.completed')).toMatchObject([{ services: 0 }]);
  });
});

describe('operators', () => {
  let world: World;
  beforeEach(async () => {
    world = new World();
    await standing(world, placed('web', { targets: [A] }));
  });
  const control = (action: 'pause' | 'resume' | 'abort') => {
    const recovery = world.recoveries()[0]?.recovery ?? '';
    return world.deliver(recoveryControlRequested.draft({ recovery, action, reason: action }), (world.now += 1));
  };
  const modes = (): readonly unknown[] => world.of('target.excluded').map(({ mode }) => mode);

  it('ask for a recovery without waiting, and the scope stays out of use until they lift it', async () => {
    await world.deliver(
      recoveryRequested.draft({ scope: lost, mode: 'graceful', reason: 'maintenance', by: 'operator' }),
    );
    expect(modes()).toEqual(['graceful']);
    await replaced(world, 'web', B);
    expect(world.recoveries()).toMatchObject([{ trigger: 'operator', state: 'completed' }]);
    await world.after(600_000);
    expect(world.of('target.readmitted')).toEqual([]);
    await world.deliver(targetReadmitted.draft({ scope: lost, reason: 'done' }), (world.now += 1));
    expect(world.all<GroundRecord>('ground/')[0]).not.toHaveProperty('held');
  });

  it('ask for one service: it moves, and its neighbours and the scope are left alone', async () => {
    const subject = { scope: A, application: 'shop', service: 'web' };
    await world.deliver(recoveryRequested.draft({ ...subject, mode: 'graceful', reason: 'canary is bad', by: 'ci' }));
    expect(world.of('service.excluded')).toMatchObject([{ ...subject, mode: 'graceful' }]);
    expect(world.of('target.excluded')).toEqual([]);
    await world.after(0);
    await replaced(world, 'web', B);
    expect(world.recoveries()).toMatchObject([{ trigger: 'ci', state: 'completed' }]);
    expect(world.of('service.readmitted')).toMatchObject([subject]);
  });

  it('pause, resume and abort', async () => {
    await lose(world);
    await control('pause');
    expect(world.recoveries()).toMatchObject([{ state: 'paused' }]);
    await control('resume');
    expect(modes()).toEqual(['ungraceful', 'cordon', 'ungraceful']);
    await control('abort');
    await world.after(0);
    expect(world.recoveries()).toMatchObject([{ state: 'aborted', failure: { reason: 'Aborted' } }]);
    expect(world.service('web')?.outcome).toBe('aborted');
    expect(world.of('recovery.failed')).toMatchObject([{ reason: 'Aborted', services: [{ service: 'web' }] }]);
    expect(world.of('target.readmitted'), 'it is down all the same').toEqual([]);
    expect(world.all('recovering/')).toEqual([]);
  });

  it('who abort what they asked for themselves have the scope back', async () => {
    await world.deliver(recoveryRequested.draft({ scope: lost, mode: 'ungraceful', reason: 'drill', by: 'operator' }));
    await control('abort');
    await world.after(0);
    expect(world.of('target.readmitted')).toMatchObject([{ scope: lost }]);
    expect(world.all('cordon/')).toMatchObject([{ lifted: true }]);
  });

  it('who cordoned a region find it cordoned after it was down and came back', async () => {
    await world.deliver(targetExcluded.draft({ scope: lost, mode: 'cordon', reason: 'audit' }));
    expect(world.recoveries()).toEqual([]);
    await lose(world);
    await replaced(world, 'web', B);
    await world.deliver(health('healthy', world.now));
    await world.after(60_000);
    expect(modes()).toEqual(['ungraceful', 'cordon']);
    expect(world.of('target.readmitted')).toEqual([]);
    expect(world.of('incident.resolved')).toHaveLength(1);
  });

  it('who lift a cordon while the region is down do not put it back into use', async () => {
    await world.deliver(targetExcluded.draft({ scope: lost, mode: 'cordon', reason: 'audit' }));
    await lose(world);
    await world.deliver(targetReadmitted.draft({ scope: lost, reason: 'audit is over' }));
    expect(modes()).toEqual(['ungraceful', 'ungraceful']);
    await world.deliver(health('healthy', (world.now += 1)));
    await world.after(60_000);
    expect(world.of('target.readmitted')).toHaveLength(1);
  });

  it('who take a region out of use by hand have it measured', async () => {
    await world.deliver(targetExcluded.draft({ scope: lost, reason: 'power work' }));
    expect(world.of('target.excluded'), 'they have said so themselves').toEqual([]);
    await world.after(0);
    await replaced(world, 'web', B);
    expect(world.of('recovery.completed')).toMatchObject([{ services: 1 }]);
  });

  it('are not heard in a dry run', async () => {
    const before = [...world.records];
    await world.deliver(targetExcluded.draft({ scope: lost, reason: 'drill' }), world.now, { dryrun: true });
    await world.deliver(health('unreachable', world.now), world.now, { dryrun: true });
    expect([...world.records]).toEqual(before);
  });
});

describe('the minimum delay', () => {
  it('holds back a second recovery that begins by itself, not one that somebody asks for', async () => {
    const world = new World({ minimumDelayMs: 300_000, readmitAfterMs: 1_000 });
    await standing(world, placed('web', { targets: [A] }));
    await lose(world);
    await replaced(world, 'web', B);
    await world.deliver(health('healthy', world.now));
    await world.after(1_000);
    await world.deliver(decided(3, placed('web', { targets: [A] })));
    await lose(world);
    expect(world.recoveries().map(({ state }) => state)).toEqual(['completed', 'waiting']);
    expect(world.of('target.excluded')).toHaveLength(1);
    await world.deliver(recoveryRequested.draft({ scope: lost, mode: 'ungraceful', reason: 'now', by: 'operator' }));
    expect(world.recoveries().map(({ state }) => state)).toEqual(['completed', 'running']);
    await world.after(600_000);
    expect(world.of('target.excluded')).toHaveLength(2);
  });

  it('lets it begin by itself when it has passed', async () => {
    const world = new World({ minimumDelayMs: 300_000, readmitAfterMs: 1_000 });
    await standing(world, placed('web', { targets: [A] }));
    await lose(world);
    await replaced(world, 'web', B);
    const over = world.now;
    await world.deliver(health('healthy', world.now));
    await world.after(1_000);
    await world.deliver(decided(3, placed('web', { targets: [A] })));
    await lose(world);
    await world.until(over + 299_999);
    expect(world.of('target.excluded')).toHaveLength(1);
    await world.until(over + 300_001);
    expect(world.of('target.excluded')).toHaveLength(2);
  });
});
