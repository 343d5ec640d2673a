import type { ListPrice } from '../../../shared/contracts/prices-updated.ts';

type Amount = Pick<ListPrice, 'micros' | 'per'>;

/** Why a price is not believed. */
export interface Doubt {
  readonly ratio: number;
  readonly reason: string;
}

/** A price that was nothing, or becomes nothing, has changed by no factor at all. */
const boundless = 1_000_000_000;

const each = ({ micros, per }: Amount): number => micros / per;

/**
 * Whether a price that was read may be used. One that rose or fell by more than `most` is far more likely to be a mistake of a list, or
 * of ours, than a price; so is one that becomes free.
 *
 * @param before what was used until now; undefined where nothing was known
 * @param peers the same price in the cloud's other regions: what a new one is measured by
 */
export function verdict(
  next: Amount,
  before: Amount | undefined,
  { most, peers }: { readonly most: number; readonly peers: readonly Amount[] },
): Doubt | undefined {
  if (before !== undefined) return compared(each(next), each(before), { most, than: '' });
  const known = peers.map(each).sort((a, b) => a - b);
  const median = known[Math.floor(known.length / 2)];
  if (median === undefined || known.length < fewestPeers) {
    return next.micros > 0 ? undefined : { ratio: boundless, reason: 'it is free, and nothing was known of it' };
  }
  return compared(each(next), median, { most, than: ` against the median of ${known.length} other regions` });
}

const fewestPeers = 3;

function compared(
  next: number,
  before: number,
  { most, than }: { readonly most: number; readonly than: string },
): Doubt | undefined {
  if (next === before) return undefined;
  if (before === 0) return { ratio: boundless, reason: `it was free until now${than}` };
  if (next === 0) return { ratio: boundless, reason: `it would be free${than}` };
  const ratio = next > before ? next / before : before / next;
  if (ratio <= most) return undefined;
  const fold = `${rounded(ratio)}-fold`;
  const change = next > before ? `rose ${fold}` : `fell ${fold}`;
  return {
    ratio: Math.min(ratio, boundless),
    reason: `${change}${than}; more than ${rounded(most)}-fold is set aside`,
  };
}

const rounded = (value: number): string => String(Math.round(value * 10) / 10);
