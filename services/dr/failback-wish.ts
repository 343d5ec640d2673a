import type { FailbackMode } from '../../shared/contracts/recovery-values.ts';
import type { Tier } from '../../shared/contracts/values.ts';
import { tierDefaults } from '../../shared/domain/spec/defaults.ts';
import type { Reader } from '../../shared/pipeline/handler.ts';
import { serviceRecoveriesPrefix, standKey } from './keys.ts';
import type { FailbackRecord } from './failback-record.ts';
import type { PlacementFact, ServiceRecoveryRecord, StandRecord } from './record.ts';

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
}

/** Services read in one step. */
const pageSize = 100;

export interface WishPage {
  readonly wishes: readonly (Wish & { readonly key: string })[];
  readonly next?: string;
}

/** A page of a recovery's services, of those that could go back. */
export async function wishesOf(recovery: string, after: string, records: Reader): Promise<WishPage> {
  const from = after === '' ? {} : { after };
  const prefix = serviceRecoveriesPrefix(recovery);
  const { items, next } = await records.list<ServiceRecoveryRecord>(prefix, { limit: pageSize, ...from });
  const found = await Promise.all(
    items.map(async ({ key, value }) => {
      const stand = await records.get<StandRecord>(standKey(value));
      const wish = stand === undefined ? undefined : wishOf(value, stand);
      return wish === undefined ? [] : [{ ...wish, key }];
    }),
  );
  return { wishes: found.flat(), ...(next === undefined ? {} : { next }) };
}

/** Whether it could go back, and where: it was moved by this recovery, by none since, and does not serve from there already. */
export function wishOf(part: ServiceRecoveryRecord, stand: StandRecord): Wish | undefined {
  const newest = stand.placements.at(-1);
  const moved = part.outcome === 'recovered' || part.outcome === 'aborted';
  if (!moved || newest === undefined || newest.removed || stand.recovery !== part.recovery) return undefined;
  const before = stand.placements.findLast(({ at, removed }) => at < part.excludedAt && !removed);
  const targets = before === undefined ? part.from : serving(before);
  const from = serving(newest);
  if (targets.length === 0 || targets.every((each) => from.includes(each))) return undefined;
  const { application, service } = part;
  const { tier, generation, failback: mode = tierDefaults[tier].recovery.failback } = newest;
  return { application, service, tier, mode, from, targets, generation };
}

/** Those that asked for it go by themselves; whoever asks for a failback means all of them. */
export const isWanted = ({ mode }: Pick<Wish, 'mode'>, by: FailbackRecord['by']): boolean =>
  by !== 'mode' || mode === 'automatic';

export function serving({ targets }: PlacementFact): readonly string[] {
  return targets.filter(({ replicas, role }) => replicas > 0 && role !== 'standby').map(({ target }) => target);
}
