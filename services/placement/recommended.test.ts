import { describe, expect, it } from 'vitest';
import { createMemoryRuntime } from '../../shared/adapters/memory/index.ts';
import type { Draft } from '../../shared/contracts/contract.ts';
import type { SpecChange } from '../../shared/contracts/cost-values.ts';
import { recommendationAccepted } from '../../shared/contracts/recommendation-accepted.ts';
import { submit, World } from './fixtures-world.ts';

const worldAt = (start: string): World => new World(start, createMemoryRuntime);

describe('an accepted recommendation', () => {
  const accept = (change: SpecChange[], direction: 'apply' | 'revert' = 'apply'): Draft =>
    recommendationAccepted.draft({
      recommendation: 'shop-web-rightsize',
      direction,
      application: 'shop',
      service: 'web',
      change,
      acceptedBy: 'somebody',
    });
  const smaller = [{ path: '/resources/cpu', from: 1, to: '500m' }];

  it('is a revision like any other, and what is read back afterwards', async () => {
    const world = worldAt('2026-11-23T05:00:00Z');
    await world.tell(submit({ resources: { cpu: 1 } }));
    const event = await world.tell(accept(smaller));
    expect(await world.record()).toMatchObject({ generation: 2, cause: 'recommended' });
    expect((await world.spec()).spec.services[0]).toMatchObject({ resources: { cpu: '500m' } });
    expect(world.of('recommendation.applied')).toMatchObject([{ outcome: 'applied', generation: 2 }]);
    // Told again, after a replay has cleared the marks: nothing new.
    await world.deliver({ ...event, source: '/test' });
    expect((await world.record())?.generation).toBe(2);
    await world.tell(accept([{ path: '/resources/cpu', from: '500m', to: 1 }], 'revert'));
    expect((await world.spec()).spec.services[0]).toMatchObject({ resources: { cpu: 1 } });
    expect(world.of('recommendation.applied').at(-1)).toMatchObject({ direction: 'revert', generation: 3 });
  });

  it('gives way to the next submission', async () => {
    const world = worldAt('2026-11-23T05:00:00Z');
    await world.tell(submit({ resources: { cpu: 1 } }));
    await world.tell(accept(smaller));
    await world.tell(submit({ resources: { cpu: 1 } }));
    expect((await world.spec()).spec.services[0]).toMatchObject({ resources: { cpu: 1 } });
  });

  it.each<[string, SpecChange[], RegExp]>([
    [
      'the spec has changed since',
      [{ path: '/resources/cpu', from: 2, to: 1 }],
      /spec has changed since: web\/resources\/cpu is 1 now, not 2/,
    ],
    ['the result is not valid', [{ path: '/replicas', to: -1 }], /not valid: spec\.services\[0\]\.replicas/],
    ['no place is left', [{ path: '/constraints', to: { maxMonthlyCost: 0.01 } }], /1 of 1 service fits nowhere: web/],
  ])('is refused with the reason where %s', async (_, change, reason) => {
    const world = worldAt('2026-11-23T05:00:00Z');
    await world.tell(submit({ resources: { cpu: 1 } }));
    await world.tell(accept(change));
    expect((await world.record())?.generation).toBe(1);
    const [said] = world.of('recommendation.applied');
    expect(said).toMatchObject({ outcome: 'refused' });
    expect(said?.['reason']).toMatch(reason);
  });

  it('of an application that is gone is refused', async () => {
    const world = worldAt('2026-11-23T05:00:00Z');
    await world.tell(accept(smaller));
    expect(world.of('recommendation.applied')).toMatchObject([{ outcome: 'refused' }]);
  });
});
