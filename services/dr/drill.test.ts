import { beforeEach, describe, expect, it } from 'vitest';
import { contractOf } from '../../shared/contracts/index.ts';
import { drillRequested } from '../../shared/contracts/drill-requested.ts';
import { placementPlanned, type PlannedMove } from '../../shared/contracts/placement-planned.ts';
import { recoveryControlRequested } from '../../shared/contracts/recovery-control-requested.ts';
import { scheduleReconcile } from '../../shared/contracts/schedule-reconcile.ts';
import { replicationMeasured } from '../../shared/contracts/replication-measured.ts';
import { toTime } from '../../shared/ports/clock.ts';
import type { DrillRecord } from './drill-record.ts';
import { A, B, decided, health, lost, placed, ready, shifted, standing, World } from './fixtures.ts';

let world: World;
const ask = (kind: 'shadow' | 'real', drill = 'd1'): Promise<void> =>
  world.deliver(drillRequested.draft({ drill, scope: lost, kind, reason: 'weekly' }));
const move = (service: string, more: Partial<PlannedMove> = {}): PlannedMove => ({
  service,
  tier: 'standard',
  from: [A],
  to: [{ target: B, replicas: 1 }],
  outcome: 'moves',
  reason: '',
  ...more,
});
const plan = (...services: PlannedMove[]): Promise<void> =>
  world.deliver(
    placementPlanned.draft({ drill: 'd1', application: 'shop', scope: lost, page: 1, pages: 1, services }),
    world.now,
    { dryrun: true },
  );
const drill = (): DrillRecord | undefined => world.all<DrillRecord>('drill/')[0];
const completed = (): Record<string, unknown> | undefined => world.of('drill.completed')[0];
const problems = (): readonly string[] =>
  ((completed()?.['findings'] ?? []) as { problem: string }[]).map(({ problem }) => problem);

/** Nothing that changes anything for real has been said: no command, no exclusion, no readmission. */
function nothingTouched(): void {
  const commands = world.said.filter(({ type }) => contractOf.get(type)?.kind === 'command');
  expect(commands).toEqual([]);
  const words = /(?:target|service)\.(?:excluded|readmitted)|recovery\.(?:started|step)|incident/;
  expect(world.said.filter(({ type, dryrun }) => words.test(type) && dryrun !== true)).toEqual([]);
  expect(world.recoveries()).toEqual([]);
  expect(world.all('ground/')).toEqual([]);
}

beforeEach(async () => {
  world = new World();
  await standing(world, placed('web', { targets: [A] }), placed('cart', { targets: [A, B] }));
});

describe('a shadow drill', () => {
  it('asks placement in a dry run, judges what it says by how long starts took before, and touches nothing', async () => {
    await ask('shadow');
    expect(world.said.filter(({ type }) => type.includes('target.excluded'))).toMatchObject([
      { dryrun: true, data: { scope: lost, incident: 'd1' } },
    ]);
    await plan(move('web'), move('cart', { outcome: 'serves', from: [A, B] }));
    await world.after(2_000);
    expect(completed()).toMatchObject({
      drill: 'd1',
      kind: 'shadow',
      verdict: 'pass',
      services: 2,
      overRto: 0,
      lost: 0,
    });
    expect(drill()?.result?.estimates[0]?.detail).toContain('of 1 measured');
    await world.after(600_000);
    expect(world.of('drill.completed')).toHaveLength(1);
    nothingTouched();
  });

  it('fails by what has no place, what would be late and what is behind, and says what mends it', async () => {
    const at = { application: 'shop', service: 'web', scope: 'gcp', lagSeconds: 900 };
    await world.deliver(replicationMeasured.draft(at));
    await standing(world, placed('slow', { targets: [A], recovery: { rtoSeconds: 20 } }));
    await ask('shadow');
    await plan(move('web'), move('slow'), move('cart', { outcome: 'lost', to: [], reason: 'residency EU' }));
    await world.after(2_000);
    expect(completed()).toMatchObject({ verdict: 'fail', services: 3, overRto: 1, lost: 1 });
    expect(problems().some((each) => each.includes('900 s behind'))).toBe(true);
    expect(problems().some((each) => each.includes('its RTO is 20 s'))).toBe(true);
    expect(problems()).toContain('residency EU');
    nothingTouched();
  });

  it('fails when placement does not answer for an application', async () => {
    await ask('shadow');
    await world.after(59_000);
    expect(completed()).toBeUndefined();
    await world.after(2_000);
    expect(completed()).toMatchObject({ verdict: 'fail', findings: [{ application: 'shop' }] });
  });

  it('of where nothing stands is no evidence', async () => {
    await world.deliver(drillRequested.draft({ drill: 'd1', scope: 'azure', kind: 'shadow', reason: 'r' }));
    expect(completed()).toMatchObject({ verdict: 'fail' });
    expect(problems()[0]).toContain('nothing of ours stands in azure');
  });
});

describe('a real drill', () => {
  const both = (): Promise<void> => plan(move('web'), move('cart', { outcome: 'serves', from: [A, B] }));

  async function away(): Promise<void> {
    await world.deliver(decided(2, placed('web', { targets: [B] }), placed('cart', { targets: [B] })));
    await world.after(3_000);
    for (const service of ['web', 'cart']) {
      await world.deliver(ready(service, B, 2));
      await world.deliver(shifted(service, 2, B));
    }
    await world.after(5_000);
  }

  async function back(): Promise<void> {
    await world.deliver(decided(3, placed('web', { targets: [A] }), placed('cart', { targets: [A, B] })));
    await world.after(2_000);
    await world.deliver(ready('web', A, 3));
    await world.deliver(ready('cart', A, 3));
    await world.deliver(ready('cart', B, 3));
    await world.deliver(shifted('web', 3, A));
    await world.deliver(shifted('cart', 3, A, B));
    await world.after(60_000);
  }

  it('takes the scope out of use, measures, brings everything back, and passes', async () => {
    await ask('real');
    await both();
    await world.after(1_000);
    expect(world.of('recovery.started')).toMatchObject([{ trigger: 'drill', mode: 'graceful', drill: 'd1' }]);
    await away();
    expect(world.of('target.readmitted')).toMatchObject([{ scope: lost }]);
    expect(world.of('service.return')).toMatchObject([
      {
        services: [
          { service: 'cart', targets: [A, B] },
          { service: 'web', targets: [A] },
        ],
      },
    ]);
    expect(completed()).toBeUndefined();
    await back();
    expect(completed()).toMatchObject({
      kind: 'real',
      verdict: 'pass',
      services: 2,
      overRto: 0,
      lost: 0,
      findings: [],
    });
    expect(completed()?.['recoveryTimeMs']).toBe(3_000);
  });

  it('is not begun while something is wrong, or another is under way', async () => {
    await world.deliver(health('unreachable', world.now, 'azure/westeurope'));
    await ask('real');
    expect(problems()[0]).toContain('an incident is open: azure/westeurope is unreachable');
    nothingTouched();
    await world.deliver(health('healthy', world.now + 1, 'azure/westeurope'), world.now + 1);
    await world.after(60_000);
    await ask('real', 'd2');
    await ask('real', 'd3');
    expect(world.of('drill.completed').at(-1)).toMatchObject({ drill: 'd3', verdict: 'fail' });
  });

  it('is not begun while redundancy is missing', async () => {
    await world.deliver(decided(2, placed('web', { targets: [A, B] })));
    await ask('real');
    expect(completed()).toMatchObject({ verdict: 'fail', findings: [{ application: 'shop', service: 'web' }] });
    nothingTouched();
  });

  it('is not begun when the plan has no place for a service', async () => {
    await ask('real');
    await plan(move('web', { outcome: 'lost', to: [], reason: 'residency EU' }), move('cart', { outcome: 'serves' }));
    await world.after(2_000);
    expect(completed()).toMatchObject({ verdict: 'fail', lost: 1 });
    nothingTouched();
  });

  it('is ended, and its scope given back, when it does not come to an end', async () => {
    await ask('real');
    await both();
    await world.after(1_000);
    await world.after(35 * 60_000);
    expect(world.recoveries()).toMatchObject([{ state: 'aborted' }]);
    expect(world.of('target.readmitted')).toMatchObject([{ scope: lost }]);
    await world.after(60_000);
    expect(completed()).toMatchObject({ verdict: 'fail', overRto: 0, aborted: { by: 'drill' } });
    expect(problems()[0]).toContain('aborted');
  });

  it('that somebody ends says who, when and why, and what had been seen; it judges nobody by what he had no time for', async () => {
    await ask('real');
    await both();
    await world.after(1_000);
    await world.deliver(decided(2, placed('web', { targets: [B] }), placed('cart', { targets: [B] })));
    await world.after(3_000);
    await world.deliver(ready('web', B, 2));
    await world.deliver(shifted('web', 2, B));
    await world.after(1_000);
    const { recovery = '' } = world.recoveries()[0] ?? {};
    const abort = recoveryControlRequested.draft({ recovery, action: 'abort', reason: 'a customer called' });
    const at = world.now;
    await world.deliver(abort, at, { source: '/homeostasis/cli' });
    await world.after(65 * 60_000);
    const word = { by: '/homeostasis/cli', reason: 'a customer called', at: toTime(at) };
    const seen = '1 of 2 services served elsewhere, the last after 3 s; 1 on the way, of which nothing is concluded';
    expect(completed()).toMatchObject({ verdict: 'fail', services: 2, overRto: 0, aborted: { ...word, seen } });
    expect(problems().some((each) => each.includes('never'))).toBe(false);
    expect(drill()?.result?.aborted).toEqual({ ...word, at, seen });
  });

  it('that is refused for its plan names what has no place, and judges nothing else', async () => {
    await standing(world, placed('slow', { targets: [A], recovery: { rtoSeconds: 20 } }));
    await ask('real');
    const lostOne = move('web', { outcome: 'lost', to: [], reason: 'residency EU' });
    await plan(lostOne, move('slow'), move('cart', { outcome: 'serves' }));
    await world.after(2_000);
    expect(problems()).toEqual(['not begun: by the plan not everything has a place to go to', 'residency EU']);
    expect(completed()).toMatchObject({ lost: 1, overRto: 0, aborted: { by: 'drill' } });
    expect(completed()).not.toHaveProperty('recoveryTimeMs');
  });
});

describe('drills of the configuration', () => {
  it('are asked for when their interval has passed, once each time', async () => {
    const weekly = { name: 'weekly', target: lost, kind: 'shadow', everyDays: 7 } as const;
    world = new World({ drills: [weekly] });
    await standing(world, placed('web', { targets: [A] }));
    const day = 24 * 3_600_000;
    for (let i = 0; i <= 14 * 4; i += 1) {
      await world.deliver(scheduleReconcile.draft({}));
      await world.after(day / 4);
    }
    expect(world.of('drill.requested')).toMatchObject([{ scope: lost, kind: 'shadow' }, { scope: lost }]);
  });
});
