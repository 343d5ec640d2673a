import { applicationScaled } from '../../shared/contracts/application-scaled.ts';
import { applicationSubmitted } from '../../shared/contracts/application-submitted.ts';
import { applicationWithdrawn } from '../../shared/contracts/application-withdrawn.ts';
import { typePrefix } from '../../shared/contracts/contract.ts';
import { InvalidEvent, type Envelope } from '../../shared/contracts/envelope.ts';
import { drillRequested } from '../../shared/contracts/drill-requested.ts';
import { failbackRequested } from '../../shared/contracts/failback-requested.ts';
import { contractOf } from '../../shared/contracts/index.ts';
import { recommendationControlRequested } from '../../shared/contracts/recommendation-control-requested.ts';
import { recoveryControlRequested } from '../../shared/contracts/recovery-control-requested.ts';
import { recoveryRequested } from '../../shared/contracts/recovery-requested.ts';
import { replicationMeasured } from '../../shared/contracts/replication-measured.ts';
import { scheduleCostSweep } from '../../shared/contracts/schedule-cost-sweep.ts';
import { schedulePriceRefresh } from '../../shared/contracts/schedule-price-refresh.ts';
import { scheduleReconcile } from '../../shared/contracts/schedule-reconcile.ts';
import { targetExcluded } from '../../shared/contracts/target-excluded.ts';
import { targetReadmitted } from '../../shared/contracts/target-readmitted.ts';
import { toTime } from '../../shared/ports/clock.ts';
import { checkAttributes } from './check-attributes.ts';
import type { IngressPorts } from './ports.ts';
import { demand, demandApplication, type Principal, type Right } from './principal.ts';
import { ProblemError } from './problem.ts';
import { aboutIt, isReport, readReport } from './report.ts';
import { checkSubmission } from './submission.ts';

/** What somebody outside may say, and with which right. Commands and facts have one owner inside; an outsider who could say them could forge state. */
const welcome: ReadonlyMap<string, Right> = new Map([
  [applicationSubmitted.type, 'publish'],
  [applicationScaled.type, 'publish'],
  [applicationWithdrawn.type, 'publish'],
  [scheduleReconcile.type, 'operate'],
  [targetExcluded.type, 'operate'],
  [targetReadmitted.type, 'operate'],
  [recoveryRequested.type, 'operate'],
  [recoveryControlRequested.type, 'operate'],
  [failbackRequested.type, 'operate'],
  [drillRequested.type, 'operate'],
  [recommendationControlRequested.type, 'operate'],
  [scheduleCostSweep.type, 'operate'],
  [schedulePriceRefresh.type, 'operate'],
  [replicationMeasured.type, 'publish'],
]);
const listed = [...welcome.keys()].join(', ');

/** Clocks differ; this much is taken for skew. Milliseconds. */
const skew = 5 * 60_000;

export interface Admitted {
  readonly event: Envelope;
  /** Whether anybody reads this type; unknown types are kept in the log. */
  readonly known: boolean;
}

/** Who says it, and when it is. */
export interface Admitting {
  readonly now: number;
  readonly principal: Principal;
  readonly tiers?: IngressPorts['tiers'];
}

/**
 * Lets an event from outside in, or says why not.
 * @returns the event as it is to be stored: known types have their subject, and no time that is still to come.
 * @throws ProblemError 403 for what only a service of ours, or somebody else, may say, 422 for a spec that is not right;
 * InvalidEvent for attributes or data that do not fit.
 */
export async function admit(event: Envelope, { now, principal, tiers }: Admitting): Promise<Admitted> {
  checkAttributes(event);
  if (isReport(event, principal)) {
    return { event: { ...event, ...readReport(event, principal), time: said(event.time, now) }, known: true };
  }
  if (/^\/homeostasis(\/|$)/i.test(event.source)) {
    throw new ProblemError(
      403,
      'Forbidden source',
      `source ${event.source} belongs to the control plane: use your own, for example /ci/github`,
    );
  }
  const contract = contractOf.get(event.type);
  if (contract === undefined) return unknown(event, principal);
  demand(principal, rightFor(event));
  if (event.dryrun) {
    throw new ProblemError(
      422,
      'Dry run',
      'a dry run of a change is not accepted as an event: POST /v1/plan (homeostasis plan) shows what it would do',
      [{ field: 'dryrun', detail: 'leave it out' }],
    );
  }
  // First, because it names every bad field; the contract names one.
  if (event.type === applicationSubmitted.type) await checkSubmission(event.data, tiers);
  const { data } = contract.parse(event);
  const subject = aboutIt(event, contract.draft(data).subject);
  // What is published is about an application: its name is the subject, or stands in front of its service.
  if (welcome.get(event.type) === 'publish') demandApplication(principal, subject.split('/')[0] ?? subject);
  return { event: { ...event, subject, time: said(event.time, now), data }, known: true };
}

/** @throws ProblemError 403 for what nobody outside may say. */
function rightFor({ type }: Envelope): Right {
  const right = welcome.get(type);
  if (right !== undefined) return right;
  throw new ProblemError(
    403,
    'Forbidden type',
    `${type} is said only inside the control plane; from outside it takes ${listed}`,
  );
}

function unknown(event: Envelope, principal: Principal): Admitted {
  if (event.type.toLowerCase().startsWith(typePrefix)) {
    throw new ProblemError(
      422,
      'Unknown type',
      `there is no message ${event.type}; from outside the control plane takes ${listed}`,
    );
  }
  demand(principal, 'publish');
  return { event, known: false };
}

/**
 * Of two words on a target the later holds: one dated next year would stand until then, whatever is said meanwhile. So nothing is
 * said later than now.
 */
function said(time: string, now: number): string {
  const at = Date.parse(time);
  if (at > now + skew) {
    throw new InvalidEvent('time', `is ${time}, but it is only ${toTime(now)} here: set the sender's clock`);
  }
  return at > now ? toTime(now) : time;
}
