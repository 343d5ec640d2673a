import type { Offering } from '../../shared/catalogue/types.ts';
import type { NormalizedService } from '../../shared/domain/spec/normalized.ts';
import type { Cost, CostLine } from './decision.ts';
import { monthlyRange, none, sumCosts } from './estimate.ts';
import { microsPerGb, toInternet, type Place } from './traffic-cost.ts';

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

/** All of a service in one place, but for its links: they depend on where the others are. */
export interface Rent {
  readonly offering: Offering;
  /** Compute, and being reachable. */
  readonly cost: Cost;
  readonly lines: readonly CostLine[];
  readonly internet: Traffic;
}

export interface Traffic {
  readonly cost: Cost;
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
  if (replicasOf(service) === 0) return { offering, cost: none, lines: [], internet: noTraffic };
  const rent = monthlyRange(service, offering, replicasOf(service));
  if ('missing' in rent) return undefined;
  const { compute, fixed, lines } = rent;
  return {
    offering,
    cost: sumCosts([compute, fixed]),
    lines,
    internet: internetTraffic(service, [{ offering, share: 1 }]),
  };
}

/** What leaves the service for the internet. Nothing does where nothing runs. */
export function internetTraffic(service: NormalizedService, places: readonly Place[]): Traffic {
  const amount = service.usage.egressGbPerMonth;
  if (amount === undefined || replicasOf(service) === 0) return noTraffic;
  const { byTarget, assumptions } = toInternet(amount, places);
  return { cost: sumCosts([...byTarget.values()]), unpriced: assumptions };
}

/** Paid where it leaves, whoever that is. Each link is rounded once, as the estimate does. */
export function linkTraffic(links: readonly Link[], placesOf: PlacesOf): Traffic {
  let sum = 0;
  const unpriced: string[] = [];
  for (const { from, to, gbPerMonth } of links) {
    const [here, there] = [placesOf(from), placesOf(to)];
    const rate = microsPerGb(here, there);
    sum += Math.round(rate.micros * gbPerMonth);
    if (gbPerMonth === 0) continue;
    unpriced.push(...rate.unpriced);
    if (here.length === 0 || there.length === 0) unpriced.push(`traffic from ${from} to ${to}: ${nowhere}`);
  }
  return { cost: { low: sum, expected: sum, high: sum }, unpriced };
}

const nowhere = 'one of them stands where no price is known; it is left out';

/** Of one service: its links both ways, as what others send it costs something else as well once it has moved. */
export function trafficAround(
  { name }: NormalizedService,
  internet: Traffic,
  placesOf: PlacesOf,
  { links }: Fleet,
): Traffic {
  return added([internet, linkTraffic(links.get(name) ?? [], placesOf)]);
}

export function added(traffic: readonly Traffic[]): Traffic {
  return {
    cost: sumCosts(traffic.map(({ cost }) => cost)),
    unpriced: [...new Set(traffic.flatMap(({ unpriced }) => unpriced))],
  };
}

/** The service at one place alone, everybody else where they were. */
export const movedTo = (service: string, { offering }: Pick<Rent, 'offering'>, others: PlacesOf): PlacesOf => {
  const there = [{ offering, share: 1 }];
  return (name) => (name === service ? there : others(name));
};

export const mean = (costs: readonly Cost[]): Cost => {
  const sum = sumCosts(costs);
  const of = (amount: number): number => Math.round(amount / Math.max(1, costs.length));
  return { low: of(sum.low), expected: of(sum.expected), high: of(sum.high) };
};

const noTraffic: Traffic = { cost: none, unpriced: [] };
