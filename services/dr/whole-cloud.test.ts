import { beforeEach, describe, expect, it } from 'vitest';
import { recoveryControlRequested } from '../../shared/contracts/recovery-control-requested.ts';
import { targetExcluded } from '../../shared/contracts/target-excluded.ts';
import { targetReadmitted } from '../../shared/contracts/target-readmitted.ts';
import { targetSurveyed } from '../../shared/contracts/target-surveyed.ts';
import { toTime } from '../../shared/ports/clock.ts';
import { emptyWatch } from './decide.ts';
import { B, decided, health, placed, ready, shifted, standing, World } from './fixtures.ts';
import type { GroundRecord, IncidentRecord, WatchRecord } from './record.ts';
import { defaultDrSettings } from './settings.ts';
import { assess, type RegionView } from './whole-cloud.ts';

const first = 'aws/eu-west-1';
const second = 'aws/us-east-1';
const third = 'aws/ap-southeast-1';
const on = (region: string): string => `${region}/fargate`;

const excluded = (world: World): readonly (readonly [unknown, unknown])[] =>
  world.of('target.excluded').map(({ scope, mode }) => [scope, mode] as const);
const readmitted = (world: World): readonly unknown[] => world.of('target.readmitted').map(({ scope }) => scope);
const ground = (world: World, scope: string): GroundRecord | undefined =>
  world.records.get(`ground/${scope}`) as GroundRecord | undefined;
const answered = (scope: string) => targetSurveyed.draft({ scope, phase: 'answered', message: '1', standing: [] });

async function down(world: World, ...scopes: readonly string[]): Promise<void> {
  for (const scope of scopes) await world.deliver(health('unreachable', world.now - 3_000, scope));
}

describe('a cloud whose regions go down', () => {
  let world: World;
  beforeEach(async () => {
    world = new World();
    await standing(world, placed('web', { targets: [on(first)] }), placed('cart', { targets: [on(second)] }));
  });

  it('is left as a whole with the hold-down of the first of them, and says why', async () => {
    await down(world, first);
    await world.after(6_000);
    await down(world, second);
    await world.after(8_999);
    expect(excluded(world)).toEqual([]);
    await world.after(1);
    expect(excluded(world)).toEqual([
      ['aws', 'ungraceful'],
      [first, 'ungraceful'],
      [second, 'ungraceful'],
    ]);
    expect(world.recoveries()).toMatchObject([{ scope: 'aws', trigger: 'health', state: 'running', services: 2 }]);
    const [whole] = world.all<IncidentRecord>('incident/aws-').filter(({ scope }) => scope === 'aws');
    expect(whole?.reason).toBe(`the whole of aws is taken for lost: ${first}, ${second} are down, all that are used`);
    await world.after(60_000);
    expect(excluded(world)).toHaveLength(3);
  });

  it('is left at once when a second one follows a first that is out of use already; its services change hands', async () => {
    await down(world, first);
    await world.after(20_000);
    expect(world.recoveries()).toMatchObject([{ scope: first, state: 'running' }]);
    await down(world, second);
    expect(excluded(world).slice(1)).toEqual([
      ['aws', 'ungraceful'],
      [second, 'ungraceful'],
    ]);
    await world.after(0);
    const whole = world.recoveries().find(({ scope }) => scope === 'aws');
    expect(world.service('web', whole?.recovery)?.outcome).toBe('open');
    expect(world.service('cart', whole?.recovery)?.outcome).toBe('open');
    const own = world.recoveries().find(({ scope }) => scope === first);
    expect(own).toMatchObject({ state: 'completed', result: { outcomes: { 'taken-over': 1 } } });
  });

  it('is used again when one of them is, but for what is down still', async () => {
    await down(world, first, second);
    await world.after(20_000);
    await world.deliver(health('healthy', world.now, second));
    await world.after(59_000);
    expect(readmitted(world)).toEqual([]);
    await world.after(2_000);
    expect(readmitted(world)).toEqual([second, 'aws']);
    expect(ground(world, 'aws')).toEqual({ scope: 'aws' });
    expect(ground(world, first)).toMatchObject({ held: { mode: 'ungraceful' }, within: 'aws' });
    const { recovery } = world.recoveries()[0] ?? {};
    expect(world.service('cart', recovery)?.outcome).toBe('returned');
    expect(world.service('web', recovery)?.outcome).toBe('open');
    await world.deliver(decided(3, placed('web', { targets: [B] })));
    await world.deliver(ready('web', B, 3));
    await world.deliver(shifted('web', 3, B));
    await world.after(1_000);
    expect(world.recoveries()).toMatchObject([
      { state: 'completed', result: { outcomes: { recovered: 1, returned: 1 } } },
    ]);
    await world.deliver(health('healthy', world.now, first));
    await world.after(61_000);
    expect(readmitted(world)).toEqual([second, 'aws', first]);
    expect(world.all<IncidentRecord>('incident/').map(({ status }) => status)).toEqual(Array(3).fill('resolved'));
    expect(world.all('open-recovery/')).toEqual([]);
  });

  it('hears of a region that was out of use by itself before: what waits for it in its recovery waits no longer', async () => {
    await down(world, first);
    await world.after(16_000);
    await world.deliver(decided(3, placed('web', { targets: [B] })));
    await world.deliver(ready('web', B, 3));
    await world.deliver(shifted('web', 3, B));
    await world.after(1_000);
    await down(world, second);
    await world.after(0);
    expect(world.recoveries().map(({ scope, state }) => [scope, state])).toEqual([
      ['aws', 'running'],
      [first, 'completed'],
    ]);
    await world.deliver(health('healthy', world.now, first));
    await world.after(61_000);
    await world.deliver(decided(4, placed('cart', { targets: [on(first)] })));
    await world.deliver(ready('cart', on(first), 4));
    await world.deliver(shifted('cart', 4, on(first)));
    await world.after(1_000);
    expect(world.service('cart', world.recoveries()[0]?.recovery)?.outcome).toBe('recovered');
    expect(world.recoveries()[0]?.state).toBe('completed');
    expect(ground(world, first)?.listed).toBeUndefined();
  });

  it('goes back by one failback when all of it is well', async () => {
    await down(world, first, second);
    await world.after(16_000);
    for (const [service, generation] of [
      ['web', 3],
      ['cart', 4],
    ] as const) {
      await world.deliver(decided(generation, placed(service, { targets: [B], recovery: { failback: 'automatic' } })));
      await world.deliver(ready(service, B, generation));
      await world.deliver(shifted(service, generation, B));
    }
    await world.deliver(health('healthy', world.now, first));
    await world.after(120_000);
    expect(world.of('service.return')).toEqual([]);
    await world.deliver(health('healthy', world.now, second));
    await world.after(90_000);
    const mark = world.all<{ readonly recovery: string; readonly check: number }>('failing-back/')[0];
    expect(mark?.recovery).toBe(world.recoveries()[0]?.recovery);
  });

  it('stays under the cordon of an operator when it comes back', async () => {
    await world.deliver(targetExcluded.draft({ scope: 'aws', mode: 'cordon', reason: 'audit' }));
    await down(world, first, second);
    await world.after(16_000);
    await world.deliver(health('healthy', world.now, first));
    await world.after(61_000);
    expect(excluded(world).at(-1)).toEqual(['aws', 'cordon']);
    expect(readmitted(world)).toEqual([first]);
  });

  it('is not concluded again from what an operator has lifted it from', async () => {
    await down(world, first, second);
    await world.after(16_000);
    await world.deliver(targetReadmitted.draft({ scope: 'aws', reason: 'two regions are not all' }));
    expect(ground(world, first)?.held).toBeDefined();
    const said = excluded(world).length;
    await world.after(400_000);
    await down(world, third);
    await world.after(16_000);
    expect(excluded(world).slice(said)).toEqual([[third, 'ungraceful']]);
  });

  it('is cordoned region by region while its recovery is paused, and goes on as it was', async () => {
    await down(world, first, second);
    await world.after(16_000);
    const { recovery = '' } = world.recoveries()[0] ?? {};
    const said = excluded(world).length;
    await world.deliver(recoveryControlRequested.draft({ recovery, action: 'pause', reason: 'wait' }));
    await world.deliver(recoveryControlRequested.draft({ recovery, action: 'resume', reason: 'on' }), world.now + 1);
    expect(excluded(world).slice(said)).toEqual(
      ['cordon', 'ungraceful'].flatMap((mode) => ['aws', first, second].map((scope) => [scope, mode])),
    );
  });

  it('is not concluded where the settings say so, nor where there is nothing else to go to', async () => {
    for (const settings of [{ wholeCloud: { ...defaultDrSettings.wholeCloud, enabled: false } }, { clouds: ['aws'] }]) {
      const other = new World(settings);
      await standing(other, placed('web', { targets: [on(first)] }), placed('cart', { targets: [on(second)] }));
      await down(other, first, second);
      await other.after(20_000);
      expect(other.recoveries().map(({ scope }) => scope)).toEqual([first, second]);
    }
  });
});

describe('a region that is not known to be down', () => {
  let world: World;
  beforeEach(async () => {
    world = new World();
    const at = (service: string, region: string) => placed(service, { targets: [on(region)] });
    await standing(world, at('web', first), at('cart', second), at('mail', third));
    await world.after(10_000);
  });

  it('that has answered since the first sign speaks against it, which the incident tells', async () => {
    await down(world, first, second);
    await world.deliver(answered(third));
    await world.after(20_000);
    expect(world.recoveries().map(({ scope }) => scope)).toEqual([first, second]);
    expect(world.all<IncidentRecord>('incident/')[0]?.evidence.at(-1)).toMatch(
      /^aws as a whole is not taken for lost: aws\/ap-southeast-1 has answered since/,
    );
  });

  it('speaks against it by what the news of a neighbour tells of it, at once and after the hold-down', async () => {
    await down(world, first);
    await world.deliver(health('unreachable', world.now - 3_000, second, { [third]: world.now - 1_000 }));
    await world.after(20_000);
    expect(world.recoveries().map(({ scope }) => scope)).toEqual([first, second]);
    const later = new World();
    await standing(later, placed('web', { targets: [on(first)] }), placed('cart', { targets: [on(second)] }));
    await down(later, first);
    await later.after(16_000);
    await later.deliver(health('unreachable', later.now - 3_000, second, { [third]: later.now - 1_000 }));
    expect(excluded(later).map(([scope]) => scope)).toEqual([first]);
  });

  it('does not by what it answered before the first sign, nor undoes what is concluded', async () => {
    await down(world, first);
    const before = world.now - 5_000;
    await world.deliver(health('unreachable', world.now - 3_000, second, { [third]: before }));
    await world.after(16_000);
    expect(excluded(world)[0]).toEqual(['aws', 'graceful']);
    await world.deliver(health('unreachable', world.now - 3_000, third, { [second]: before }));
    expect(readmitted(world)).toEqual([]);
  });

  it('that is silent is left too, but serves until its replacements do; and is left at once when it is down as well', async () => {
    await down(world, first, second);
    await world.after(16_000);
    expect(excluded(world)[0]).toEqual(['aws', 'graceful']);
    const said = excluded(world).length;
    await down(world, third);
    expect(excluded(world).slice(said)).toEqual([
      [third, 'ungraceful'],
      ['aws', 'ungraceful'],
    ]);
  });

  it('that answers afterwards ends it at once', async () => {
    await down(world, first, second);
    await world.after(16_000);
    await world.deliver(answered(third));
    expect(readmitted(world)).toEqual(['aws']);
    expect(ground(world, first)).toMatchObject({ within: 'aws' });
    expect(world.recoveries()[0]?.readmittedAt).toBe(world.now);
  });
});

describe('the conclusion', () => {
  const settings = { enabled: true, regions: 2, share: 0.5, windowMs: 300_000 };
  const watch = (scope: string, downSince: number): WatchRecord => ({
    ...emptyWatch(scope),
    downSince,
    downAt: downSince,
    signAt: downSince - 3_000,
    status: 'unreachable',
  });
  const region = (scope: string, downSince?: number, heardAt = 0): RegionView => ({
    scope,
    used: true,
    heardAt,
    ...(downSince === undefined ? {} : { watch: watch(scope, downSince) }),
  });
  const kind = (regions: readonly RegionView[], more: Partial<Parameters<typeof assess>[0]> = {}): string =>
    assess({ regions, elsewhere: true, after: 0, ...more }, settings).kind;
  const t = 1_000_000;

  it.each([
    ['lost', 'all regions', [region('a/1', t), region('a/2', t + 20_000)]],
    ['lost', 'most of them, the others silent', [region('a/1', t), region('a/2', t), region('a/3')]],
    ['unknown', 'one region, though it is the only one', [region('a/1', t)]],
    ['unknown', 'half of them', [region('a/1', t), region('a/2', t), region('a/3'), region('a/4')]],
    ['unknown', 'two that went down at different times', [region('a/1', t), region('a/2', t + 300_001)]],
    ['answers', 'one that answered since', [region('a/1', t), region('a/2', t), region('a/3', undefined, t)]],
    ['lost', 'one that answered before', [region('a/1', t), region('a/2', t), region('a/3', undefined, t - 3_000)]],
  ] as const)('is %s for %s', (expected, _what, regions) => {
    expect(kind(regions)).toBe(expected);
  });

  it('is not drawn from what was settled before, nor without a place to go', () => {
    const all = [region('a/1', t), region('a/2', t)];
    expect(kind(all, { after: t })).toBe('unknown');
    expect(kind(all, { elsewhere: false })).toBe('unknown');
  });

  it('names when what speaks against it was heard', () => {
    const found = assess(
      { regions: [region('a/1', t), region('a/2', t), region('a/3', undefined, t + 5)], elsewhere: true, after: 0 },
      settings,
    );
    expect(found).toEqual({ kind: 'answers', scope: 'a/3', at: t + 5 });
    expect(toTime(t + 5)).toBe('1970-01-01T00:16:40.005Z');
  });
});
