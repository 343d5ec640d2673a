/** Statistics that a few wild values do not move. Of nothing they are undefined: nothing is not zero. */
export function median(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** What the median absolute deviation is multiplied with to estimate the standard deviation of normal noise. */
const normal = 1.4826;

/** Robust standard deviation around a centre. */
export function spread(values: readonly number[], centre = median(values)): number | undefined {
  if (centre === undefined) return undefined;
  const deviation = median(values.map((value) => Math.abs(value - centre)));
  return deviation === undefined ? undefined : normal * deviation;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Slope of the median pair of points (Theil, Sen): up to 29 of a hundred points may be wild. */
export function slope(points: readonly Point[]): number {
  const slopes = points.flatMap((a, i) =>
    points.slice(i + 1).flatMap((b) => (a.x === b.x ? [] : (b.y - a.y) / (b.x - a.x))),
  );
  return median(slopes) ?? 0;
}

/**
 * How sure it is that values rise (positive) or fall, whatever their shape (Mann, Kendall): the pairs that rise, less those that fall,
 * in standard deviations of what chance alone would give. Of ties fewer deviations are claimed than there are.
 */
export function trendScore(values: readonly number[]): number {
  const n = values.length;
  if (n < 3) return 0;
  let balance = 0;
  for (const [i, a] of values.entries()) for (const b of values.slice(i + 1)) balance += Math.sign(b - a);
  return (balance - Math.sign(balance)) / Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
}
