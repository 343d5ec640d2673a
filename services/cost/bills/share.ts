/**
 * Integer shares of an integer amount by weight, which add up to it: everyone gets the whole part of the share, and what is left goes,
 * one each, to those that lost most; of equals, the first. Weights are integers of at least 0; if all are 0, all are equal.
 */
export function share(amount: number, weights: readonly number[]): number[] {
  if (weights.length === 0) throw new RangeError('nobody to share it');
  if (amount < 0) return share(-amount, weights).map((each) => (each === 0 ? 0 : -each));
  const total = weights.reduce((sum, each) => sum + BigInt(each), 0n);
  if (total === 0n)
    return share(
      amount,
      weights.map(() => 1),
    );
  const whole = BigInt(amount);
  const parts = weights.map((weight, at) => {
    const product = whole * BigInt(weight);
    return { at, floor: product / total, lost: product % total };
  });
  let left = whole - parts.reduce((sum, { floor }) => sum + floor, 0n);
  const shares = parts.map(({ floor }) => floor);
  for (const { at } of [...parts].sort((a, b) => (a.lost === b.lost ? a.at - b.at : a.lost < b.lost ? 1 : -1))) {
    if (left === 0n) break;
    shares[at] = (shares[at] as bigint) + 1n;
    left -= 1n;
  }
  return shares.map(Number);
}
