/** How often each value came. */
export type Spread = ReadonlyMap<number, number>;

export const countOf = (spread: Spread): number => [...spread.values()].reduce((sum, count) => sum + count, 0);

export function meanOf(spread: Spread): number {
  const sum = [...spread].reduce((total, [value, count]) => total + value * count, 0);
  return sum / countOf(spread);
}

/** The smallest value that at least `percent` of the values do not exceed; 0 of none. */
export function percentileOf(spread: Spread, percent: number): number {
  const wanted = (countOf(spread) * percent) / 100;
  const ordered = [...spread].sort(([a], [b]) => a - b);
  let seen = 0;
  for (const [value, count] of ordered) {
    seen += count;
    if (seen >= wanted) return value;
  }
  return ordered.at(-1)?.[0] ?? 0;
}

export function mergeSpreads(spreads: readonly Spread[]): Spread {
  const merged = new Map<number, number>();
  for (const [value, count] of spreads.flatMap((spread) => [...spread]))
    merged.set(value, (merged.get(value) ?? 0) + count);
  return merged;
}
