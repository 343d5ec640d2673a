import type { Draft } from '../../shared/contracts/contract.ts';
import type { Report } from '../../shared/contracts/deployment-reported.ts';
import type { HealthStatus } from '../../shared/contracts/health-changed.ts';
import type { DeploymentIdentity } from '../../shared/contracts/values.ts';
import { announce } from './announce.ts';
import { conditionsOf } from './conditions.ts';
import { follow } from './follow.ts';
import type { DeploymentRecord, Seen } from './record.ts';
import type { MonitorSettings } from './settings.ts';
import { withDeadline } from './status.ts';
import { fileReport } from './track.ts';

export interface Decision {
  readonly record: DeploymentRecord;
  readonly events: readonly Draft[];
}

export interface ReportContext {
  readonly now: number;
  readonly region: HealthStatus;
  readonly settings: MonitorSettings;
}

export function emptyDeployment({ application, service, target }: DeploymentIdentity): DeploymentRecord {
  const base = { application, service, target, track: {}, whole: {}, attempts: 0, conditions: [] };
  return { ...base, status: 'pending', reason: 'Provisioning', message: '' };
}

/** The report, reduced to what is kept. */
export function seenOf(report: Report, envelope: { readonly id: string; readonly time: string }): Seen {
  const { generation, phase, reason, message, replicas, endpoint, specHash, drift, standing } = report;
  return {
    at: Date.parse(envelope.time),
    id: envelope.id,
    generation,
    phase,
    reason,
    message,
    replicas,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(specHash === undefined ? {} : { specHash }),
    ...(drift === undefined || drift.length === 0 ? {} : { drift }),
    ...(standing === undefined ? {} : { standing }),
  };
}

/**
 * A deployer reported: file it, assess, say what changed, and look again if there is something to follow. Any order and any number
 * of repetitions of the same reports ends in the same status.
 */
export function decideReport(
  before: DeploymentRecord,
  seen: Seen,
  context: ReportContext,
  retryAfterMs?: number,
): Decision {
  const filed = fileReport(before, seen);
  return settle({ ...filed, lastSeen: Math.max(seen.at, before.lastSeen ?? 0) }, before, {
    ...context,
    lookStands: answersCommand(seen),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}

/** Said of an apply, never of a look. */
function answersCommand({ reason }: Seen): boolean {
  return reason === 'Applied' || reason === 'AlreadySo';
}

/** Assess, announce, follow: the tail that every decision about a deployment shares. */
export function settle(
  record: DeploymentRecord,
  before: DeploymentRecord | undefined,
  context: ReportContext & { readonly retryAfterMs?: number; readonly lookStands?: boolean },
): Decision {
  const assessed = withDeadline(record, context.now);
  const announced = announce(
    { ...assessed, conditions: conditionsOf(assessed) },
    context.now,
    context.settings.owedRemovalMs,
  );
  const followed = follow(announced.record, before, context);
  return { record: followed.record, events: [...announced.events, ...followed.events] };
}
