/**
 * Who gets one of the units that are left when every share of an amount was rounded down: those that lost most by it; of equals, the
 * first. So the shares add up to the amount.
 * @param lost by rounding down, per share
 * @returns positions, as many as are left (at most one each)
 */
export function largestRemainders<T extends number | bigint>(lost: readonly T[], left: number): readonly number[] {
  const order = lost.map((each, at) => ({ each, at }));
  order.sort((a, b) => (a.each === b.each ? a.at - b.at : a.each < b.each ? 1 : -1));
  return order.slice(0, Math.max(0, left)).map(({ at }) => at);
}
