import type { Offering } from '../../shared/catalogue/types.ts';
import type { NormalizedApplication, NormalizedService } from '../../shared/domain/spec/normalized.ts';
import type { Cost, LinkCost, PriceAges, ServiceDecision, Totals } from './decision.ts';
import { none, sharesOf, sumCosts } from './estimate.ts';
import type { Decided } from './input.ts';
import { priceAges } from './price-ages.ts';
import { alongLink, toInternet, type Leaving, type LinkLeaving, type Place } from './traffic-cost.ts';

/** As much of a decision as it takes to say what it costs. */
export type Costed = Pick<ServiceDecision, 'service' | 'placed' | 'targets' | 'cost'>;

export interface ApplicationEstimate<S extends Costed = ServiceDecision> {
  /** With the traffic that leaves them counted in. */
  readonly services: readonly S[];
  readonly totals: Totals;
  readonly links: readonly LinkCost[];
  /** Oldest price used. */
  readonly pricesAsOf: string;
  readonly prices: PriceAges;
  /** What had to be assumed, because no source says it. */
  readonly assumptions: readonly string[];
}

type Placed<S> = Pick<Decided & { readonly kind: 'placed' }, 'latency'> & { readonly services: readonly S[] };

/** The application's bill for a month: compute, fixed, and traffic between services and to the internet. */
export function totalsOf<S extends Costed>(
  application: NormalizedApplication,
  decided: Placed<S>,
  offerings: readonly Offering[],
  now: number,
): ApplicationEstimate<S> {
  const byId = new Map(offerings.map((each) => [each.id, each]));
  const places = new Map(decided.services.map((each) => [each.service, placesOf(each, byId)]));
  const specs = new Map(application.services.map((each) => [each.name, each]));
  const links: LinkCost[] = [];
  const services = decided.services.map((each) => {
    const leaving = leavingOf(inUse(specs.get(each.service), each), places, decided.latency);
    links.push(...leaving.flatMap((one) => ('link' in one ? [one.link] : [])));
    return withTraffic(each, leaving);
  });
  const compute = sumCosts(services.map(({ cost }) => cost.compute));
  const fixed = sumCosts(services.map(({ cost }) => cost.fixed));
  const egress = sumCosts(services.map(({ cost }) => cost.egress ?? none));
  const lines = services.flatMap(({ cost }) => cost.lines);
  return {
    services,
    totals: { compute, fixed, egress, total: sumCosts([compute, fixed, egress]) },
    links,
    pricesAsOf: lines.flatMap(({ asOf }) => (asOf === 'undated' ? [] : [asOf])).sort()[0] ?? 'undated',
    prices: priceAges(lines, now),
    assumptions: [...new Set(services.flatMap(({ cost }) => cost.assumptions ?? []))].sort().slice(0, mostAssumptions),
  };
}

/** A person reads them; the services' own lists have all. */
const mostAssumptions = 50;

function placesOf({ placed }: Costed, byId: ReadonlyMap<string, Offering>): readonly Place[] {
  return [...sharesOf(placed)].flatMap(([target, share]) => {
    const offering = byId.get(target);
    return offering === undefined ? [] : [{ offering, share }];
  });
}

/** Nothing leaves a service of which nothing runs. */
function inUse(service: NormalizedService | undefined, { cost }: Costed): NormalizedService | undefined {
  if (service === undefined || (cost.targets ?? []).some(({ role }) => role !== 'standby')) return service;
  return { ...service, usage: {}, links: service.links.map((link) => ({ ...link, gbPerMonth: 0 })) };
}

function leavingOf(
  service: NormalizedService | undefined,
  places: ReadonlyMap<string, readonly Place[]>,
  latency: Placed<Costed>['latency'],
): readonly (Leaving | LinkLeaving)[] {
  if (service === undefined) return [];
  const { name: from, usage } = service;
  const own = places.get(from) ?? [];
  return [
    ...(usage.egressGbPerMonth === undefined ? [] : [toInternet(usage.egressGbPerMonth, own)]),
    ...service.links.map(({ to, gbPerMonth }) =>
      alongLink({ from, to, gbPerMonth }, { from: own, to: places.get(to) ?? [] }, latency),
    ),
  ];
}

function withTraffic<S extends Costed>(decision: S, leaving: readonly Leaving[]): S {
  const { cost } = decision;
  const egressOf = (target: string): Cost => sumCosts(leaving.map(({ byTarget }) => byTarget.get(target) ?? none));
  const targets = (cost.targets ?? []).map((each) => {
    const egress = each.role === 'standby' ? none : egressOf(each.target);
    return { ...each, egress, total: sumCosts([each.compute, each.fixed, egress]) };
  });
  const egress = sumCosts(targets.map((each) => each.egress));
  const total = sumCosts([cost.compute, cost.fixed, egress]);
  return {
    ...decision,
    targets: decision.targets.map((each) => {
      const monthly = targets.find(({ target }) => target === each.target);
      return monthly === undefined ? each : { ...each, monthlyMicros: monthly.total.expected };
    }),
    monthly: {
      lowMicros: total.low,
      expectedMicros: total.expected,
      highMicros: total.high,
      egressMicros: egress.expected,
    },
    cost: {
      ...cost,
      egress,
      total,
      targets,
      lines: [...cost.lines, ...leaving.flatMap(({ lines }) => lines)],
      assumptions: [...new Set([...(cost.assumptions ?? []), ...leaving.flatMap(({ assumptions }) => assumptions)])],
    },
  };
}
