import type { BillSourceConfig } from '../../shared/contracts/config-bills.ts';
import { hubCannotRead, signsInTo } from '../../shared/contracts/config-bills-hub.ts';
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

/** As hub.remote has them: who says whom those clouds trust. */
type Remote = Partial<Readonly<Record<'azure' | 'gcp', object>>>;

export const defaultCost: CostOptions = { sweepHours: 24, awsPrices: false, bills: [] };

/**
 * Of the packaged configuration, where every default is written out. Pure.
 * @throws Error naming a source of bills that the hub cannot read: the function would refuse it with every start
 */
export function costOptions(
  { sweepHours = defaultCost.sweepHours, prices = {}, bills = [] }: CostConfig,
  remote: Remote,
): CostOptions {
  mustBeReadable(bills, remote);
  const { sources = {}, refreshHours } = prices;
  const isOn = (source: { readonly enabled?: boolean } | undefined): boolean =>
    source !== undefined && source.enabled !== false;
  const some = Object.values(sources).some(isOn);
  return {
    ...{ sweepHours, bills, awsPrices: isOn(sources.aws) },
    ...(some && refreshHours !== undefined ? { priceRefreshHours: refreshHours } : {}),
  };
}

function mustBeReadable(bills: readonly BillSourceConfig[], remote: Remote): void {
  for (const source of bills) {
    const cloud = signsInTo(source);
    if (source.kind === 'file' || (cloud !== undefined && remote[cloud] === undefined)) throw hubCannotRead(source);
  }
}

/** The clouds that the hub has to be somebody in, to read these. Pure. */
export function signedInTo(bills: readonly BillSourceConfig[]): readonly ('azure' | 'gcp')[] {
  const clouds = bills.flatMap((source) => signsInTo(source) ?? []);
  return [...new Set(clouds)].sort();
}
