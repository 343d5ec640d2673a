import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placementRejected } from '../../shared/contracts/placement-rejected.ts';
import { rolloutFailed } from '../../shared/contracts/rollout-failed.ts';
import { trafficMeasured } from '../../shared/contracts/traffic-measured.ts';
import type { Draft } from '../../shared/contracts/contract.ts';
import { toTime } from '../../shared/ports/clock.ts';
import { A, B, C, decided, health, placed, ready, shifted, standing, World } from './fixtures.ts';

const D = 'aws/eu-north-1/fargate';

interface Fact {
  readonly draft: Draft;
  readonly at: number;
}

const window = (at: number, failed: number): Draft =>
  trafficMeasured.draft({
    from: toTime(at),
    to: toTime(at + 10_000),
    services: [{ application: 'shop', service: 'web', requests: 100, failed, retried: 1, p99Ms: failed * 10 }],
  });

/** What happens after the loss: a first place that fails, a second, traffic, redundancy; and what happens days later. */
function story(start: number): readonly Fact[] {
  const rejected = placementRejected.draft({
    application: 'shop',
    cause: 'target-excluded',
    reason: 'NoFeasiblePlacement',
    message: 'fits nowhere',
    services: [{ service: 'web', message: 'no candidate' }],
  });
  const failed = rolloutFailed.draft({
    application: 'shop',
    generation: 5,
    service: 'web',
    target: B,
    reason: 'CapacityExhausted',
    message: 'no room',
  });
  return [
    { draft: rejected, at: start + 50 },
    { draft: decided(5, placed('web', { targets: [B] })), at: start + 100 },
    { draft: failed, at: start + 900 },
    {
      draft: decided(6, placed('web', { targets: [C, { target: B, replicas: 1, role: 'standby' }] })),
      at: start + 1_000,
    },
    { draft: ready('web', C, 6), at: start + 3_000 },
    { draft: shifted('web', 2, C), at: start + 3_200 },
    { draft: ready('web', B, 6), at: start + 8_000 },
    { draft: window(start, 40), at: start + 10_000 },
    { draft: decided(7, placed('web', { targets: [D] })), at: start + 900_000 },
    { draft: ready('web', D, 7), at: start + 901_000 },
    { draft: shifted('web', 3, D), at: start + 902_000 },
  ];
}

/** The region is lost, then the facts come in this order, the pages of the recovery after as many of them. */
async function run(order: readonly number[], pageAfter: number): Promise<World> {
  const world = new World();
  await standing(world, placed('web', { targets: [A] }));
  const sign = world.now;
  await world.deliver(window(sign, 5), sign + 10_000);
  await world.deliver(health('unreachable', sign), sign + 3_000);
  world.now = sign + 17_999;
  const start = sign + 18_000;
  // The exclusion is decided, its first page is still on its way.
  await world.until(start, 1, (draft) => draft.type.includes('hold-due'));
  const facts = story(start);
  for (const [count, index] of order.entries()) {
    if (count === pageAfter) await world.until(start);
    const fact = facts[index];
    if (fact !== undefined) await world.deliver(fact.draft, fact.at);
  }
  await world.until(start + 1_000_000, 2);
  return world;
}

const all = [...story(0).keys()];

describe('a measured recovery', () => {
  it('goes by when things happened', async () => {
    const world = await run(all, 0);
    const start = world.recoveries()[0]?.startedAt ?? 0;
    expect(world.service('web')).toMatchObject({
      outcome: 'recovered',
      placements: 2,
      failures: 1,
      servedAt: start + 3_200,
      endedAt: start + 8_000,
      clients: { requests: 200, failed: 45, retried: 2, worstP99Ms: 400 },
      phases: {
        place: { status: 'completed', endedAt: start + 100 },
        deploy: { status: 'completed', endedAt: start + 3_000 },
        shift: { status: 'completed', endedAt: start + 3_200 },
        'restore-redundancy': { status: 'completed', startedAt: start + 3_200, endedAt: start + 8_000 },
      },
    });
    expect(world.of('recovery.completed')).toMatchObject([{ recoveryTimeMs: 21_200 }]);
  });

  it('comes out the same in whatever order, and however often, its facts arrive', async () => {
    const told = (world: World): unknown => {
      const record = world.service('web');
      return { record, stand: world.records.get('stands/shop/web'), open: world.all('recovering/') };
    };
    const expected = told(await run(all, 0));
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2 }),
        fc.integer({ min: 0, max: all.length * 2 }),
        async (order, pageAfter) => {
          expect(told(await run(order, pageAfter))).toEqual(expected);
        },
      ),
      { numRuns: 150 },
    );
  });
});
