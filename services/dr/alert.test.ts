import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { alertReceived, type Alert } from '../../shared/contracts/alert-received.ts';
import { toTime } from '../../shared/ports/clock.ts';
import { decideAlert } from './alert.ts';
import { A, B, decided, health, lost, placed, standing, World } from './fixtures.ts';
import type { AlertRecord, GroundRecord } from './record.ts';

const base: Omit<Alert, 'startsAt'> = {
  alert: 'prometheus-1',
  hook: 'prometheus',
  dialect: 'alertmanager',
  status: 'firing',
  severity: 'critical',
  title: 'RegionDown',
  description: 'no answers',
  labels: {},
};

let world: World;
const say = (more: Partial<Alert>, startsAt = world.now): Promise<void> =>
  world.deliver(alertReceived.draft({ ...base, startsAt: toTime(startsAt), ...more }));
const resolve = (more: Partial<Alert>, startsAt: number): Promise<void> =>
  say({ ...more, status: 'resolved', endsAt: toTime(world.now) }, startsAt);
const alerts = (): readonly AlertRecord[] => world.all<AlertRecord>('alert/');

beforeEach(async () => {
  world = new World();
  await standing(world, placed('web', { targets: [A] }), placed('cart', { targets: [A, B] }));
});

describe('an alert about a scope', () => {
  it('that fires for the hold-down starts a recovery, measured from when it began', async () => {
    const began = world.now;
    await world.after(5_000);
    await say({ scope: lost }, began);
    expect(world.recoveries()).toMatchObject([{ state: 'waiting' }]);
    await world.until(began + 14_999);
    expect(world.of('target.excluded')).toEqual([]);
    await world.until(began + 15_000);
    expect(world.of('recovery.started')).toMatchObject([{ trigger: 'alert', services: 2, since: toTime(began) }]);
    expect(world.of('incident.detected')).toMatchObject([{ trigger: 'alert', severity: 'critical', scope: lost }]);
  });

  it('that is resolved before that moves nothing', async () => {
    const began = world.now;
    await say({ scope: lost });
    await world.after(10_000);
    await resolve({ scope: lost }, began);
    expect(world.recoveries()).toEqual([]);
    await world.after(600_000);
    expect(world.of('target.excluded')).toEqual([]);
    expect(world.of('incident.resolved')).toHaveLength(1);
  });

  it('keeps it out of use until it, and every other about it, has been resolved for long enough', async () => {
    const began = world.now;
    await say({ scope: lost });
    await say({ scope: lost, alert: 'prometheus-2' });
    await world.after(20_000);
    expect(world.of('recovery.started')).toHaveLength(1);
    await resolve({ scope: lost }, began);
    await world.after(600_000);
    expect(world.of('target.readmitted')).toEqual([]);
    await resolve({ scope: lost, alert: 'prometheus-2' }, began);
    await world.after(59_000);
    expect(world.of('target.readmitted')).toEqual([]);
    await world.after(1_000);
    expect(world.of('target.readmitted')).toMatchObject([{ scope: lost }]);
    expect(world.of('incident.resolved')).toHaveLength(1);
  });

  it('that fires again while it waits starts that wait anew', async () => {
    const began = world.now;
    await say({ scope: lost });
    await world.after(20_000);
    await resolve({ scope: lost }, began);
    await world.after(30_000);
    const again = world.now;
    await say({ scope: lost });
    await world.after(10_000);
    await resolve({ scope: lost }, again);
    await world.after(59_999);
    expect(world.of('target.readmitted')).toEqual([]);
    await world.after(1);
    expect(world.of('target.readmitted')).toHaveLength(1);
  });

  it('that is down as well comes back only when both are over', async () => {
    const sign = world.now;
    await say({ scope: lost }, sign);
    await world.after(3_000);
    await world.deliver(health('unreachable', sign));
    await world.after(20_000);
    expect(world.of('recovery.started')).toHaveLength(1);
    await resolve({ scope: lost }, sign);
    await world.after(600_000);
    expect(world.of('target.readmitted')).toEqual([]);
    await world.deliver(health('healthy', world.now));
    await world.after(60_000);
    expect(world.of('target.readmitted')).toHaveLength(1);
    expect(world.all<GroundRecord>('ground/')[0]).not.toHaveProperty('incident');
  });
});

describe('an alert about a service', () => {
  it('moves the service off the one target that it stands on, and nothing else', async () => {
    await say({ application: 'shop', service: 'web' });
    await world.after(15_000);
    expect(world.of('service.excluded')).toMatchObject([{ application: 'shop', service: 'web', scope: A }]);
    expect(world.of('target.excluded')).toEqual([]);
    expect(world.recoveries()).toMatchObject([{ services: 1, trigger: 'alert' }]);
  });

  it.each([
    ['a test', { scope: lost, test: true }, 'a test notification'],
    ['a warning', { scope: lost, severity: 'warning' }, 'its severity is warning'],
    ['one that maps to nothing', {}, 'its labels map to nothing'],
    ['one of an application', { application: 'shop' }, 'but no service of it'],
    ['one of an unknown service', { application: 'shop', service: 'nope' }, 'no service shop/nope stands anywhere'],
    ['one of a service on two targets', { application: 'shop', service: 'cart' }, 'does not say which'],
    ['one of where it is not', { application: 'shop', service: 'web', scope: 'azure' }, 'does not stand on azure'],
    ['one of where nothing stands', { scope: 'azure/westeurope' }, 'nothing of ours stands'],
  ] as const)('%s is kept and shown, and moves nothing', async (_, more, bearing) => {
    const began = world.now;
    await say(more);
    expect(alerts()).toMatchObject([{ status: 'firing' }]);
    expect(alerts()[0]?.bearing).toContain(bearing);
    await world.after(600_000);
    expect(world.recoveries()).toEqual([]);
    expect(world.of('incident.detected')).toEqual([]);
    await resolve(more, began);
    expect(alerts()).toMatchObject([{ status: 'resolved' }]);
  });
});

describe('alerts', () => {
  it('in a storm are all kept, and lead to one recovery and one incident', async () => {
    for (let index = 0; index < 2_000; index++) await say({ scope: lost, alert: `storm-${index}` });
    await world.after(15_000);
    expect(alerts()).toHaveLength(2_000);
    expect(world.of('incident.detected')).toHaveLength(1);
    expect(world.of('recovery.started')).toHaveLength(1);
    expect(world.of('target.excluded')).toHaveLength(1);
  });

  it('from a clock that is ahead, or that say they began last year, began when they were told', () => {
    const at = (startsAt: string) =>
      decideAlert(undefined, { data: { ...base, startsAt }, time: '2026-11-21T08:00:00Z' }).startsAt;
    const told = Date.parse('2026-11-21T08:00:00Z');
    expect(at('2026-11-21T09:00:00Z')).toBe(told);
    expect(at('2025-01-01T00:00:00Z')).toBe(told);
    expect(at('not a time')).toBe(told);
    expect(at('2026-11-21T07:59:00Z')).toBe(told - 60_000);
  });

  it('stand as their newest word says, in whatever order and however often the words come', () => {
    const word = fc.record({ began: fc.integer({ min: 0, max: 5 }), over: fc.boolean() });
    const words = fc.uniqueArray(word, { minLength: 1, maxLength: 8, selector: (each) => JSON.stringify(each) });
    const fold = (all: readonly { readonly began: number; readonly over: boolean }[]): unknown => {
      const start = Date.parse('2026-11-21T08:00:00Z');
      const last = all.reduce<AlertRecord | undefined>((known, { began, over }) => {
        const startsAt = toTime(start + began * 1_000);
        const data = {
          ...base,
          startsAt,
          ...(over ? { status: 'resolved' as const, endsAt: toTime(start + began * 1_000 + 500) } : {}),
        };
        return decideAlert(known, { data, time: toTime(start + 60_000) });
      }, undefined);
      return [last?.status, last?.startsAt, last?.at];
    };
    fc.assert(
      fc.property(
        words.chain((all) =>
          fc.tuple(fc.constant(all), fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2 })),
        ),
        ([all, shuffled]) => {
          expect(fold(shuffled)).toEqual(
            fold(all.toSorted((a, b) => a.began - b.began || Number(a.over) - Number(b.over))),
          );
        },
      ),
    );
  });

  it('about a service that was placed since they began are resolved where they were held', async () => {
    const began = world.now;
    await say({ application: 'shop', service: 'web' });
    await world.after(15_000);
    await world.deliver(decided(2, placed('web', { targets: [B] })));
    await resolve({ application: 'shop', service: 'web' }, began);
    await world.after(60_000);
    expect(world.of('service.readmitted')).toMatchObject([{ scope: A }]);
  });
});
