import { shareKnown, type DailyTotals, type GrowthRecord } from './growth.ts';

/**
 * How far a stream of bills tells of a day.
 * missing: no row of anybody, so that nothing is known. open: some rows, and no telling how many are to come. partial: that share of
 * what it will come to. complete: what is not there has not been spent.
 */
export type Known =
  { readonly kind: 'missing' | 'open' | 'complete' } | { readonly kind: 'partial'; readonly share: number };

export interface Coverage {
  readonly of: (day: number) => Known;
  /** Days that have rows, first and last; absent where there are none. */
  readonly first: number;
  readonly last: number;
}

/** Above this a day counts as complete, below the other as open: a share of little is little to go by. */
const nearlyAll = 0.98;
const enough = 0.5;
/** Without experience a day is complete when it is older than this, and days after it are in the bill. */
const unseenAge = 2;

export function coverageOf(
  stream: string,
  { totals, growth, today }: { totals: DailyTotals; growth: GrowthRecord | undefined; today: number },
): Coverage | undefined {
  const days = totals.get(stream);
  if (days === undefined || days.size === 0) return undefined;
  const last = [...days.keys()].reduce((a, b) => Math.max(a, b), -Infinity);
  const first = [...days.keys()].reduce((a, b) => Math.min(a, b), Infinity);
  return {
    first,
    last,
    of: (day) => {
      if (!days.has(day)) return { kind: 'missing' };
      const share = shareKnown(growth, totals, { stream, age: today - day, today });
      if (share === undefined) return { kind: today - day >= unseenAge && day < last ? 'complete' : 'open' };
      if (share >= nearlyAll) return { kind: 'complete' };
      return share >= enough ? { kind: 'partial', share } : { kind: 'open' };
    },
  };
}
