import { describe, expect, it } from 'vitest';
import { InvalidProblem, solve, solveOneAtATime } from './index.ts';
import type { Candidate, Problem, ServiceSlot } from './index.ts';

/** Two clouds of two places each: locations 0 and 1 are cloud 0, locations 2 and 3 are cloud 1. */
function at(location: number, penalty: number, more: Partial<Candidate> = {}): Candidate {
  return { id: location, cloud: location < 2 ? 0 : 1, location, quota: undefined, load: 1, penalty, ...more };
}

function service(candidates: readonly Candidate[], more: Partial<ServiceSlot> = {}): ServiceSlot {
  return { candidates, picks: 1, minimumClouds: 1, minimumRegions: 1, ...more };
}

function problem(services: readonly ServiceSlot[], more: Partial<Problem> = {}): Problem {
  return { services, quotas: [], links: [], egress: (a, b) => (a === b ? 0 : 1), ...more };
}

describe('solve', () => {
  it('has nothing to do without services', () => {
    expect(solve(problem([]))).toEqual({
      picks: [],
      objective: 0,
      bound: 0,
      gap: 0,
      infeasible: [],
      iterations: expect.any(Number),
    });
  });

  it('reports a service without candidates and places the rest', () => {
    const solution = solve(problem([service([]), service([at(0, 2), at(1, 1)])]));
    expect(solution.picks).toEqual([[], [1]]);
    expect(solution.infeasible).toEqual([{ service: 0, reason: 'no-candidate' }]);
    expect(solution.objective).toBe(1);
  });

  it('reports quota where every quota is zero, and still uses candidates that need none', () => {
    const full = at(0, 0, { quota: 0 });
    const solution = solve(problem([service([full]), service([full, at(1, 5)])], { quotas: [{ capacity: 0 }] }));
    expect(solution.infeasible).toEqual([{ service: 0, reason: 'quota' }]);
    expect(solution.picks).toEqual([[], [1]]);
  });

  it('lets a load of zero onto a quota of zero', () => {
    const solution = solve(problem([service([at(0, 0, { quota: 0, load: 0 })])], { quotas: [{ capacity: 0 }] }));
    expect(solution.picks).toEqual([[0]]);
  });

  it('reports spread where one cloud is all there is and two are wanted', () => {
    const solution = solve(problem([service([at(0, 1), at(1, 1)], { minimumClouds: 2 })]));
    expect(solution.infeasible).toEqual([{ service: 0, reason: 'spread' }]);
  });

  it('takes the cheapest two clouds, not the cheapest two candidates', () => {
    const solution = solve(
      problem([service([at(0, 1), at(1, 2), at(2, 9), at(3, 8)], { picks: 2, minimumClouds: 2 })]),
    );
    expect(solution.picks).toEqual([[0, 3]]);
    expect(solution).toMatchObject({ objective: 9, bound: 9, gap: 0 });
  });

  it('reports share-cap where one service would be all of a cloud', () => {
    const solution = solve(problem([service([at(0, 1), at(2, 1)])], { shareCap: 0.6 }));
    expect(solution.infeasible).toEqual([{ service: 0, reason: 'share-cap' }]);
  });

  it('keeps to the share of weight per cloud', () => {
    const light = service([at(0, 0), at(2, 5)], { weight: 1 });
    const solution = solve(problem([light, light, service([at(0, 0), at(2, 7)], { weight: 2 })], { shareCap: 0.5 }));
    expect(solution.picks).toEqual([[0], [0], [1]]);
  });

  it('gives the scarce place to the one that gains most, which one at a time does not see', () => {
    const quotas = [{ capacity: 1 }];
    const flexible = service([at(0, 0, { quota: 0 }), at(2, 1)]);
    const needy = service([at(0, 0, { quota: 0 }), at(2, 9)]);
    expect(solve(problem([flexible, needy], { quotas })).objective).toBe(1);
    expect(solveOneAtATime(problem([flexible, needy], { quotas })).objective).toBe(9);
  });

  it('spreads a group whose members all prefer one cloud, at the least price', () => {
    const services = [3, 2, 4].map((away) => service([at(0, 0), at(2, away)]));
    const solution = solve(problem(services, { groups: [{ services: [0, 1, 2], minimumClouds: 2 }] }));
    expect(solution.picks).toEqual([[0], [1], [0]]);
  });

  it('reports every member of a group that cannot spread', () => {
    const solution = solve(
      problem([service([at(0, 0)]), service([at(1, 0)])], { groups: [{ services: [0, 1], minimumClouds: 2 }] }),
    );
    expect(solution.infeasible.map((one) => one.reason)).toEqual(['spread', 'spread']);
  });

  it('ignores links to services that have no place', () => {
    const links = [{ from: 0, to: 1, gbPerMonth: 1000 }];
    expect(solve(problem([service([at(0, 1)]), service([])], { links })).objective).toBe(1);
  });
});

describe('solve with links', () => {
  it('pays nothing for traffic that stays where it is free', () => {
    const links = [{ from: 0, to: 1, gbPerMonth: 1000 }];
    const solution = solve(problem([service([at(0, 1)]), service([at(0, 1), at(1, 0)])], { links }));
    expect(solution).toMatchObject({ picks: [[0], [0]], objective: 2 });
  });

  it('prices each direction by itself', () => {
    const egress = (a: number, b: number): number => (a === 0 && b === 2 ? 1 : a === 2 && b === 0 ? 100 : 0);
    const services = [service([at(0, 0)]), service([at(2, 0)])];
    expect(solve(problem(services, { egress, links: [{ from: 0, to: 1, gbPerMonth: 1 }] })).objective).toBe(1);
    expect(solve(problem(services, { egress, links: [{ from: 1, to: 0, gbPerMonth: 1 }] })).objective).toBe(100);
  });

  it('brings a chain together in a place that is nobody’s own best', () => {
    const own = [0, 1, 2, 3].map((best) =>
      service([0, 1, 2, 3].map((place) => at(place, place === best ? 0 : place === 3 ? 1 : 3))),
    );
    const links = [0, 1, 2].map((from) => ({ from, to: from + 1, gbPerMonth: 10 }));
    expect(solve(problem(own, { links }))).toMatchObject({ picks: [[3], [3], [3], [3]], objective: 3, bound: 3 });
  });

  it('moves the centre of a star to its leaves, and the leaves to each other', () => {
    const centre = service([at(0, 0), at(2, 4)]);
    const leaves = [1, 1, 1, 1, 1].map((away) => service([at(1, 0), at(2, away)]));
    const links = leaves.map((_, leaf) => ({ from: 0, to: leaf + 1, gbPerMonth: 5 }));
    expect(solve(problem([centre, ...leaves], { links }))).toMatchObject({
      picks: [[1], [1], [1], [1], [1], [1]],
      objective: 9,
      gap: 0,
    });
  });

  it('averages egress over the pairs of copies', () => {
    const twice = service([at(0, 0), at(2, 0)], { picks: 2, minimumClouds: 2 });
    const links = [{ from: 0, to: 1, gbPerMonth: 8 }];
    expect(solve(problem([twice, service([at(0, 0)])], { links })).objective).toBe(4);
  });
});

describe('solve on a crowd', () => {
  /** Eighty services, twelve places with room for six each, everybody's favourite the same; linked in a ring if asked. */
  function crowd(linked: boolean): Problem {
    const services = Array.from({ length: 80 }, (_, s) =>
      service(
        Array.from({ length: 12 }, (_unused, l) =>
          at(l, l * 0.1 + ((s * 37 + l * 11) % 17) / 10, { cloud: l % 3, quota: l }),
        ),
      ),
    );
    const quotas = Array.from({ length: 12 }, () => ({ capacity: 7 }));
    const links = linked ? services.map((_, s) => ({ from: s, to: (s + 1) % 80, gbPerMonth: 1 })) : [];
    return problem(services, {
      quotas,
      links,
      shareCap: 0.4,
      egress: (a, b) => (a === b ? 0 : a % 3 === b % 3 ? 0.05 : 0.2),
    });
  }

  it.each([
    [false, 0.01],
    [true, 0.05],
  ])('fills the places and proves it is close (links: %s)', (linked, gap) => {
    const solution = solve(crowd(linked));
    expect(solution.infeasible).toEqual([]);
    expect(solution.gap).toBeLessThan(gap);
    expect(solution.objective).toBeLessThan(solveOneAtATime(crowd(linked)).objective);
  });

  it('answers the same for the same seed', () => {
    expect(solve(crowd(true), { seed: 5, effort: 0.2 })).toEqual(solve(crowd(true), { seed: 5, effort: 0.2 }));
  });

  it('reports who is left over when the room runs out, and no more than that', () => {
    const tight = { ...crowd(false), quotas: Array.from({ length: 12 }, () => ({ capacity: 6 })) };
    const solution = solve(tight);
    expect(solution.infeasible).toHaveLength(8);
    expect(new Set(solution.infeasible.map((one) => one.reason))).toEqual(new Set(['quota']));
    expect(solution.bound).toBeGreaterThan(0);
  });
});

describe('a malformed problem', () => {
  it.each([
    ['services[0].candidates[0].penalty is -1', problem([service([at(0, -1)])])],
    ['services[0].candidates[0].load is NaN', problem([service([at(0, 1, { load: Number.NaN })])])],
    ['services[0].candidates[0].quota is 3', problem([service([at(0, 1, { quota: 3 })])])],
    ['links[0].to is 9', problem([service([at(0, 1)])], { links: [{ from: 0, to: 9, gbPerMonth: 1 }] })],
    ['joins service 0 to itself', problem([service([at(0, 1)])], { links: [{ from: 0, to: 0, gbPerMonth: 1 }] })],
    ['shareCap is 0', problem([], { shareCap: 0 })],
    ['groups[0].services[0] is 4', problem([service([at(0, 1)])], { groups: [{ services: [4], minimumClouds: 2 }] })],
    [
      'egress(0, 2) is -1',
      problem([service([at(0, 1)]), service([at(2, 1)])], {
        links: [{ from: 0, to: 1, gbPerMonth: 1 }],
        egress: (a, b) => (a < b ? -1 : 0),
      }),
    ],
  ])('is refused with the field: %s', (message, malformed) => {
    expect(() => solve(malformed)).toThrow(InvalidProblem);
    expect(() => solve(malformed)).toThrow(message);
  });
});
