import type { NormalizedService } from '../../shared/domain/spec/normalized.ts';
import type { Cost } from './decision.ts';
import { sumCosts } from './estimate.ts';
import {
  added,
  internetTraffic,
  linkTraffic,
  movedTo,
  standingOf,
  trafficAround,
  type Fleet,
  type PlacesOf,
  type Rent,
} from './place-cost.ts';

/** Micro-dollars a month. */
export interface Priced {
  /** `traffic` is counted in. */
  readonly monthly: Cost;
  readonly traffic: Cost;
  readonly unpriced: readonly string[];
}

/** Every service that can stand on one cloud, there: their links with each other, and with those that cannot. */
export interface CloudTotal extends Priced {
  readonly cloud: string;
  readonly targets: readonly { readonly service: string; readonly target: string }[];
  /** The same services where they stand now. */
  readonly standing: Priced;
  /** Services that cannot stand there: neither side has them, but for their links with the others. */
  readonly missing: readonly string[];
}

/** A service with its possible places on the cloud, and what it costs where it stands without traffic. */
export interface Movable {
  readonly service: NormalizedService;
  readonly rents: readonly Rent[];
  readonly standing: Cost;
}

/** The places are chosen together: what talks to each other is not torn apart for a cent. Undefined where no service can stand there. */
export function together(cloud: string, all: readonly Movable[], fleet: Fleet): CloudTotal | undefined {
  const possible = all.filter(({ rents }) => rents.length > 0);
  if (possible.length === 0) return undefined;
  const picks = chosen(possible, fleet);
  const names = possible.map(({ service }) => service.name);
  return {
    cloud,
    targets: names.map((service) => ({ service, target: picks.get(service)?.offering.id ?? '' })),
    ...priced(possible, {
      rents: [...picks.values()].map(({ cost }) => cost),
      placesOf: placesWith(picks, fleet),
      fleet,
    }),
    standing: priced(possible, {
      rents: possible.map(({ standing }) => standing),
      placesOf: standingOf(fleet),
      fleet,
    }),
    missing: all.flatMap(({ service, rents }) => (rents.length === 0 ? [service.name] : [])),
  };
}

/** One after another moves to where it costs least among the others, until nobody does any more: each move makes the sum smaller. */
function chosen(possible: readonly Movable[], fleet: Fleet): ReadonlyMap<string, Rent> {
  const picks = new Map<string, Rent>();
  const others = placesWith(picks, fleet);
  for (let round = 0, moved = true; moved && round < mostRounds; round++) {
    moved = false;
    for (const { service, rents } of possible) {
      const best = cheapest(service, rents, { others, fleet })?.rent;
      if (best === undefined || best === picks.get(service.name)) continue;
      picks.set(service.name, best);
      moved = true;
    }
  }
  return picks;
}

/** Where each stands with these moved, as they are when it is asked. */
function placesWith(picks: ReadonlyMap<string, Rent>, fleet: Fleet): PlacesOf {
  return (name) => {
    const pick = picks.get(name);
    return pick === undefined ? standingOf(fleet)(name) : [{ offering: pick.offering, share: 1 }];
  };
}

/** In practice two or three; prices that play in a circle end here as well. */
const mostRounds = 10;

interface Choice extends Priced {
  readonly rent: Rent;
}

/** What cannot be priced counts nothing: no place is the cheapest for that. Of equals the one where it stands, then the first by name. */
export function cheapest(
  service: NormalizedService,
  rents: readonly Rent[],
  { others, fleet }: { readonly others: PlacesOf; readonly fleet: Fleet },
): Choice | undefined {
  const stands = new Set(standingOf(fleet)(service.name).map(({ offering }) => offering.id));
  const ahead = ({ rent }: Choice): number => (stands.has(rent.offering.id) ? 0 : 1);
  return rents
    .map((rent): Choice => {
      const { cost, unpriced } = trafficAround(service, rent.internet, movedTo(service.name, rent, others), fleet);
      return { rent, monthly: sumCosts([rent.cost, cost]), traffic: cost, unpriced };
    })
    .sort(
      (a, b) =>
        a.unpriced.length - b.unpriced.length ||
        a.monthly.expected - b.monthly.expected ||
        ahead(a) - ahead(b) ||
        (a.rent.offering.id < b.rent.offering.id ? -1 : 1),
    )[0];
}

interface Pricing {
  readonly rents: readonly Cost[];
  readonly placesOf: PlacesOf;
  readonly fleet: Fleet;
}

/** Each link once, whichever of its ends is among them. */
function priced(possible: readonly Movable[], { rents, placesOf, fleet }: Pricing): Priced {
  const links = new Set(possible.flatMap(({ service }) => fleet.links.get(service.name) ?? []));
  const { cost, unpriced } = added([
    ...possible.map(({ service }) => internetTraffic(service, placesOf(service.name))),
    linkTraffic([...links], placesOf),
  ]);
  return { monthly: sumCosts([...rents, cost]), traffic: cost, unpriced };
}
