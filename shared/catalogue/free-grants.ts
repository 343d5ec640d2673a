import { largestRemainders } from '../domain/largest-remainder.ts';
import { embeddedCatalogue } from './embedded.ts';
import type { CostPart } from './monthly-compute.ts';
import type { FreeGrant, Offering } from './types.ts';

/** A line of an estimate and where it arises. */
export interface GrantedLine extends Pick<CostPart, 'item' | 'quantity' | 'unit' | 'micros'> {
  /** `cloud/region/runtime`. */
  readonly target: string;
}

/** What one grant of one provider takes off a month. */
export interface Granted {
  readonly grant: FreeGrant;
  /** Units that were used, and how many of them are free. */
  readonly used: number;
  readonly free: number;
  /** Integer micro-dollars, never more than what the lines cost. */
  readonly micros: number;
}

export interface GrantedMonth {
  readonly granted: readonly Granted[];
  /** What is taken off each line, in the order of the lines; they add up to the sum of `granted`, to the micro-dollar. */
  readonly perLine: readonly number[];
  readonly micros: number;
}

/**
 * Free grants are given once per account and month, so they are applied once to everything that runs in it, never per service.
 * A grant counts for all lines of its kind alike: each is let off the same share of its cost, as no provider says which use it takes
 * first. (Google takes its own off at the prices of us-central1; in dearer regions this grants a little more.) Several accounts of one
 * cloud have a grant each: call it for each.
 *
 * @param lines of a month, of one account per cloud
 */
export function applyFreeGrants(
  lines: readonly GrantedLine[],
  {
    freeGrants,
    offerings,
  }: { readonly freeGrants: readonly FreeGrant[]; readonly offerings: readonly Offering[] } = embeddedCatalogue,
): GrantedMonth {
  const areas = new Map(offerings.map(({ id, region }) => [id, region.area]));
  const perLine = lines.map(() => 0);
  const granted = freeGrants.flatMap((grant): Granted[] => {
    const covered = lines.flatMap((line, index) => (covers(grant, line, areas) ? [{ line, index }] : []));
    const used = covered.reduce((sum, { line }) => sum + line.quantity, 0);
    if (used <= 0) return [];
    const free = Math.min(used, grant.quantity.value);
    const off = shares(
      covered.map(({ line }) => line.micros),
      free / used,
    );
    off.forEach((micros, i) => {
      const index = covered[i]?.index;
      if (index !== undefined) perLine[index] = (perLine[index] ?? 0) + micros;
    });
    return [{ grant, used, free, micros: off.reduce((sum, micros) => sum + micros, 0) }];
  });
  return { granted, perLine, micros: perLine.reduce((sum, micros) => sum + micros, 0) };
}

function covers(grant: FreeGrant, { target, item, unit }: GrantedLine, areas: ReadonlyMap<string, string>): boolean {
  const [cloud, , runtime] = target.split('/');
  if (cloud !== grant.cloud || unit !== grant.unit || !grant.covers.includes(item)) return false;
  if (grant.appliesTo !== 'egress' && grant.appliesTo !== runtime) return false;
  return grant.within === undefined || areas.get(target) === grant.within;
}

/** That share of each amount, as integers that add up to the share of their sum: the largest remainders are rounded up. */
function shares(amounts: readonly number[], share: number): number[] {
  const exact = amounts.map((amount) => amount * share);
  const down = exact.map(Math.floor);
  const sum = amounts.reduce((a, b) => a + b, 0);
  const left = Math.round(sum * share) - down.reduce((a, b) => a + b, 0);
  const lost = exact.map((value, i) => value - (down[i] ?? 0));
  for (const i of largestRemainders(lost, left)) down[i] = Math.min((down[i] ?? 0) + 1, amounts[i] ?? 0);
  return down;
}
