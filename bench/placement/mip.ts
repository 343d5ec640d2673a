import type { Candidate, Problem } from '../../shared/domain/solver/index.ts';
import { EGRESS } from './instance.ts';
import { REGIONS } from './world.ts';

/** A mixed-integer program in compressed sparse rows, as npm `highs` takes it. */
export interface Mip {
  readonly colCost: Float64Array;
  readonly colUpper: Float64Array;
  readonly integer: Int32Array;
  readonly rowLower: Float64Array;
  readonly rowUpper: Float64Array;
  readonly starts: Int32Array;
  readonly indices: Int32Array;
  readonly values: Float64Array;
}

class Builder {
  readonly cost: number[] = [];
  readonly integer: number[] = [];
  readonly lower: number[] = [];
  readonly upper: number[] = [];
  readonly starts: number[] = [0];
  readonly indices: number[] = [];
  readonly values: number[] = [];

  column(cost: number, integer: boolean): number {
    this.integer.push(integer ? 1 : 0);
    return this.cost.push(cost) - 1;
  }

  row(lower: number, upper: number, terms: readonly (readonly [column: number, value: number])[]): void {
    this.lower.push(lower);
    this.upper.push(upper);
    for (const [column, value] of terms) {
      this.indices.push(column);
      this.values.push(value);
    }
    this.starts.push(this.indices.length);
  }

  build(): Mip {
    return {
      colCost: Float64Array.from(this.cost),
      colUpper: new Float64Array(this.cost.length).fill(1),
      integer: Int32Array.from(this.integer),
      rowLower: Float64Array.from(this.lower),
      rowUpper: Float64Array.from(this.upper),
      starts: Int32Array.from(this.starts),
      indices: Int32Array.from(this.indices),
      values: Float64Array.from(this.values),
    };
  }
}

type Terms = [column: number, value: number][];

function into(map: Map<number, Terms>, key: number, column: number, value: number): void {
  const terms = map.get(key);
  if (terms) terms.push([column, value]);
  else map.set(key, [[column, value]]);
}

function by(service: readonly Candidate[], first: number, key: (candidate: Candidate) => number): Map<number, Terms> {
  const map = new Map<number, Terms>();
  service.forEach((candidate, index) => into(map, key(candidate), first + index, 1));
  return map;
}

const negated = (terms: Terms): Terms => terms.map(([column, value]) => [column, -value]);

/** Picks, quotas and the cap per cloud. Relies on picks = minimumClouds, which is how the generator makes them. */
function assignment(builder: Builder, problem: Problem): number[] {
  const quotas = new Map<number, Terms>();
  const clouds = new Map<number, Terms>();
  let total = 0;
  const firsts = problem.services.map((service) => {
    const first = builder.cost.length;
    total += (service.weight ?? 1) * service.picks;
    service.candidates.forEach((candidate) => {
      const column = builder.column(candidate.penalty, true);
      if (candidate.quota !== undefined) into(quotas, candidate.quota, column, candidate.load);
      into(clouds, candidate.cloud, column, service.weight ?? 1);
    });
    builder.row(
      service.picks,
      service.picks,
      service.candidates.map((_, index) => [first + index, 1]),
    );
    if (service.picks > 1)
      for (const terms of by(service.candidates, first, (c) => c.cloud).values()) builder.row(0, 1, terms);
    return first;
  });
  for (const [quota, terms] of quotas) builder.row(-Infinity, problem.quotas[quota]?.capacity ?? 0, terms);
  for (const terms of clouds.values()) builder.row(-Infinity, (problem.shareCap ?? 1) * total, terms);
  return firsts;
}

function groups(builder: Builder, problem: Problem, firsts: readonly number[]): void {
  for (const group of problem.groups ?? []) {
    const present = new Map<number, Terms>();
    for (const service of group.services) {
      problem.services[service]?.candidates.forEach((c, index) =>
        into(present, c.cloud, (firsts[service] ?? 0) + index, 1),
      );
    }
    const flags = [...present.values()].map((terms) => {
      const flag = builder.column(0, false);
      builder.row(-Infinity, 0, [[flag, 1], ...negated(terms)]);
      return flag;
    });
    builder.row(
      group.minimumClouds,
      Infinity,
      flags.map((flag) => [flag, 1]),
    );
  }
}

/** A column per service and place (or cloud) that says whether a pick stands there, made on first use. */
class Presence {
  readonly #known = new Map<number, ReadonlyMap<number, number>>();
  readonly #builder: Builder;
  readonly #of: (service: number) => Map<number, Terms>;

  constructor(builder: Builder, of: (service: number) => Map<number, Terms>) {
    this.#builder = builder;
    this.#of = of;
  }

  at(service: number): ReadonlyMap<number, number> {
    const known = this.#known.get(service);
    if (known) return known;
    const columns = new Map<number, number>();
    for (const [key, terms] of this.#of(service)) {
      const column = this.#builder.column(0, false);
      this.#builder.row(0, 0, [[column, 1], ...negated(terms)]);
      columns.set(key, column);
    }
    this.#known.set(service, columns);
    return columns;
  }
}

/**
 * Compact egress: pay the way out of the caller's cloud in full, then earn back what a shared cloud and a shared region
 * save, by one credit column per link and cloud, and per link and region. Exact because no service has two picks on one
 * cloud. Going through presence columns keeps the rows short; without them HiGHS runs out of WebAssembly memory.
 */
function links(builder: Builder, problem: Problem, firsts: readonly number[]): void {
  const candidatesOf = (s: number): readonly Candidate[] => problem.services[s]?.candidates ?? [];
  const places = new Presence(builder, (s) => by(candidatesOf(s), firsts[s] ?? 0, (c) => c.location));
  const clouds = new Presence(builder, (s) => {
    const map = new Map<number, Terms>();
    for (const [location, column] of places.at(s)) into(map, Math.floor(location / REGIONS), column, 1);
    return map;
  });
  for (const link of problem.links) {
    const [from, to] = [problem.services[link.from], problem.services[link.to]];
    if (!from || !to) continue;
    const gb = link.gbPerMonth / (from.picks * to.picks);
    for (const [cloud, column] of clouds.at(link.from)) {
      builder.cost[column] = (builder.cost[column] ?? 0) + gb * to.picks * (EGRESS[cloud]?.out ?? 0);
    }
    const credit = (presence: Presence, saving: (key: number) => number): void => {
      const theirs = presence.at(link.to);
      for (const [key, ours] of presence.at(link.from)) {
        const other = theirs.get(key);
        if (other === undefined) continue;
        const column = builder.column(-gb * saving(key), false);
        builder.row(-Infinity, 0, [
          [column, 1],
          [ours, -1],
        ]);
        builder.row(-Infinity, 0, [
          [column, 1],
          [other, -1],
        ]);
      }
    };
    credit(clouds, (cloud) => (EGRESS[cloud]?.out ?? 0) - (EGRESS[cloud]?.region ?? 0));
    credit(places, (location) => EGRESS[Math.floor(location / REGIONS)]?.region ?? 0);
  }
}

export function mip(problem: Problem): Mip {
  const builder = new Builder();
  const firsts = assignment(builder, problem);
  groups(builder, problem, firsts);
  links(builder, problem, firsts);
  return builder.build();
}
