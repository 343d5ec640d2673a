/**
 * What placement asks and what it gets back. Numbers only: no cloud, region or currency has a name here, so the solver
 * can be tested against brute force and reused for anything that looks like "give each of these a place".
 */

/** One place a service could go. Array position is identity inside the solver; `id` is the caller's own and unused. */
export interface Candidate {
  readonly id: number;
  readonly cloud: number;
  /** Cloud and region together: two candidates with the same location have the same cloud. A small integer >= 0. */
  readonly location: number;
  /** Index into `Problem.quotas`, or undefined where nothing limits it. */
  readonly quota: number | undefined;
  /** Units of the quota that one pick uses, >= 0. */
  readonly load: number;
  /** >= 0, lower is better; it already includes any bonus for staying put. */
  readonly penalty: number;
}

export interface ServiceSlot {
  readonly candidates: readonly Candidate[];
  /** Distinct candidates to choose. Raised to `minimumClouds` or `minimumRegions` where those ask for more. */
  readonly picks: number;
  /** Distinct clouds among the chosen. */
  readonly minimumClouds: number;
  /** Distinct locations among the chosen. */
  readonly minimumRegions: number;
  /** What one pick counts towards `Problem.shareCap` (vCPU), wherever it lands. Default 1. */
  readonly weight?: number;
}

/**
 * Traffic between two services, given as array positions in `Problem.services`. It costs `gbPerMonth` times the mean of
 * `egress` over all pairs of their picks: every copy of the caller spreads its calls evenly over all copies of the callee.
 */
export interface Link {
  readonly from: number;
  readonly to: number;
  readonly gbPerMonth: number;
}

/** Services that, together, must stand on at least so many clouds (and locations). */
export interface SpreadGroup {
  readonly services: readonly number[];
  readonly minimumClouds: number;
  readonly minimumRegions?: number;
}

export interface Problem {
  readonly services: readonly ServiceSlot[];
  readonly quotas: readonly { readonly capacity: number }[];
  readonly links: readonly Link[];
  /** Penalty per GB from one location to another, >= 0. */
  readonly egress: (fromLocation: number, toLocation: number) => number;
  /** No cloud may carry more than this share, in (0, 1], of the total weight of all services that can stand anywhere. */
  readonly shareCap?: number;
  readonly groups?: readonly SpreadGroup[];
}

/**
 * Why a service has no place. `no-candidate`: too few candidates, or none whose load fits an empty quota. `spread`: its own
 * candidates, or its group's, do not reach enough clouds or locations. `quota` and `share-cap`: the room went to others.
 */
export type InfeasibleReason = 'no-candidate' | 'quota' | 'spread' | 'share-cap';

export interface Infeasible {
  readonly service: number;
  readonly reason: InfeasibleReason;
}

export interface Solution {
  /** Per service, positions in its `candidates`, ascending. Empty where the service is listed in `infeasible`. */
  readonly picks: readonly (readonly number[])[];
  /** Penalties of all picks plus egress of all links whose two ends are placed. */
  readonly objective: number;
  /** No placement of the same set of services can cost less than this: proven, not estimated. */
  readonly bound: number;
  /** (objective - bound) / objective, 0 where the objective is 0. */
  readonly gap: number;
  readonly infeasible: readonly Infeasible[];
  /** Price updates plus search steps: a measure of work that, unlike time, is the same on every machine. */
  readonly iterations: number;
}

export interface SolveOptions {
  /** Multiplies the search work; 1 is meant for a plan on a request path, 4 for a nightly run. Default 1. */
  readonly effort?: number;
  /** Same problem, effort and seed: same answer. Default 1. */
  readonly seed?: number;
}
