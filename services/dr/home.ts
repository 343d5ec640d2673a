import { failbackKey, serviceRecoveryKey } from './keys.ts';
import { isOver, type FailbackRecord } from './failback-record.ts';
import type { Reader } from '../../shared/pipeline/handler.ts';
import type { PlacementFact, ServiceOutcome, ServiceRecoveryRecord, StandRecord } from './record.ts';

/** It was moved, or is being moved, by that recovery. */
const isAway: Readonly<Record<ServiceOutcome, boolean>> = {
  open: true,
  recovered: true,
  aborted: true,
  'taken-over': true,
  returned: false,
  withdrawn: false,
  failed: false,
};

/**
 * A service that a second recovery takes up before it has gone back from the first has its home where the first one found it, and goes
 * back by that. Once its way back is over (it went, or stays), it is at home where it is.
 * @param previous its part in the recovery before this one
 * @param at when this one began
 * @returns the recovery by which it goes back, when that is not its own
 */
export async function homeOf(
  previous: ServiceRecoveryRecord | undefined,
  stand: StandRecord,
  at: number,
  records: Reader,
): Promise<string | undefined> {
  if (previous === undefined || !isAway[previous.outcome]) return undefined;
  const home = previous.home ?? previous.recovery;
  const failback = await records.get<FailbackRecord>(failbackKey(home));
  if (failback !== undefined && isOver(failback)) return undefined;
  if (previous.outcome === 'open') return home;
  const part =
    home === previous.recovery ? previous : await records.get<ServiceRecoveryRecord>(serviceRecoveryKey(home, stand));
  return part === undefined || isHome(part, stand, at) ? undefined : home;
}

/** It had gone back by then. */
function isHome(part: ServiceRecoveryRecord, stand: StandRecord, at: number): boolean {
  const standing = stand.placements.findLast((each) => each.at < at && !each.removed);
  const from = standing === undefined ? [] : serving(standing);
  return stoodOn(part, stand).every((target) => from.includes(target));
}

/** Where it served from when that recovery found it. */
export function stoodOn(part: ServiceRecoveryRecord, stand: StandRecord): readonly string[] {
  const before = placementBefore(part, stand);
  return before === undefined ? part.from : serving(before);
}

export const placementBefore = ({ excludedAt }: ServiceRecoveryRecord, { placements }: StandRecord) =>
  placements.findLast(({ at, removed }) => at < excludedAt && !removed);

export function serving({ targets }: PlacementFact): readonly string[] {
  return targets.filter(({ replicas, role }) => replicas > 0 && role !== 'standby').map(({ target }) => target);
}
