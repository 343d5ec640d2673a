import type { Catalogue } from '../../shared/catalogue/types.ts';
import type { Reader } from '../../shared/pipeline/handler.ts';
import { listAll } from '../../shared/pipeline/reading.ts';
import {
  applicationKey,
  exclusionPrefix,
  ledgerKey,
  placementPrefix,
  rejectionKey,
  serviceExclusionPrefix,
  usageKey,
  type ApplicationRecord,
  type ExclusionRecord,
  type LedgerRecord,
  type Loads,
  type PlacementRecord,
  type Rejection,
  type ServiceExclusionRecord,
  type UsageRecord,
} from './record.ts';
import { catalogueNow } from './prices.ts';

/** What a decision about one application needs to know of what is already decided. */
export interface PlacementState {
  readonly application: ApplicationRecord | undefined;
  readonly current: ReadonlyMap<string, PlacementRecord>;
  readonly exclusions: readonly (ExclusionRecord & { readonly service?: string })[];
  /** Of the whole fleet, and this application's part in it. */
  readonly ledger: Loads;
  readonly own: Loads;
  /** With the prices of the day. */
  readonly catalogue: Catalogue;
}

export async function loadState(records: Reader, application: string): Promise<PlacementState> {
  const record = await records.get<ApplicationRecord>(applicationKey(application));
  // Read to be written: it is where a refusal goes that has no record to go to.
  if (record === undefined) await records.get<Rejection>(rejectionKey(application));
  return {
    application: record,
    current: new Map(
      (await listAll<PlacementRecord>(records, placementPrefix(application))).map((each) => [each.service, each]),
    ),
    exclusions: [
      ...(await listAll<ExclusionRecord>(records, exclusionPrefix)),
      ...(await listAll<ServiceExclusionRecord>(records, serviceExclusionPrefix(application))),
    ].filter(({ excluded }) => excluded),
    ledger: (await records.get<LedgerRecord>(ledgerKey))?.loads ?? {},
    own: (await records.get<UsageRecord>(usageKey(application)))?.loads ?? {},
    catalogue: await catalogueNow(records),
  };
}

/** What all others use: the fleet less one's own. */
export function usedByOthers({ ledger, own }: Pick<PlacementState, 'ledger' | 'own'>): Loads {
  return combine(ledger, own, -1);
}

export function combine(a: Loads, b: Loads, sign: 1 | -1): Loads {
  const sum: Record<string, number> = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const next = (sum[key] ?? 0) + sign * value;
    if (next > 0) sum[key] = next;
    else delete sum[key];
  }
  return sum;
}
