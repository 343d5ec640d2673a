import { egressMicrosPerGb, monthlyEgress } from '../../shared/catalogue/index.ts';
import type { Offering } from '../../shared/catalogue/types.ts';
import type { NormalizedApplication } from '../../shared/domain/spec/normalized.ts';
import type { Cost, LinkCost, ServiceDecision, Totals } from './decision.ts';
import { sumCosts } from './describe.ts';

/** The application's bill for a month: compute, fixed, and traffic between services and to the internet. */
export function totalsOf(
  application: NormalizedApplication,
  services: readonly ServiceDecision[],
  offerings: readonly Offering[],
): { readonly totals: Totals; readonly links: readonly LinkCost[]; readonly pricesAsOf: string } {
  const byId = new Map(offerings.map((each) => [each.id, each]));
  const places = new Map(
    services.map(({ service, placed }) => [service, placed.flatMap(({ target }) => byId.get(target) ?? [])]),
  );
  const links = application.services.flatMap(({ name, links: calls }) =>
    calls.map(({ to, gbPerMonth }) => linkCost(name, to, gbPerMonth, places)),
  );
  const compute = sumCosts(services.map(({ cost }) => cost.compute));
  const fixed = sumCosts(services.map(({ cost }) => cost.fixed));
  const egressMicros = links.reduce((sum, { micros }) => sum + micros, 0) + toInternet(application, places);
  const egress: Cost = { low: egressMicros, expected: egressMicros, high: egressMicros };
  return {
    totals: { compute, fixed, egress, total: sumCosts([compute, fixed, egress]) },
    links,
    pricesAsOf: oldest(services),
  };
}

/** Calls are spread evenly over all copies of the callee: the mean over all pairs of places. */
function linkCost(
  from: string,
  to: string,
  gbPerMonth: number,
  places: ReadonlyMap<string, readonly Offering[]>,
): LinkCost {
  const pairs = (places.get(from) ?? []).flatMap((a) => (places.get(to) ?? []).map((b) => egressMicrosPerGb(a, b)));
  const priced = pairs.flatMap((rate) => ('missing' in rate ? [] : rate.microsPerGb));
  const mean = priced.reduce((sum, micros) => sum + micros, 0) / Math.max(1, priced.length);
  return { from, to, gbPerMonth, micros: Math.round(mean * gbPerMonth) };
}

function toInternet({ services }: NormalizedApplication, places: ReadonlyMap<string, readonly Offering[]>): number {
  return services
    .map(({ name, usage }) => {
      const at = places.get(name) ?? [];
      const share = (usage.egressGbPerMonth ?? 0) / Math.max(1, at.length);
      return at.reduce((sum, offering) => {
        const cost = monthlyEgress(offering, 'internet', share);
        return sum + ('missing' in cost ? 0 : cost.micros);
      }, 0);
    })
    .reduce((sum, micros) => sum + micros, 0);
}

function oldest(services: readonly ServiceDecision[]): string {
  const dates = services.flatMap(({ cost }) => cost.lines.map(({ asOf }) => asOf)).filter((date) => date !== 'undated');
  return dates.sort()[0] ?? 'undated';
}
