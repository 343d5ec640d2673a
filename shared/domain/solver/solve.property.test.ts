import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { oneAtATime } from './baseline.ts';
import { compile } from './model.ts';
import { relax } from './relax.ts';
import { shadowPrices } from './shadow.ts';
import { solve, solveOneAtATime } from './index.ts';
import type { Problem, ServiceSlot, Solution } from './index.ts';
import { bruteForce, capOf, objectiveOf, violations } from './oracle.ts';

const CLOUDS = 3;
const LOCATIONS = 6;
const QUOTAS = 3;

const number = (min: number, max: number): fc.Arbitrary<number> =>
  fc.oneof(
    fc.integer({ min, max }),
    fc.integer({ min: min * 8, max: max * 8 }).map((value) => value / 8),
  );

const candidate = fc
  .record({
    location: fc.nat(LOCATIONS - 1),
    quota: fc.option(fc.nat(QUOTAS - 1), { nil: undefined, freq: 6 }),
    load: number(0, 4),
    penalty: number(0, 10),
  })
  .map((one) => ({ ...one, id: 7, cloud: one.location % CLOUDS }));

/** Mostly services that can stand, so that the competition between them is what is tested; now and then ones that cannot. */
const service: fc.Arbitrary<ServiceSlot> = fc.record({
  candidates: fc.oneof(
    { weight: 14, arbitrary: fc.array(candidate, { minLength: 3, maxLength: 4 }) },
    { weight: 1, arbitrary: fc.array(candidate, { maxLength: 2 }) },
  ),
  picks: fc.constantFrom(1, 1, 1, 1, 1, 2),
  minimumClouds: fc.constantFrom(1, 1, 1, 1, 1, 1, 2),
  minimumRegions: fc.constantFrom(1, 1, 1, 1, 1, 1, 2),
  weight: number(0, 3),
});

function problemOf(linked: boolean): fc.Arbitrary<Problem> {
  return fc.array(service, { maxLength: 5, size: '+1' }).chain((services) => {
    const member = fc.nat(Math.max(0, services.length - 1));
    const link = fc
      .record({ from: member, to: member, gbPerMonth: number(0, 5) })
      .filter(({ from, to }) => from !== to);
    const group = fc.record({
      services: fc.array(member, { minLength: 1, maxLength: 3 }),
      minimumClouds: fc.constantFrom(1, 2),
      minimumRegions: fc.constantFrom(0, 2),
    });
    const some = services.length > 1;
    return fc
      .record({
        quotas: fc.array(fc.record({ capacity: number(2, 8) }), { minLength: QUOTAS, maxLength: QUOTAS }),
        links: linked && some ? fc.array(link, { maxLength: 5 }) : fc.constant([]),
        groups: some ? fc.array(group, { maxLength: 2 }) : fc.constant([]),
        shareCap: fc.constantFrom(undefined, undefined, 0.5, 0.6, 0.75, 1),
        prices: fc.array(number(0, 4), { minLength: LOCATIONS ** 2, maxLength: LOCATIONS ** 2 }),
        simple: fc.boolean(),
      })
      .map(({ prices, simple, shareCap, ...rest }) => ({
        ...rest,
        ...(shareCap === undefined ? {} : { shareCap }),
        services,
        // Half of the time as clouds price it (free inside a place, flat outside), half without any structure.
        egress: (a: number, b: number) =>
          simple ? (a === b ? 0 : a % CLOUDS === b % CLOUDS ? 0.5 : 2) : (prices[a * LOCATIONS + b] ?? 0),
      }));
  });
}

const placedOf = (solution: Solution): Set<number> =>
  new Set(solution.picks.flatMap((picks, s) => (picks.length > 0 ? [s] : [])));

const near = (actual: number, expected: number): void => expect(actual).toBeCloseTo(expected, 7);

function holds(problem: Problem, solution: Solution): void {
  expect(violations(problem, solution.picks, capOf(problem))).toEqual([]);
  near(solution.objective, objectiveOf(problem, solution.picks));
  const missing = problem.services.flatMap((_, s) => (solution.picks[s]!.length === 0 ? [s] : []));
  expect(solution.infeasible.map((one) => one.service)).toEqual(missing);
  expect(solution.bound).toBeLessThanOrEqual(solution.objective);
  expect(solution.gap).toBeGreaterThanOrEqual(0);
}

describe.each([
  ['without links', false],
  ['with links', true],
] as const)('solve %s, on small random problems', (_, linked) => {
  it('obeys every rule, reports what it could not place, and says truly what it costs', () => {
    fc.assert(
      fc.property(problemOf(linked), (problem) => holds(problem, solve(problem))),
      { numRuns: 150, seed: 11 },
    );
  });

  it('finds the optimum of what it placed, and its bound never exceeds that', () => {
    fc.assert(
      fc.property(problemOf(linked), (problem) => {
        const solution = solve(problem);
        const optimum = bruteForce(problem, placedOf(solution), capOf(problem));
        expect(optimum).toBeDefined();
        near(solution.objective, optimum!);
        expect(solution.bound).toBeLessThanOrEqual(optimum! + 1e-9);
        near(solution.gap, 0);
      }),
      { numRuns: 150, seed: 12 },
    );
  });

  it('has a valid bound even when it hardly searches', () => {
    fc.assert(
      fc.property(problemOf(linked), (problem) => {
        const solution = solve(problem, { effort: 1e-4 });
        holds(problem, solution);
        const optimum = bruteForce(problem, placedOf(solution), capOf(problem));
        expect(solution.bound).toBeLessThanOrEqual(optimum! + 1e-9);
      }),
      { numRuns: 200, seed: 13 },
    );
  });

  it('has valid prices to begin with, whatever placement they explain', () => {
    fc.assert(
      fc.property(problemOf(linked), (problem) => {
        const everybody = new Set(problem.services.keys());
        const optimum = bruteForce(problem, everybody, capOf(problem));
        if (optimum === undefined) return;
        const model = compile(problem);
        const starts = [shadowPrices(oneAtATime(model))];
        const ceiling = 2 * optimum + 1;
        for (const limit of [1, 50]) {
          expect(relax(model, { ceiling, limit, starts }).bound).toBeLessThanOrEqual(optimum + 1e-9);
        }
      }),
      { numRuns: 400, seed: 16 },
    );
  });

  it('places everybody wherever that is possible', () => {
    fc.assert(
      fc.property(problemOf(linked), (problem) => {
        const everybody = new Set(problem.services.keys());
        const possible = bruteForce(problem, everybody, capOf(problem)) !== undefined;
        expect(solve(problem).infeasible.length === 0).toBe(possible);
      }),
      { numRuns: 150, seed: 14 },
    );
  });

  it('gives the same answer twice, and is never worse than placing one at a time', () => {
    fc.assert(
      fc.property(problemOf(linked), (problem) => {
        const solution = solve(problem);
        expect(solve(problem)).toEqual(solution);
        const single = solveOneAtATime(problem);
        holds(problem, single);
        if (single.infeasible.length > 0 || solution.infeasible.length > 0) return;
        expect(solution.objective).toBeLessThanOrEqual(single.objective + 1e-9);
      }),
      { numRuns: 100, seed: 15 },
    );
  });
});
