import { egressMicrosPerGb, latencyMs, monthlyEgress } from '../../shared/catalogue/index.ts';
import type { Offering } from '../../shared/catalogue/types.ts';
import type { NormalizedApplication } from '../../shared/domain/spec/normalized.ts';
import type { Cost, LinkCost, ServiceDecision, Totals } from './decision.ts';
import { serving, sumCosts } from './describe.ts';
import type { Decided } from './input.ts';
import type { LinkLatency } from './link-latency.ts';

/** The application's bill for a month: compute, fixed, and traffic between services and to the internet. */
export function totalsOf(
  application: NormalizedApplication,
  { services, latency }: Pick<Decided & { readonly kind: 'placed' }, 'services' | 'latency'>,
  offerings: readonly Offering[],
): { readonly totals: Totals; readonly links: readonly LinkCost[]; readonly pricesAsOf: string } {
  const byId = new Map(offerings.map((each) => [each.id, each]));
  const places = new Map(
    services.map(({ service, placed }) => [service, serving(placed).flatMap(({ target }) => byId.get(target) ?? [])]),
  );
  const links = application.services.flatMap(({ name, links: calls }) =>
    calls.map(({ to, gbPerMonth }) => {
      const pairs = (places.get(name) ?? []).flatMap((a) => (places.get(to) ?? []).map((b) => [a, b] as const));
      return { from: name, to, gbPerMonth, ...linkCost(gbPerMonth, pairs, latency) };
    }),
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
  gbPerMonth: number,
  pairs: readonly (readonly [Offering, Offering])[],
  { pointsPerGb }: LinkLatency,
): Pick<LinkCost, 'micros' | 'roundTripMs' | 'latencyPoints'> {
  const rates = pairs.map(([a, b]) => egressMicrosPerGb(a, b));
  const micros = mean(rates.flatMap((rate) => ('missing' in rate ? [] : rate.microsPerGb)));
  const roundTrip = mean(pairs.map(([a, b]) => latencyMs(a.region, b.region)));
  const points = mean(pairs.map(([a, b]) => pointsPerGb(a.region, b.region)));
  return {
    micros: Math.round(micros * gbPerMonth),
    roundTripMs: Math.round(roundTrip * 10) / 10,
    latencyPoints: Math.round(points * gbPerMonth * 10) / 10,
  };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

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
