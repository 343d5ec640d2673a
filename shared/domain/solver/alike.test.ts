import { describe, expect, it } from 'vitest';
import { solve } from './index.ts';
import type { Candidate, Problem, ServiceSlot } from './index.ts';

/** Good places with room for twelve each, then ever worse ones without a limit; every third place is on the second cloud. */
const penalties = [0.02, 0.05, 0.05, 0.05, 0.06, 0.07, 0.09, 0.11, 0.23, 0.25, 0.26, 0.43];
const limited = 9;
const room = 12;

function place(location: number, load: number): Candidate {
  const penalty = penalties[location] ?? 0;
  const quota = location < limited ? location : undefined;
  return { id: location, cloud: location % 3 === 2 ? 1 : 0, location, quota, load, penalty };
}

const service = (load: number, more: Partial<ServiceSlot> = {}): ServiceSlot => ({
  candidates: penalties.map((_, location) => place(location, load)),
  picks: 1,
  minimumClouds: 1,
  minimumRegions: 1,
  ...more,
});

function fleet(services: readonly ServiceSlot[]): Problem {
  const quotas = Array.from({ length: limited }, () => ({ capacity: room }));
  return { services, quotas, links: [], egress: () => 0 };
}

/** For equal services filling up the places from the best is the optimum. */
function fillUp(count: number): number {
  let left = count;
  return penalties.reduce((sum, penalty, location) => {
    const here = Math.min(left, location < limited ? room : left);
    left -= here;
    return sum + here * penalty;
  }, 0);
}

describe('services that are alike, where the good places run out', () => {
  it.each([5, 50, 300, 2000])('%i equal ones: the optimum, and the proof of it', (count) => {
    const solution = solve(fleet(Array.from({ length: count }, () => service(1))));
    expect(solution.infeasible).toEqual([]);
    expect(solution.objective).toBeCloseTo(fillUp(count), 6);
    expect(solution.bound).toBeLessThanOrEqual(fillUp(count) + 1e-9);
    expect(solution.gap).toBeLessThanOrEqual(0.01);
  });

  it.each([300, 2000])('%i of three sizes: within a percent', (count) => {
    const solution = solve(fleet(Array.from({ length: count }, (_, i) => service([0.5, 1, 2][i % 3] ?? 1))));
    expect(solution.gap).toBeLessThanOrEqual(0.01);
  });

  it.each([300, 2000])('%i of which every fifth stands on two clouds: within a percent', (count) => {
    const critical = { picks: 2, minimumClouds: 2, minimumRegions: 2 };
    const services = Array.from({ length: count }, (_, i) => service(1, i % 5 === 0 ? critical : {}));
    expect(solve(fleet(services)).gap).toBeLessThanOrEqual(0.01);
  });
});
