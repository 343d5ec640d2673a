import type { Offering } from '../../shared/catalogue/types.ts';
import type { NormalizedService } from '../../shared/domain/spec/normalized.ts';
import type { Cost, CostLine } from './decision.ts';
import { monthlyRange, none, sumCosts } from './estimate.ts';
import { alongLink, toInternet, type Leaving, type Place } from './traffic-cost.ts';

/** What a service costs if all of it stood in one place, and what its standing there does to traffic. Micro-dollars a month. */

interface Link {
  readonly from: string;
  readonly to: string;
  readonly gbPerMonth: number;
}

/** An application as it stands, for asking what would cost what elsewhere. */
export interface Fleet {
  readonly services: ReadonlyMap<string, NormalizedService>;
  /** By service: those that begin or end there. Each is one object, whoever has it. */
  readonly links: ReadonlyMap<string, readonly Link[]>;
  readonly standing: ReadonlyMap<string, readonly Place[]>;
  readonly offerings: ReadonlyMap<string, Offering>;
}

/** Where services are taken to stand. */
export type PlacesOf = (service: string) => readonly Place[];

/** Compute and being reachable, of all of a service in one place. */
export interface Rent {
  readonly offering: Offering;
  readonly cost: Cost;
  readonly lines: readonly CostLine[];
}

interface Traffic {
  readonly cost: Cost;
  readonly lines: readonly CostLine[];
  /** What has no price, and counts nothing. */
  readonly unpriced: readonly string[];
}

export const standingOf =
  ({ standing }: Fleet): PlacesOf =>
  (service) =>
    standing.get(service) ?? [];

const replicasOf = ({ meanReplicas, replicas }: NormalizedService): number => meanReplicas ?? replicas;

/** @returns undefined where there is no such place, or no price of it */
export function rentAt(service: NormalizedService, target: string, { offerings }: Fleet): Rent | undefined {
  const offering = offerings.get(target);
  if (offering === undefined) return undefined;
  if (replicasOf(service) === 0) return { offering, cost: none, lines: [] };
  const rent = monthlyRange(service, offering, replicasOf(service));
  return 'missing' in rent ? undefined : { offering, cost: sumCosts([rent.compute, rent.fixed]), lines: rent.lines };
}

/** What leaves the service for the internet. Nothing does where nothing runs. */
export function internetTraffic(service: NormalizedService, placesOf: PlacesOf): Traffic {
  const amount = replicasOf(service) === 0 ? undefined : service.usage.egressGbPerMonth;
  return amount === undefined ? noTraffic : trafficOf([toInternet(amount, placesOf(service.name))]);
}

/** Paid where it leaves, whoever that is. */
export function linkTraffic(links: readonly Link[], placesOf: PlacesOf): Traffic {
  return trafficOf(
    links.map((link): Leaving => {
      const [from, to] = [placesOf(link.from), placesOf(link.to)];
      if (from.length > 0 && to.length > 0) return alongLink(link, { from, to }, withoutLatency);
      const unknown = `traffic from ${link.from} to ${link.to}: one of them stands where no price is known; it is left out`;
      return { byTarget: new Map(), lines: [], assumptions: link.gbPerMonth > 0 ? [unknown] : [] };
    }),
  );
}

/** Of one service: to the internet, and its links both ways: what others send it costs something else as well once it has moved. */
export function trafficAround(service: NormalizedService, placesOf: PlacesOf, { links }: Fleet): Traffic {
  const [internet, linked] = [internetTraffic(service, placesOf), linkTraffic(links.get(service.name) ?? [], placesOf)];
  return {
    cost: sumCosts([internet.cost, linked.cost]),
    lines: [...internet.lines, ...linked.lines],
    unpriced: [...new Set([...internet.unpriced, ...linked.unpriced])],
  };
}

/** The service at one place alone, everybody else where they were. */
export const movedTo =
  (service: string, { offering }: Pick<Rent, 'offering'>, others: PlacesOf): PlacesOf =>
  (name) =>
    name === service ? [{ offering, share: 1 }] : others(name);

export const mean = (costs: readonly Cost[]): Cost => {
  const sum = sumCosts(costs);
  const of = (amount: number): number => Math.round(amount / Math.max(1, costs.length));
  return { low: of(sum.low), expected: of(sum.expected), high: of(sum.high) };
};

const withoutLatency = { pointsPerGb: () => 0 };
const noTraffic: Traffic = { cost: none, lines: [], unpriced: [] };

function trafficOf(leaving: readonly Leaving[]): Traffic {
  return {
    cost: sumCosts(leaving.flatMap(({ byTarget }) => [...byTarget.values()])),
    lines: leaving.flatMap(({ lines }) => lines),
    unpriced: [...new Set(leaving.flatMap(({ assumptions }) => assumptions))],
  };
}
