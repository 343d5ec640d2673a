import { compileGroups } from './groups.ts';
import type { Groups } from './groups.ts';
import { compileLinks } from './links.ts';
import type { Links } from './links.ts';
import type { InfeasibleReason, Problem } from './problem.ts';
import { SLACK, standing } from './standing.ts';
import type { Standing } from './standing.ts';
import { validate } from './validate.ts';

/** Stands for "no limit" where Infinity times a zero price would be NaN. */
export const UNLIMITED = 1e300;

/**
 * A problem laid out flat. Candidates of service s are first[s] .. first[s+1]-1, by rising penalty; its picks ("slots") are slot[s] ..
 * slot[s+1]-1. Services that cannot stand have neither, so every loop skips them for free. Clouds and locations are
 * renumbered densely. Every candidate uses exactly two rows of capacity, its quota and its cloud; the last quota row and,
 * without a share cap, all cloud rows are UNLIMITED.
 */
export interface Model {
  readonly services: number;
  readonly first: Int32Array;
  readonly penalty: Float64Array;
  readonly cloud: Int32Array;
  readonly location: Int32Array;
  readonly quota: Int32Array;
  readonly load: Float64Array;
  /** Position in the caller's list of candidates. */
  readonly position: Int32Array;
  readonly slot: Int32Array;
  /** Service of each slot. */
  readonly owner: Int32Array;
  readonly weight: Float64Array;
  readonly minimumClouds: Int32Array;
  readonly minimumLocations: Int32Array;
  readonly quotaCapacity: Float64Array;
  readonly cloudCapacity: Float64Array;
  readonly clouds: number;
  readonly locations: number;
  readonly groups: Groups;
  readonly links: Links;
  readonly reasons: readonly (InfeasibleReason | undefined)[];
}

function starts(sizes: readonly number[]): Int32Array {
  const result = new Int32Array(sizes.length + 1);
  sizes.forEach((size, index) => (result[index + 1] = result[index]! + size));
  return result;
}

/** First come, first numbered: deterministic, and small whatever the caller's numbers are. */
class Dense {
  readonly original: number[] = [];
  readonly #numbers = new Map<number, number>();

  of(value: number): number {
    const known = this.#numbers.get(value);
    if (known !== undefined) return known;
    this.#numbers.set(value, this.original.length);
    return this.original.push(value) - 1;
  }
}

function candidates(services: readonly Standing[], noQuota: number) {
  const first = starts(services.map((one) => one.candidates.length));
  const total = first[services.length]!;
  const penalty = new Float64Array(total);
  const load = new Float64Array(total);
  const [cloud, location, quota, position] = Array.from({ length: 4 }, () => new Int32Array(total)) as [
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
  ];
  const clouds = new Dense();
  const locations = new Dense();
  let at = 0;
  for (const one of services) {
    for (const entry of one.candidates) {
      penalty[at] = entry.candidate.penalty;
      cloud[at] = clouds.of(entry.candidate.cloud);
      location[at] = locations.of(entry.candidate.location);
      quota[at] = entry.candidate.quota ?? noQuota;
      load[at] = entry.candidate.quota === undefined ? 0 : entry.candidate.load;
      position[at] = entry.position;
      at += 1;
    }
  }
  return {
    first,
    penalty,
    cloud,
    location,
    quota,
    load,
    position,
    clouds: clouds.original.length,
    places: locations.original,
  };
}

/**
 * @param dropped services already given up on, with the reason; they are left out
 * @throws {InvalidProblem}
 */
export function compile(problem: Problem, dropped: ReadonlyMap<number, InfeasibleReason> = new Map()): Model {
  validate(problem);
  const { services, perCloud } = standing(problem, dropped);
  const { places, ...flat } = candidates(services, problem.quotas.length);
  const slot = starts(services.map((one) => (one.reason ? 0 : one.picks)));
  const owner = new Int32Array(slot[services.length]!);
  services.forEach((_, s) => owner.fill(s, slot[s], slot[s + 1]));
  const partial = { ...flat, slot, services: services.length, locations: places.length };
  return {
    ...partial,
    owner,
    weight: Float64Array.from(problem.services, (service) => service.weight ?? 1),
    minimumClouds: Int32Array.from(problem.services, (service) => service.minimumClouds),
    minimumLocations: Int32Array.from(problem.services, (service) => service.minimumRegions),
    quotaCapacity: Float64Array.from([...problem.quotas.map((quota) => quota.capacity * SLACK), UNLIMITED]),
    cloudCapacity: new Float64Array(flat.clouds).fill(perCloud === Infinity ? UNLIMITED : perCloud),
    groups: compileGroups(problem, slot),
    links: compileLinks(problem, partial, places),
    reasons: services.map((one) => one.reason),
  };
}
