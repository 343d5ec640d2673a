import { largestRemainders } from '../../shared/domain/largest-remainder.ts';

/**
 * Splits an integer amount by weights so that the parts add up to it: whole parts first, then what is left goes to the largest
 * remainders, among equals to the first. Without any weight, evenly.
 */
export function apportion(amount: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const exact = weights.map((weight) => (sum > 0 ? (amount * weight) / sum : amount / weights.length));
  const parts = exact.map(Math.floor);
  const left = amount - parts.reduce((total, part) => total + part, 0);
  const lost = exact.map((value) => value - Math.floor(value));
  for (const index of largestRemainders(lost, left)) parts[index] = (parts[index] ?? 0) + 1;
  return parts;
}
