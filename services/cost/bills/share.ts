import { largestRemainders } from '../../../shared/domain/largest-remainder.ts';

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
  const products = weights.map((weight) => whole * BigInt(weight));
  const shares = products.map((product) => product / total);
  const left = whole - shares.reduce((sum, each) => sum + each, 0n);
  const lost = products.map((product) => product % total);
  for (const at of largestRemainders(lost, Number(left))) shares[at] = (shares[at] as bigint) + 1n;
  return shares.map(Number);
}
