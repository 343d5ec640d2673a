import { HOURS_PER_MONTH } from '../../../shared/catalogue/index.ts';
import { commitments, type Commitment } from '../../../shared/catalogue/commitments.ts';
import { steadiness } from './known.ts';
import { dollars, percent, type Proposal } from './proposal.ts';

/** What one cloud charged each day for capacity that a commitment would cover; US dollars, micro-units. */
export interface SteadySpend {
  readonly cloud: string;
  /** Complete days, in order. */
  readonly days: readonly { readonly day: string; readonly micros: number; readonly listMicros: number }[];
}

const leastDays = 14;
/** Committed is only what was spent on nine days of ten: the rest of the time it would be paid for nothing. */
const quantile = 0.1;
/** Paid less than this share of list prices: something is committed already, and how much is not known here. */
const covered = 0.9;

/**
 * A promise to spend for a term, of as much as is spent in any case. The least binding one that has a sourced rate; the others are
 * evidence. Nothing is deployed: it is bought at the provider.
 */
export function commitment({ cloud, days }: SteadySpend): Proposal | undefined {
  const all = commitments.filter((each) => each.cloud === cloud);
  const offer = all
    .filter(({ termMonths, upfront }) => termMonths === 12 && upfront === 'none')
    .sort((a, b) => a.discount.value - b.discount.value)[0];
  if (offer === undefined || days.length < leastDays || isCovered(days)) return undefined;
  const sorted = days.map(({ micros }) => micros).sort((a, b) => a - b);
  const base = (sorted[Math.floor(quantile * (sorted.length - 1))] ?? 0) / 24;
  const discount = offer.discount.value;
  const saving = Math.round(base * discount * HOURS_PER_MONTH);
  if (saving <= 0) return undefined;
  const committed = base * (1 - discount);
  return {
    kind: 'commitment',
    monthlySavingMicros: saving,
    oneOffMicros: 0,
    confidence: Number((Math.min(1, days.length / 30) * steadiness(sorted) * trust[offer.discount.quality]).toFixed(3)),
    risk: 'medium',
    reason: `${cloud} has charged at least ${dollars(base)} an hour for ${offer.runtime} on nine of ten days: "${offer.name}" for ${dollars(committed)} an hour covers that for ${percent(discount)} less. It pays as long as ${percent(1 - discount)} of it is used, and cannot be cancelled. Bought at the provider, not here.`,
    evidence: [
      { name: 'days.known', value: days.length, unit: 'd' },
      { name: 'base', value: Number((base / 1e6).toFixed(4)), unit: 'USD/h' },
      { name: 'commit', value: Number((committed / 1e6).toFixed(4)), unit: 'USD/h' },
      { name: 'breakeven.utilisation', value: Number((1 - discount).toFixed(4)), unit: '1' },
      { name: 'term', value: offer.termMonths, unit: 'months' },
      { name: 'rate.source', value: `${offer.discount.source} (${offer.discount.asOf})`.slice(0, 500) },
      ...all.map((each) => alternative(each, base)),
    ].slice(0, 30),
    change: [],
  };
}

const trust = { A: 0.95, B: 0.85, C: 0.7 } as const;

function isCovered(days: SteadySpend['days']): boolean {
  const paid = days.reduce((sum, { micros }) => sum + micros, 0);
  const list = days.reduce((sum, { listMicros }) => sum + listMicros, 0);
  return list > 0 && paid < covered * list;
}

function alternative({ name, architecture, billing, discount }: Commitment, base: number) {
  const of = [architecture, billing].filter((each) => each !== undefined).join(', ');
  return {
    name: `${name}${of === '' ? '' : ` (${of})`}`.slice(0, 120),
    value: Number(((base * discount.value * HOURS_PER_MONTH) / 1e6).toFixed(2)),
    unit: 'USD/month saved',
  };
}
