import { recoveryPageDue } from '../../shared/contracts/recovery-page-due.ts';
import { recoveryStarted } from '../../shared/contracts/recovery-started.ts';
import type { RecoveryMode, RecoveryTrigger } from '../../shared/contracts/recovery-values.ts';
import { serviceExcluded } from '../../shared/contracts/service-excluded.ts';
import { serviceReadmitted } from '../../shared/contracts/service-readmitted.ts';
import { targetExcluded } from '../../shared/contracts/target-excluded.ts';
import { targetReadmitted } from '../../shared/contracts/target-readmitted.ts';
import { toTime } from '../../shared/ports/clock.ts';
import type { Draft } from '../../shared/contracts/contract.ts';
import { causeId } from './keys.ts';
import type { GroundRecord, LostScope, RecoveryRecord, Subject } from './record.ts';
import { stepOf } from './service-recovery.ts';

/** Why a recovery is to be. */
export interface Cause {
  readonly subject: Subject;
  readonly trigger: RecoveryTrigger;
  readonly mode: RecoveryMode;
  readonly reason: string;
  /** First sign of the trouble. */
  readonly since: number;
  /** When it was taken for trouble, or was asked for. */
  readonly detectedAt: number;
  readonly incident?: string;
  readonly drill?: string;
  /** Of a whole cloud: the regions that are known to be down. */
  readonly lost?: readonly LostScope[];
}

/** Put down, and to be begun at `dueAt`. The same cause is the same recovery. */
export function waiting(cause: Cause, dueAt: number): RecoveryRecord {
  const { subject, trigger, mode, since, detectedAt, incident, drill, lost } = cause;
  return {
    recovery: incident ?? causeId(subject, since),
    ...subject,
    trigger,
    mode,
    state: 'waiting',
    reason: cause.reason.slice(0, 500),
    ...(incident === undefined ? {} : { incident }),
    ...(drill === undefined ? {} : { drill }),
    ...(lost === undefined ? {} : { lost }),
    since: Math.min(since, detectedAt),
    detectedAt,
    startedAt: dueAt,
    phases: {},
    services: 0,
    walked: false,
  };
}

export interface Started {
  readonly recovery: RecoveryRecord;
  readonly ground: GroundRecord;
  readonly events: readonly Draft[];
}

/**
 * Begins: says what is recovered, and takes it out of use. Everything else follows from that by the ordinary path; the pages only find
 * and measure the services, the critical ones first.
 * @param around `services` that stand there, by what is known; `excluded` already, by the operator who said so.
 */
export function start(
  wanted: RecoveryRecord,
  ground: GroundRecord,
  around: { readonly now: number; readonly services: number; readonly excluded?: true },
): Started {
  const { now } = around;
  const { since, detectedAt, mode, reason, trigger } = wanted;
  const detect = { status: 'completed', startedAt: since, endedAt: detectedAt, detail: reason } as const;
  const decide = { status: 'completed', startedAt: detectedAt, endedAt: now, detail: `${trigger}, ${mode}` } as const;
  const exclude = { status: 'completed', startedAt: now, endedAt: now, detail: spelled(wanted) } as const;
  const recovery: RecoveryRecord = {
    ...wanted,
    state: 'running',
    startedAt: now,
    services: around.services,
    phases: { detect, decide, exclude },
  };
  return {
    recovery,
    ground: { ...ground, recovery: wanted.recovery, held: { mode, at: now, recovery: wanted.recovery } },
    events: [
      // First of all: whoever acts on it should not wait for who only measures it.
      ...(around.excluded ? [] : [exclusion(recovery)]),
      startedOf(recovery),
      stepOf(wholeOf(recovery), 'detect', detect),
      stepOf(wholeOf(recovery), 'decide', decide),
      stepOf(wholeOf(recovery), 'exclude', exclude),
      walk(recovery),
    ],
  };
}

/** Look at every service again, the critical ones first. */
export function walk({ recovery }: RecoveryRecord): Draft {
  return recoveryPageDue.draft({ recovery, tier: 'critical', after: '' });
}

const wholeOf = ({ recovery }: RecoveryRecord): { readonly recovery: string } => ({ recovery });

function startedOf(recovery: RecoveryRecord): Draft {
  const { trigger, mode, reason, incident, drill, services, since, recovery: id } = recovery;
  return recoveryStarted.draft({
    recovery: id,
    ...subjectOf(recovery),
    trigger,
    mode,
    reason,
    ...(incident === undefined ? {} : { incident }),
    ...(drill === undefined ? {} : { drill }),
    services,
    since: toTime(since),
  });
}

export function subjectOf({ scope, application, service }: Subject): Subject {
  return application === undefined || service === undefined ? { scope } : { scope, application, service };
}

export function spelled({ scope, application, service }: Subject): string {
  return application === undefined || service === undefined ? scope : `${application}/${service} on ${scope}`;
}

type Word = Subject & { readonly reason: string; readonly incident?: string };

/** Out of use. A cordon is known for scopes only: one service's part is left to itself meanwhile. */
export function exclusion(of: Word & { readonly mode: RecoveryMode | 'cordon' }): Draft {
  const { scope, application, service, mode } = of;
  const why = whyOf(of);
  if (application === undefined || service === undefined) return targetExcluded.draft({ scope, mode, ...why });
  if (mode === 'cordon') return readmission(of);
  return serviceExcluded.draft({ application, service, scope, mode, ...why });
}

export function readmission(of: Word): Draft {
  const { scope, application, service } = of;
  if (application === undefined || service === undefined) return targetReadmitted.draft({ scope, ...whyOf(of) });
  return serviceReadmitted.draft({ application, service, scope, ...whyOf(of) });
}

function whyOf({ reason, incident }: Word): { readonly reason: string; readonly incident?: string } {
  return { reason: reason.slice(0, 500), ...(incident === undefined ? {} : { incident }) };
}
