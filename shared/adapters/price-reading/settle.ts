import type { ListPrice, PriceTier } from '../../contracts/prices-updated.ts';
import type { PriceReading, ReadPrice, WantedPrice } from '../../ports/price-source.ts';
import { sameAmount } from './decimal.ts';

/** One line of a price list that was recognised, with all its tiers. */
export interface Offer {
  /** Key of the catalogue; of a ladder without its rung: `gcp/europe-west1#internet`. */
  readonly key: string;
  readonly sku: string;
  /** Day from which it is charged. */
  readonly asOf: string;
  /** By the amount from which each holds, in units; a price that could not be read is absent. */
  readonly rates: readonly { readonly from: number; readonly price: ListPrice | undefined }[];
  /** Why it cannot be taken for a price. */
  readonly doubt?: string;
}

interface Step {
  readonly price: ListPrice;
  readonly tier: PriceTier;
}

/**
 * What a list says of each price that is wanted. A price that stands there twice must be the same both times, one that depends on the
 * amount must be wanted as a ladder; else it is unclear, and never guessed.
 */
export function settle(wanted: readonly WantedPrice[], offers: readonly Offer[], requests: number): PriceReading {
  const byKey = Map.groupBy(offers, ({ key }) => key);
  const prices: ReadPrice[] = [];
  const unclear: { key: string; reason: string }[] = [];
  for (const [of, all] of Map.groupBy(wanted, ({ key }) => ladderOf(key) ?? key)) {
    const found = byKey.get(of);
    if (found === undefined) continue;
    const steps = agreed(found);
    if (typeof steps === 'string') unclear.push({ key: all[0]?.key ?? of, reason: steps });
    else if (ladderOf(all[0]?.key ?? '') === undefined) single(of, steps, found, { prices, unclear });
    else rungs(all, steps, found, { prices, unclear });
  }
  return { prices, unclear, requests };
}

interface Into {
  readonly prices: ReadPrice[];
  readonly unclear: { key: string; reason: string }[];
}

function ladderOf(key: string): string | undefined {
  return /^(.*#internet)\.\d+$/.exec(key)?.[1];
}

function single(key: string, steps: readonly Step[], offers: readonly Offer[], { prices, unclear }: Into): void {
  const [only, second] = steps;
  if (only === undefined || second !== undefined) {
    unclear.push({ key, reason: `it has ${steps.length} tiers, and the catalogue has one price` });
  } else prices.push({ key, price: only.price, ...nameOf(offers) });
}

function rungs(wanted: readonly WantedPrice[], steps: readonly Step[], offers: readonly Offer[], into: Into): void {
  if (steps.length > wanted.length) {
    into.unclear.push({
      key: wanted[0]?.key ?? '',
      reason: `it has ${steps.length} tiers, more than ${wanted.length}`,
    });
    return;
  }
  steps.forEach(({ price, tier }, rung) => {
    const key = wanted.find((each) => each.key.endsWith(`.${rung}`))?.key;
    if (key !== undefined) into.prices.push({ key, price, tier, ...nameOf(offers) });
  });
}

/** Of several that say the same, the one in force for the shortest time. */
function nameOf(offers: readonly Offer[]): { readonly asOf: string; readonly sku: string } {
  const [{ asOf, sku } = { asOf: '', sku: '' }] = offers.toSorted((a, b) => (a.asOf < b.asOf ? 1 : -1));
  return { asOf, sku: sku.slice(0, 300) };
}

function agreed(offers: readonly Offer[]): readonly Step[] | string {
  const all = offers.map((offer) => ({ offer, steps: stepsOf(offer) }));
  const [first] = all;
  for (const { steps } of all) if (typeof steps === 'string') return steps;
  const other = all.find(({ steps }) => !sameSteps(steps as Step[], first?.steps as Step[]));
  if (first === undefined || other === undefined) return (first?.steps ?? []) as Step[];
  const told = [first, other].map(({ offer, steps }) => `${offer.sku} ${amounts(steps as Step[])}`).join(', ');
  return `it is listed with different amounts: ${told}`;
}

function amounts(steps: readonly Step[]): string {
  return steps.map(({ price: { micros, per } }) => `${micros / per} micro-dollars`).join(' then ');
}

function sameSteps(a: readonly Step[], b: readonly Step[]): boolean {
  return a.length === b.length && a.every(({ price, tier }, i) => isSame({ price, tier }, b[i]));
}

function isSame(a: Step, b: Step | undefined): boolean {
  return b !== undefined && a.tier.fromGb === b.tier.fromGb && sameAmount(a.price, b.price);
}

/**
 * The tiers of one line, ascending. What is given away at the beginning is no tier: a free grant is the account's, not the price's, so
 * the paid tiers begin at nothing and end that much earlier. Neighbours of one price are one tier.
 */
function stepsOf({ sku, rates, doubt }: Offer): readonly Step[] | string {
  if (doubt !== undefined) return `${sku}: ${doubt}`;
  const sorted = rates.toSorted((a, b) => a.from - b.from);
  if (sorted[0] === undefined) return `${sku}: it has no price on demand`;
  if (sorted[0].from !== 0) return `${sku}: its first tier begins at ${sorted[0].from}`;
  const steps = merged(sorted);
  if (typeof steps === 'string') return `${sku}: ${steps}`;
  const paid = steps.length > 1 && steps[0]?.price.micros === 0 ? steps.slice(1) : steps;
  const free = paid[0]?.from ?? 0;
  return paid.map(({ from, price }, i) => {
    const next = paid[i + 1];
    return { price, tier: { fromGb: from - free, ...(next && { upToGb: next.from - free }) } };
  });
}

interface Rung {
  readonly from: number;
  readonly price: ListPrice;
}

function merged(sorted: Offer['rates']): readonly Rung[] | string {
  const steps: Rung[] = [];
  for (const { from, price } of sorted) {
    if (price === undefined || !Number.isFinite(from)) return 'its amount cannot be read';
    const before = steps.at(-1);
    if (before !== undefined && sameAmount(before.price, price)) continue;
    if (before?.from === from) return `two prices from ${from} on`;
    steps.push({ from, price });
  }
  return steps;
}
