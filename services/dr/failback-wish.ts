import type { FailbackMode } from '../../shared/contracts/recovery-values.ts';
import type { Tier } from '../../shared/contracts/values.ts';
import { tierDefaults } from '../../shared/domain/spec/defaults.ts';
import type { Reader } from '../../shared/pipeline/handler.ts';
import type { FailbackRecord } from './failback-record.ts';
import { placementBefore, serving, stoodOn } from './home.ts';
import { serviceRecoveriesPrefix, serviceRecoveryKey, standKey } from './keys.ts';
import { difference } from './monthly.ts';
import type { ServiceRecoveryRecord, StandRecord } from './record.ts';
import type { DrSettings } from './settings.ts';

/** A service that a recovery moved, and that could go back. */
export interface Wish {
  readonly application: string;
  readonly service: string;
  readonly tier: Tier;
  readonly mode: FailbackMode;
  /** Where it serves from now, and where it stood. */
  readonly from: readonly string[];
  readonly targets: readonly string[];
  readonly generation: number;
  /** What it costs more there than where it is, micro-dollars a month; absent when that is not known. */
  readonly differenceMicros?: number;
}

/** Services read in one step. */
const pageSize = 100;

export interface WishPage {
  readonly wishes: readonly (Wish & { readonly key: string })[];
  /** Services that will go back by this one, when the recovery is over that moves them now. */
  readonly pending: number;
  readonly next?: string;
}

/** A page of a recovery's services, of those that could go back. */
export async function wishesOf(
  { recovery, by }: Pick<FailbackRecord, 'recovery' | 'by'>,
  after: string,
  records: Reader,
): Promise<WishPage> {
  const from = after === '' ? {} : { after };
  const prefix = serviceRecoveriesPrefix(recovery);
  const { items, next } = await records.list<ServiceRecoveryRecord>(prefix, { limit: pageSize, ...from });
  const found = await Promise.all(
    items.map(async ({ key, value }) => {
      const stand = await records.get<StandRecord>(standKey(value));
      if (stand === undefined) return { key, wish: undefined };
      const last = stand.recovery === recovery ? value : await lastOf(stand, records);
      return { key, wish: wishOf(value, stand, last, by) };
    }),
  );
  const wishes = found.flatMap(({ key, wish }) => (wish === undefined || wish === 'pending' ? [] : [{ ...wish, key }]));
  const pending = found.filter(({ wish }) => wish === 'pending').length;
  return { wishes, pending, ...(next === undefined ? {} : { next }) };
}

function lastOf(stand: StandRecord, records: Reader): Promise<ServiceRecoveryRecord | undefined> {
  if (stand.recovery === undefined) return Promise.resolve(undefined);
  return records.get<ServiceRecoveryRecord>(serviceRecoveryKey(stand.recovery, stand));
}

/**
 * Whether it could go back, and where: it was moved by this recovery, or from there by others since, and does not serve from there
 * already. What was away already when this one moved it goes back to its home, by the recovery that knows it, unless somebody asks for this.
 * @param last its part in the recovery that moved it last
 */
export function wishOf(
  part: ServiceRecoveryRecord,
  stand: StandRecord,
  last: ServiceRecoveryRecord | undefined,
  by: FailbackRecord['by'] = 'mode',
): Wish | 'pending' | undefined {
  if (last === undefined || !goesBackBy(part, last, by)) return undefined;
  if (last.outcome === 'open') return last.recovery === part.recovery ? undefined : 'pending';
  const moved = last.outcome === 'recovered' || last.outcome === 'aborted';
  return moved ? backTo(part, stand) : undefined;
}

function goesBackBy(
  { recovery }: ServiceRecoveryRecord,
  last: ServiceRecoveryRecord,
  by: FailbackRecord['by'],
): boolean {
  if (last.recovery !== recovery) return last.home === recovery;
  return last.home === undefined || by !== 'mode';
}

function backTo(part: ServiceRecoveryRecord, stand: StandRecord): Wish | undefined {
  const newest = stand.placements.at(-1);
  if (newest === undefined || newest.removed) return undefined;
  const targets = stoodOn(part, stand);
  const from = serving(newest);
  if (targets.length === 0 || targets.every((each) => from.includes(each))) return undefined;
  const { application, service } = part;
  const { tier, generation, failback: mode = tierDefaults[tier].recovery.failback } = newest;
  const micros = difference(placementBefore(part, stand), newest);
  const cost = micros === undefined ? {} : { differenceMicros: micros };
  return { application, service, tier, mode, from, targets, generation, ...cost };
}

/** Those that asked for it go by themselves, unless that costs too much more; whoever asks for a failback means all of them. */
export function isWanted(
  wish: Pick<Wish, 'mode' | 'differenceMicros'>,
  by: FailbackRecord['by'],
  settings: DrSettings,
): boolean {
  return by !== 'mode' || (wish.mode === 'automatic' && isAffordable(wish, settings));
}

/** What is not known is not taken for nothing. */
export function isAffordable(
  { differenceMicros }: Pick<Wish, 'differenceMicros'>,
  { maximumMonthlyMicros }: DrSettings,
): boolean {
  if (maximumMonthlyMicros === undefined) return true;
  return differenceMicros !== undefined && differenceMicros <= maximumMonthlyMicros;
}
