import { describe, expect, it } from 'vitest';
import { Watch } from './invariants.ts';
import { runSchedule } from './scenario.ts';

const key = { application: 'shop', service: 'cart', target: 'aws/us-east-1/fargate', generation: 2 };
const command = { ...key, tier: 'standard' as const, specHash: 'aaaaaaaa', workload: {} as never };
const route = { target: key.target, endpoint: 'http://x', weight: 100 };

/** An invariant that cannot fail proves nothing: each is shown the sin it looks for. */
describe('the invariants catch', () => {
  it('an older generation replacing a newer one', () => {
    const watch = new Watch();
    watch.applied(command, 3);
    expect(watch.violations).toEqual([expect.stringContaining('generation 2 replaced 3')]);
  });

  it('data outside its jurisdiction', () => {
    const watch = new Watch();
    watch.residency.set('cart', ['EU']);
    watch.applied(command, 0);
    expect(watch.violations).toEqual([expect.stringContaining('outside EU')]);
  });

  it('removing what serves', () => {
    const watch = new Watch();
    watch.routed({ application: 'shop', service: 'cart', sequence: 1, routes: [route] });
    watch.removing(key);
    expect(watch.violations).toEqual([expect.stringContaining('carries 100 %')]);
  });

  it('weights that do not add up, and splits that go back in time', () => {
    const watch = new Watch();
    watch.routed({ application: 'shop', service: 'cart', sequence: 2, routes: [{ ...route, weight: 60 }] });
    watch.routed({ application: 'shop', service: 'cart', sequence: 1, routes: [] });
    expect(watch.violations).toHaveLength(2);
  });
});

it('is deterministic: a seed gives the same run', async () => {
  const [first, second] = [await runSchedule(77), await runSchedule(77)];
  expect(second).toEqual(first);
});
