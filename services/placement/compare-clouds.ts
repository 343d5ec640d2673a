import type { Offering } from '../../shared/catalogue/types.ts';
import type { NormalizedApplication, NormalizedService } from '../../shared/domain/spec/normalized.ts';
import type { Cost, PriceAges, ServiceDecision } from './decision.ts';
import { sharesOf, sumCosts } from './estimate.ts';
import { internetTraffic, mean, rentAt, standingOf, trafficAround, type Fleet, type Rent } from './place-cost.ts';
import type { PlacedTarget } from './record.ts';
import { priceAges } from './price-ages.ts';
import { cheapest, together, type CloudTotal, type Movable, type Priced } from './together.ts';
import type { Place } from './traffic-cost.ts';

/** As much of a decision as it takes to compare what it chose with what it could have. */
export type Decision = Pick<ServiceDecision, 'service' | 'placed' | 'eligible' | 'cost'>;

interface ComparedService {
  readonly service: string;
  /** All of it at one of the places where it stands; of several, the mean. */
  readonly standing: Priced;
  /** The cheapest eligible place of each cloud that has one, everybody else staying where they are. */
  readonly clouds: readonly (Priced & { readonly cloud: string; readonly target: string })[];
}

export interface Comparison {
  readonly services: readonly ComparedService[];
  readonly totals: readonly CloudTotal[];
  /** Oldest price of compute among those that are told. */
  readonly pricesAsOf: string;
  readonly prices: PriceAges;
}

/**
 * Each service at the cheapest place of every cloud, and all of them together on each; micro-dollars a month at list prices, traffic
 * counted in. The places are those that passed every filter of the decision. Pure.
 */
export function compareClouds(
  application: NormalizedApplication,
  decisions: readonly Decision[],
  { offerings, now }: { readonly offerings: readonly Offering[]; readonly now: number },
): Comparison {
  const fleet = fleetOf(application, decisions, offerings);
  const all = decisions.flatMap((decision): Considered[] => {
    const service = fleet.services.get(decision.service);
    return service === undefined ? [] : [considered(service, decision, fleet)];
  });
  const clouds = [...new Set(all.flatMap(({ rents }) => rents.map(({ offering }) => offering.cloud)))].sort();
  const compared = all.map((each) => comparedWith(each, clouds, fleet));
  const lines = compared.flatMap((each) => each.lines);
  return {
    services: compared.map(({ told }) => told),
    totals: clouds.flatMap((cloud) => {
      const there = all.map((each) => ({ ...each, rents: onCloud(each, cloud) }));
      return together(cloud, there, fleet) ?? [];
    }),
    pricesAsOf: lines.flatMap(({ asOf }) => (asOf === 'undated' ? [] : [asOf])).sort()[0] ?? 'undated',
    prices: priceAges(lines, now),
  };
}

const onCloud = ({ rents }: Movable, cloud: string): readonly Rent[] =>
  rents.filter(({ offering }) => offering.cloud === cloud);

function fleetOf({ services }: NormalizedApplication, decisions: readonly Decision[], all: readonly Offering[]): Fleet {
  const offerings = new Map(all.map((each) => [each.id, each]));
  const links = services.flatMap(({ name: from, links: own, replicas, meanReplicas = replicas }) =>
    // Nothing leaves a service of which nothing runs; what it says to itself stays where it is.
    own.flatMap(({ to, gbPerMonth }) => (meanReplicas === 0 || to === from ? [] : [{ from, to, gbPerMonth }])),
  );
  const [sent, received] = [Map.groupBy(links, ({ from }) => from), Map.groupBy(links, ({ to }) => to)];
  return {
    services: new Map(services.map((each) => [each.name, each])),
    links: new Map(services.map(({ name }) => [name, [...(sent.get(name) ?? []), ...(received.get(name) ?? [])]])),
    standing: new Map(decisions.map(({ service, placed }) => [service, placesOf(placed, offerings)])),
    offerings,
  };
}

function placesOf(placed: readonly PlacedTarget[], offerings: ReadonlyMap<string, Offering>): readonly Place[] {
  return [...sharesOf(placed)].flatMap(([target, share]) => {
    const offering = offerings.get(target);
    return offering === undefined ? [] : [{ offering, share }];
  });
}

interface Considered extends Movable {
  /** Of the places where it stands. */
  readonly own: readonly Rent[];
}

function considered(service: NormalizedService, { eligible, cost }: Decision, fleet: Fleet): Considered {
  const own = standingOf(fleet)(service.name).flatMap(({ offering }) => rentAt(service, offering.id, fleet) ?? []);
  // A place that the catalogue has no price of: as the decision had it.
  const decided: Cost = sumCosts([cost.compute, cost.fixed]);
  return {
    ...{ service, own },
    rents: eligible.flatMap(({ target }) => rentAt(service, target, fleet) ?? []),
    standing: own.length === 0 ? decided : mean(own.map((each) => each.cost)),
  };
}

/** With the lines of what is told, so that the age of the prices is that of those that are shown. */
function comparedWith(of: Considered, clouds: readonly string[], fleet: Fleet) {
  const { service, standing, own } = of;
  const others = standingOf(fleet);
  const traffic = trafficAround(service, internetTraffic(service, others(service.name)), others, fleet);
  const found = clouds.flatMap((cloud) => cheapest(service, onCloud(of, cloud), { others, fleet }) ?? []);
  const told: ComparedService = {
    service: service.name,
    standing: { monthly: sumCosts([standing, traffic.cost]), traffic: traffic.cost, unpriced: traffic.unpriced },
    clouds: found.map(({ rent: { offering }, ...priced }) => ({
      ...{ cloud: offering.cloud, target: offering.id },
      ...priced,
    })),
  };
  return { told, lines: [...own, ...found.map(({ rent }) => rent)].flatMap((each) => each.lines) };
}
