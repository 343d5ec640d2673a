import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NormalizedService } from '../../shared/domain/spec/index.ts';
import { decide } from './decide.ts';
import type { ServiceDecision } from './decision.ts';
import { inputOf, placed, serviceOf, standing, webService } from './fixtures.ts';

const web = (maxMonthlyCost?: number, more: Partial<NormalizedService['constraints']> = {}): NormalizedService =>
  webService('web', {
    replicas: 4,
    recovery: { standby: 'warm', warmReplicas: 2, rtoSeconds: 60, rpoSeconds: 0, failback: 'suggest' },
    constraints: {
      minimumClouds: 1,
      minimumRegions: 1,
      ...more,
      ...(maxMonthlyCost === undefined ? {} : { maxMonthlyCost }),
    },
  });

const dollars = ({ cost }: ServiceDecision): number =>
  (cost.targets ?? []).reduce((sum, { total }) => sum + total.expected, 0) / 1e6;
const roles = ({ placed: all }: ServiceDecision): (string | undefined)[] => all.map(({ role }) => role).sort();
const free = serviceOf(placed(inputOf([web()])), 'web');

describe('the price cap of a service with a warm standby', () => {
  it('is for both together: they go where they cost less, or nowhere', () => {
    const cheapest = cheapestThatIsTaken();
    expect(cheapest).toBeLessThan(dollars(free));
    const tight = serviceOf(placed(inputOf([web(cheapest)])), 'web');
    expect(roles(tight)).toEqual(['standby', undefined]);
    expect(dollars(tight)).toBeLessThanOrEqual(cheapest);
  });

  it('says so of every candidate that is too dear beside its counterpart', () => {
    const decided = decide(inputOf([web(cheapestThatIsTaken() - 1)]));
    expect(decided.kind).toBe('infeasible');
    const told = decided.kind === 'infeasible' ? (decided.infeasible[0]?.rejected ?? []) : [];
    expect(told.map(({ reason }) => reason).join('\n')).toMatch(
      /costs about \$[\d.]+ a month with its warm standby; at most \$[\d.]+ is wanted/,
    );
  });

  it('is never passed, however high, and wherever they stood', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 20, max: 2 * dollars(free), noNaN: true }),
        fc.constantFrom(1, 2),
        fc.boolean(),
        (cap, minimumRegions, stood) => {
          const current = stood ? { current: standing(placed(inputOf([web()]))) } : {};
          const decided = decide(inputOf([web(cap, { minimumRegions })], current));
          if (decided.kind === 'placed') expect(dollars(serviceOf(decided, 'web'))).toBeLessThanOrEqual(cap + 0.01);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('leaves those alone that are below it', () => {
    const roomy = serviceOf(placed(inputOf([web(dollars(free) + 1)])), 'web');
    expect(roomy.placed).toEqual(free.placed);
  });
});

/** To a cent. */
function cheapestThatIsTaken(): number {
  let [no, yes] = [0, dollars(free)];
  while (yes - no > 0.01) {
    const half = (no + yes) / 2;
    if (decide(inputOf([web(half)])).kind === 'placed') yes = half;
    else no = half;
  }
  return yes;
}
