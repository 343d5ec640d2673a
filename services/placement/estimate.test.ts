import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../shared/catalogue/index.ts';
import type { Amount, NormalizedService } from '../../shared/domain/spec/normalized.ts';
import { apportion } from './apportion.ts';
import { atClock } from './at-clock.ts';
import type { Cost } from './decision.ts';
import { applicationOf, inputOf, placed, webService } from './fixtures.ts';
import { totalsOf } from './totals.ts';

const now = Date.parse('2026-11-21T08:00:00Z');

function estimateOf(services: readonly NormalizedService[]) {
  const application = atClock(applicationOf(services), now);
  const decided = placed(inputOf([], { application }));
  return totalsOf(application, decided, catalogue.offerings, now);
}

const exactly = (value: number): Amount => ({ low: value, expected: value, high: value });
const on = (...clouds: string[]): Partial<NormalizedService> => ({
  constraints: { minimumClouds: 1, minimumRegions: 1, clouds: { allow: clouds } },
});

const amount = (maximum: number): fc.Arbitrary<Amount> =>
  fc
    .tuple(
      fc.double({ min: 0, max: maximum, noNaN: true }),
      fc.double({ min: 0, max: maximum, noNaN: true }),
      fc.double({ min: 0, max: maximum, noNaN: true }),
    )
    .map((values) => {
      const [low = 0, expected = 0, high = 0] = [...values].sort((a, b) => a - b);
      return { low, expected, high };
    });

const isOrdered = ({ low, expected, high }: Cost): boolean => low <= expected && expected <= high;
const sum = (costs: readonly number[]): number => costs.reduce((total, each) => total + each, 0);

describe('an estimate', () => {
  it('has low ≤ expected ≤ high in every part, and parts that add up, whatever the use', () => {
    const service = (name: string) =>
      fc
        .record({
          usage: fc.record({
            requestsPerSecond: amount(10_000),
            activeShare: amount(1),
            egressGbPerMonth: amount(1e6),
          }),
          requestDriven: fc.boolean(),
          replicas: fc.integer({ min: 0, max: 4 }),
          cloud: fc.constantFrom('aws', 'azure', 'gcp'),
          gbPerMonth: fc.double({ min: 0, max: 1e5, noNaN: true }),
          minimumRegions: fc.integer({ min: 1, max: 2 }),
        })
        .map(({ usage, requestDriven, replicas, cloud, gbPerMonth, minimumRegions }) =>
          webService(name, {
            usage,
            requestDriven,
            replicas,
            constraints: { minimumClouds: 1, minimumRegions, clouds: { allow: [cloud] } },
            links: [{ to: name === 'a' ? 'b' : 'a', gbPerMonth }],
          }),
        );
    fc.assert(
      fc.property(service('a'), service('b'), (a, b) => {
        const { services, totals, links } = estimateOf([a, b]);
        for (const { cost, targets, monthly } of services) {
          const parts = cost.targets ?? [];
          expect(
            [cost.total, cost.compute, cost.fixed, cost.egress, ...parts.map(({ total }) => total)].every((each) =>
              isOrdered(each as Cost),
            ),
          ).toBe(true);
          expect(sum(parts.map(({ total }) => total.expected))).toBe(cost.total?.expected);
          expect(sum(targets.map(({ monthlyMicros = 0 }) => monthlyMicros))).toBe(monthly?.expectedMicros);
          // The lines are what is expected, to the micro-unit.
          expect(sum(cost.lines.map(({ micros }) => micros))).toBe(monthly?.expectedMicros);
        }
        expect(isOrdered(totals.total)).toBe(true);
        expect(sum(services.map(({ monthly }) => monthly?.expectedMicros ?? 0))).toBe(totals.total.expected);
        expect(sum(links.map(({ micros }) => micros))).toBeLessThanOrEqual(totals.egress.expected);
      }),
      { numRuns: 60 },
    );
  });

  it('is widened by the range of the use', () => {
    const usage = {
      requestsPerSecond: { low: 1, expected: 50, high: 900 },
      activeShare: { low: 0.05, expected: 0.3, high: 0.9 },
    };
    const flat = { requestsPerSecond: exactly(50), activeShare: exactly(0.3) };
    const [ranged] = estimateOf([webService('web', { usage, requestDriven: true, ...on('gcp') })]).services;
    const [single] = estimateOf([webService('web', { usage: flat, requestDriven: true, ...on('gcp') })]).services;
    expect(ranged?.cost.compute.expected).toBe(single?.cost.compute.expected);
    expect(ranged?.cost.compute.low).toBeLessThan(single?.cost.compute.low ?? 0);
    expect(ranged?.cost.compute.high).toBeGreaterThan(single?.cost.compute.high ?? 0);
  });

  it('counts a link where its traffic leaves, and nothing where it arrives', () => {
    const { services, links, totals } = estimateOf([
      webService('web', { ...on('aws'), links: [{ to: 'api', gbPerMonth: 1000 }] }),
      webService('api', on('gcp')),
    ]);
    const [web, api] = services;
    expect(web?.cost.egress?.expected).toBe(links[0]?.micros);
    expect(web?.cost.egress?.expected).toBeGreaterThan(0);
    expect(api?.cost.egress?.expected).toBe(0);
    expect(totals.egress.expected).toBe(links[0]?.micros);
  });

  it('takes traffic to the internet through the tiers, each place by itself', () => {
    const usage = { egressGbPerMonth: { low: 0, expected: 100, high: 20_000 } };
    const [web] = estimateOf([webService('web', { usage, ...on('aws') })]).services;
    expect(web?.cost.egress?.low).toBe(0);
    expect((web?.cost.egress?.high ?? 0) / (web?.cost.egress?.expected ?? 1)).toBeLessThan(200);
    expect(web?.cost.lines.filter(({ item }) => item === 'traffic to the internet')).toHaveLength(1);
  });

  it('counts replicas by the clock with their mean, whatever the hour', () => {
    const schedule = [{ from: '08:00', to: '20:00', replicas: 5 }];
    const [scheduled] = estimateOf([webService('web', { replicas: 1, schedule, ports: [], ...on('aws') })]).services;
    const [three] = estimateOf([webService('web', { replicas: 3, ports: [], ...on('aws') })]).services;
    expect(scheduled?.targets[0]?.replicas).toBe(5);
    expect(scheduled?.cost.compute.expected).toBe(three?.cost.compute.expected);
  });

  it('says which prices come with the program, and how old they are', () => {
    const { prices, pricesAsOf } = estimateOf([webService('web', on('aws'))]);
    expect(prices.lists).toEqual([]);
    expect(prices.embedded.prices).toBeGreaterThan(0);
    expect(prices.embedded.oldest ?? 'undated').toBe(pricesAsOf);
    const { oldest = '', ageDays } = prices.embedded;
    expect(ageDays).toBe(Math.floor((now - Date.parse(oldest)) / 86_400_000));
  });
});

describe('a split amount', () => {
  it('adds up to it, and no part is a unit away from its share', () => {
    fc.assert(
      fc.property(
        fc.nat(1e9),
        fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 20 }),
        (whole, weights) => {
          const parts = apportion(whole, weights);
          expect(sum(parts)).toBe(whole);
          const all = sum(weights);
          parts.forEach((part, i) => {
            const exact = all > 0 ? (whole * (weights[i] ?? 0)) / all : whole / weights.length;
            expect(Math.abs(part - exact)).toBeLessThanOrEqual(1);
          });
        },
      ),
    );
  });
});
