import { regionScope } from '../../shared/domain/target.ts';
import type { Tier } from '../../shared/contracts/values.ts';
import type { PlacedTarget } from './record.ts';

/** What comes first when not everything can. */
export const tierOrder: readonly Tier[] = ['critical', 'standard', 'best-effort'];

/** Sorts by tier, and leaves the order within one as it is. */
export function byTier(a: { readonly tier: Tier }, b: { readonly tier: Tier }): number {
  return tierOrder.indexOf(a.tier) - tierOrder.indexOf(b.tier);
}

/** Per `cloud/region`, the most important tier that stands there. */
export function standsOf(
  services: readonly { readonly tier: Tier; readonly placed: readonly Pick<PlacedTarget, 'target'>[] }[],
): Readonly<Record<string, Tier>> {
  const stands: Record<string, Tier> = {};
  for (const { tier, placed } of [...services].sort(byTier)) {
    for (const { target } of placed) stands[regionScope(target)] ??= tier;
  }
  return stands;
}
