import type { PlacementFact } from './record.ts';

/**
 * What standing by one placement costs more than by another, by what placement expected of both when it decided; micro-dollars a month.
 * Both with the traffic that leaves them, or both without. Undefined when that is not known of both.
 */
export function difference(there: PlacementFact | undefined, here: PlacementFact): number | undefined {
  if (there === undefined) return undefined;
  return minus(there.monthlyMicros, here.monthlyMicros) ?? minus(sumOf(there), sumOf(here));
}

const minus = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : a - b;

function sumOf({ targets }: PlacementFact): number | undefined {
  return targets.reduce<number | undefined>(
    (sum, { monthlyMicros }) => (sum === undefined || monthlyMicros === undefined ? undefined : sum + monthlyMicros),
    0,
  );
}

/** All of them together; undefined while one is not known: part of a sum is no sum. */
export function total(differences: readonly (number | undefined)[]): number | undefined {
  return differences.reduce((sum, each) => (sum === undefined || each === undefined ? undefined : sum + each), 0);
}

export const dollars = (micros: number): number => micros / 1_000_000;

/** For a person. */
export function spelledDifference(micros: number | undefined): string {
  if (micros === undefined) return 'what that costs is not known';
  const amount = `${dollars(Math.abs(micros)).toFixed(2)} US dollars a month`;
  return micros === 0 ? 'that costs the same' : `that costs ${amount} ${micros > 0 ? 'more' : 'less'}`;
}
