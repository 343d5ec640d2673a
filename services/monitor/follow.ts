import type { Draft } from '../../shared/contracts/contract.ts';
import { deploymentObserve } from '../../shared/contracts/deployment-observe.ts';
import type { HealthStatus } from '../../shared/contracts/health-changed.ts';
import { isUnsaid } from './announce.ts';
import type { DeploymentRecord, DeploymentStatus } from './record.ts';
import type { MonitorSettings } from './settings.ts';
import { isNewer, trackOf } from './track.ts';

export interface Followed {
  readonly record: DeploymentRecord;
  readonly events: readonly Draft[];
}

interface Circumstances {
  readonly now: number;
  readonly region: HealthStatus;
  readonly settings: MonitorSettings;
  /** The cloud asked for patience. */
  readonly retryAfterMs?: number;
  /** What is reported is not what the look under way will find: that one is still to come. */
  readonly lookStands?: boolean;
}

/**
 * Asks for the next look when there is something to follow and no look is under way: one chain per deployment, whatever else
 * reports in between. Looks back off while nothing changes.
 */
export function follow(
  record: DeploymentRecord,
  before: DeploymentRecord | undefined,
  around: Circumstances,
): Followed {
  const { now } = around;
  const attempts = before?.status === record.status ? record.attempts : 0;
  if (!isFollowed(record)) {
    const { observeAt: _done, ...rest } = record;
    return { record: { ...rest, attempts }, events: [] };
  }
  if (isLookUnderWay(record, around)) return { record: { ...record, attempts }, events: [] };
  const delayMs = delayOf(attempts, around);
  return {
    record: { ...record, attempts: attempts + 1, observeAt: now + delayMs },
    events: [observe(record, record.expected?.wanted === true ? 'progress' : 'removal', delayMs)],
  };
}

/**
 * A look that is due may still wait in the deployer's queue: in a large deployment, for as long as all the others take. Only its
 * own answer ends it, or so much time that it must be lost.
 */
function isLookUnderWay({ observeAt }: DeploymentRecord, { now, settings, lookStands }: Circumstances): boolean {
  if (observeAt === undefined) return false;
  return observeAt > now || (lookStands === true && observeAt + settings.lostAfterMs > now);
}

/** @param record whose `attempts` counts the looks so far */
export function observe(
  record: DeploymentRecord,
  purpose: 'progress' | 'removal' | 'reconcile',
  delayMs: number,
): Draft {
  const { application, service, target, expected, attempts } = record;
  const generation = expected?.generation ?? 1;
  return deploymentObserve.draft(
    { application, service, target, generation, purpose, attempt: attempts + 1 },
    { delayMs },
  );
}

const followed: Readonly<Record<DeploymentStatus, 'always' | 'when silent' | 'never'>> = {
  pending: 'always',
  progressing: 'always',
  degraded: 'always',
  drifted: 'always',
  missing: 'always',
  removing: 'always',
  // Steady, or waiting for somebody's decision: the sweep sees them.
  ready: 'when silent',
  failed: 'when silent',
  // Until rollout takes it away it simply runs.
  retiring: 'when silent',
  removed: 'never',
};

function isFollowed(record: DeploymentRecord): boolean {
  const { expected, status } = record;
  if (expected === undefined) return false;
  if (isUnsaid(record) || followed[status] === 'always') return true;
  const { silence, answer } = trackOf(record);
  const silent = silence !== undefined && isNewer(silence, answer);
  return silent && followed[status] === 'when silent';
}

function delayOf(attempts: number, { region, settings, retryAfterMs }: Circumstances): number {
  const backoff = Math.min(settings.observeInitialMs * 2 ** Math.min(attempts, 20), settings.observeMaxMs);
  const slow = region === 'unreachable' ? settings.observeUnreachableMs : 0;
  return Math.max(backoff, slow, retryAfterMs ?? 0);
}
