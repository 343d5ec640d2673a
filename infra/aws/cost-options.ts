import type { BillSourceConfig } from '../../shared/contracts/config-bills.ts';
import type { CostConfig } from '../../shared/contracts/config-cost.ts';

/** What of `cost:` the stack is made of. */
export interface CostOptions {
  readonly sweepHours: number;
  /** Absent: no price list is read. */
  readonly priceRefreshHours?: number;
  /** Whether one of them is that of AWS. */
  readonly awsPrices: boolean;
  readonly bills: readonly BillSourceConfig[];
}

export const defaultCost: CostOptions = { sweepHours: 24, awsPrices: false, bills: [] };

/** Of the packaged configuration, where every default is written out. Pure. */
export function costOptions({ sweepHours = defaultCost.sweepHours, prices = {}, bills = [] }: CostConfig): CostOptions {
  const { sources = {}, refreshHours } = prices;
  const isOn = (source: { readonly enabled?: boolean } | undefined): boolean =>
    source !== undefined && source.enabled !== false;
  const some = Object.values(sources).some(isOn);
  return {
    ...{ sweepHours, bills, awsPrices: isOn(sources.aws) },
    ...(some && refreshHours !== undefined ? { priceRefreshHours: refreshHours } : {}),
  };
}
