import type { Draft } from '../../shared/contracts/contract.ts';
import { settle, type ReportContext } from './decide-report.ts';
import { observe } from './follow.ts';
import type { DeploymentRecord } from './record.ts';
import type { MonitorSettings } from './settings.ts';
import { assess } from './status.ts';

export interface Swept {
  /** The record as it is to be; `forget` deletes it; absent when nothing changes. */
  readonly record?: DeploymentRecord | 'forget';
  readonly events: readonly Draft[];
}

/**
 * The sweep comes by one deployment: deadlines that nobody reported on are called, what was not seen lately and is not being
 * followed is looked at, what is long gone is forgotten.
 */
export function decideSweep(before: DeploymentRecord, context: ReportContext): Swept {
  const { now } = context;
  if (before.expected === undefined) return { events: [] };
  if (before.status === 'removed')
    return isLongGone(before, context) ? { record: 'forget', events: [] } : { events: [] };
  const called = isOverdue(before, now) ? settle(withoutDeadlineOfOldDrift(before, now), before, context) : undefined;
  if (!needsLook(called?.record ?? before, context)) return called ?? { events: [] };
  const { record, events } = called ?? { record: before, events: [] };
  return { record: { ...record, observeAt: now }, events: [...events, observe(record, 'reconcile', 0)] };
}

function isLongGone({ whole, expected }: DeploymentRecord, { now, settings }: ReportContext): boolean {
  return now - (whole.goneAt ?? expected?.since ?? now) >= settings.forgetAfterMs;
}

/**
 * Not seen lately, and no look is under way, or the one that was is lost. A region that does not answer is not asked about each of a
 * thousand deployments: a survey asks it, what was silent is followed, and the rest is looked at when it answers.
 */
function needsLook({ observeAt, lastSeen }: DeploymentRecord, { now, settings, region }: ReportContext): boolean {
  if (region === 'unreachable') return false;
  const followed = observeAt !== undefined && observeAt + settings.lostAfterMs > now;
  return !followed && now - (lastSeen ?? 0) >= settings.reconcileAfterMs;
}

/** A deadline that passed unsaid, or a drift that outlived its repair by another whole deadline. */
function isOverdue(record: DeploymentRecord, now: number): boolean {
  if (record.deadline === undefined || now < record.deadline) return false;
  return record.status !== 'failed' || isOldDrift(record, now);
}

function isOldDrift(record: DeploymentRecord, now: number): boolean {
  const { status } = assess(record);
  const deadlineMs = record.expected?.deadlineMs ?? 0;
  return (status === 'drifted' || status === 'missing') && now >= (record.deadline ?? 0) + deadlineMs;
}

/** Repair is never given up: an old drift is said again, with a new deadline. */
function withoutDeadlineOfOldDrift(record: DeploymentRecord, now: number): DeploymentRecord {
  if (record.status !== 'failed' || !isOldDrift(record, now)) return record;
  const { deadline: _passed, ...rest } = record;
  return rest;
}

/** Deployments one step may take: each can cost a record and two events. */
export function pageSize({ sweepPage }: MonitorSettings): number {
  return Math.max(1, Math.min(sweepPage, 30));
}
