import { egressMicrosPerGb, latencyMs, monthlyEgress } from '../../shared/catalogue/index.ts';
import type { Offering } from '../../shared/catalogue/types.ts';
import type { Amount } from '../../shared/domain/spec/normalized.ts';
import { apportion } from './apportion.ts';
import type { Cost, CostLine, LinkCost } from './decision.ts';
import { none, sumCosts, times } from './estimate.ts';
import type { LinkLatency } from './link-latency.ts';

/** A place that a service serves from, and its share of the requests. */
export interface Place {
  readonly offering: Offering;
  readonly share: number;
}

/** Traffic is charged where it leaves, so each target of the sender pays its part. */
export interface Leaving {
  readonly byTarget: ReadonlyMap<string, Cost>;
  readonly lines: readonly CostLine[];
  /** Prices without a source, which count nothing here. */
  readonly assumptions: readonly string[];
}

/** To the internet, through the tiers of each place by itself. */
export function toInternet(amount: Amount, places: readonly Place[]): Leaving {
  const parts = places.map(({ offering, share }) => ({ offering, ...monthlyInternet(offering, times(amount, share)) }));
  return {
    byTarget: new Map(parts.map(({ offering, cost }) => [offering.id, cost])),
    lines: parts.flatMap(({ lines }) => lines),
    assumptions: parts.flatMap(({ assumptions }) => assumptions),
  };
}

function monthlyInternet(
  offering: Offering,
  gb: Amount,
): { readonly cost: Cost; readonly lines: readonly CostLine[]; readonly assumptions: readonly string[] } {
  const [low, expected, high] = [gb.low, gb.expected, gb.high].map((each) => monthlyEgress(offering, 'internet', each));
  if (low === undefined || expected === undefined || high === undefined)
    throw new RangeError('three amounts give three costs');
  if ('missing' in expected || 'missing' in low || 'missing' in high) {
    const missing = 'missing' in expected ? expected.missing : [];
    return { cost: none, lines: [], assumptions: gb.high > 0 ? missing.map(leftOut) : [] };
  }
  return {
    cost: { low: low.micros, expected: expected.micros, high: high.micros },
    lines: expected.parts.map((part) => ({ target: offering.id, ...part, item: 'traffic to the internet' })),
    assumptions: [],
  };
}

const leftOut = (missing: string): string => `${missing}; it is left out`;

export interface LinkLeaving extends Leaving {
  readonly link: LinkCost;
}

/** Between two services. Calls are spread evenly over all pairs of places. */
export function alongLink(
  { from, to, gbPerMonth }: { readonly from: string; readonly to: string; readonly gbPerMonth: number },
  places: { readonly from: readonly Place[]; readonly to: readonly Place[] },
  { pointsPerGb }: LinkLatency,
): LinkLeaving {
  const pairs = places.from.flatMap((a) => places.to.map((b) => pairOf(a.offering, b.offering, pointsPerGb)));
  const priced = pairs.filter(({ microsPerGb }) => microsPerGb !== undefined);
  const micros = Math.round(mean(priced.map((pair) => pair.microsPerGb ?? 0)) * gbPerMonth);
  const shares = apportion(
    micros,
    priced.map((pair) => pair.microsPerGb ?? 0),
  );
  const lines = priced.map(({ sender, basis, asOf, source }, i): CostLine => {
    const item = `traffic to ${to} (${basis})`;
    return {
      target: sender,
      item,
      quantity: gbPerMonth / pairs.length,
      unit: 'gb',
      micros: shares[i] ?? 0,
      asOf,
      source,
    };
  });
  return {
    byTarget: bySender(lines),
    lines: gbPerMonth === 0 ? [] : lines,
    assumptions: gbPerMonth === 0 ? [] : pairs.flatMap(({ missing }) => missing.map(leftOut)),
    link: {
      from,
      to,
      gbPerMonth,
      micros,
      roundTripMs: Math.round(mean(pairs.map(({ roundTripMs }) => roundTripMs)) * 10) / 10,
      latencyPoints: Math.round(mean(pairs.map(({ points }) => points)) * gbPerMonth * 10) / 10,
    },
  };
}

/** The amount alone: what a GB costs between any two of these places, on the mean of the pairs that have a price. */
export function microsPerGb(
  from: readonly Place[],
  to: readonly Place[],
): { readonly micros: number; readonly unpriced: readonly string[] } {
  const rates = from.flatMap((a) => to.map((b) => egressMicrosPerGb(a.offering, b.offering)));
  return {
    micros: mean(rates.flatMap((rate) => ('missing' in rate ? [] : rate.microsPerGb))),
    unpriced: rates.flatMap((rate) => ('missing' in rate ? rate.missing.map(leftOut) : [])),
  };
}

function pairOf(from: Offering, to: Offering, pointsPerGb: LinkLatency['pointsPerGb']) {
  const rate = egressMicrosPerGb(from, to);
  const known =
    'missing' in rate
      ? { microsPerGb: undefined, basis: '', asOf: '', source: '', missing: rate.missing }
      : { ...rate, missing: [] };
  const { region } = from;
  return {
    ...known,
    sender: from.id,
    roundTripMs: latencyMs(region, to.region),
    points: pointsPerGb(region, to.region),
  };
}

function bySender(lines: readonly CostLine[]): ReadonlyMap<string, Cost> {
  const found = new Map<string, Cost>();
  for (const { target, micros } of lines) {
    const cost = { low: micros, expected: micros, high: micros };
    found.set(target, sumCosts([found.get(target) ?? none, cost]));
  }
  return found;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
