import { recoveryPhases, type RecoveryPhase } from '../../shared/contracts/recovery-values.ts';
import type { Reader } from '../../shared/pipeline/handler.ts';
import { eachRecord } from '../../shared/pipeline/reading.ts';
import { toTime } from '../../shared/ports/clock.ts';
import type { DrillResult } from './drill-record.ts';
import type { DrillRecord } from './drill-record.ts';
import type { FailbackRecord } from './failback-record.ts';
import { tally, type Tally } from './finish.ts';
import { failbackKey, serviceRecoveriesPrefix } from './keys.ts';
import type { ClientTotals, PhaseRecord, Phases, RecoveryRecord, ServiceRecoveryRecord } from './record.ts';
import { isOverRpo, isOverRto, isOpen } from './service-recovery.ts';
import { spelled } from './start.ts';

/** Evidence of one recovery or drill: what was asked for, what was measured. Times are RFC 3339, durations milliseconds. */
export interface Report {
  readonly report: 'homeostasis.dev/recovery-report/v1';
  readonly title: string;
  readonly scope: string;
  readonly reason: string;
  /** `open`: not over yet. Of a recovery: whether every objective was met. */
  readonly verdict: 'pass' | 'fail' | 'open';
  readonly since: string;
  readonly endedAt?: string;
  readonly recoveryTimeMs?: number;
  readonly services: number;
  readonly overRto: number;
  readonly overRpo: number;
  readonly lost: number;
  readonly clients?: ClientTotals;
  readonly recovery?: Pick<RecoveryRecord, 'recovery' | 'trigger' | 'mode' | 'state' | 'incident' | 'drill'>;
  readonly drill?: Pick<DrillRecord, 'drill' | 'kind' | 'mode' | 'state'>;
  readonly phases: readonly ReportPhase[];
  /** The slowest, measured by their objective, first; at most `mostServices`. */
  readonly parts: readonly ReportPart[];
  readonly failback?: Pick<FailbackRecord, 'state' | 'by' | 'returned' | 'left' | 'reason'>;
  readonly findings: DrillResult['findings'];
  readonly estimates: DrillResult['estimates'];
  readonly timeline: readonly { readonly at: string; readonly what: string }[];
}

export interface ReportPhase {
  readonly phase: RecoveryPhase;
  readonly status: PhaseRecord['status'];
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly durationMs?: number;
  readonly detail: string;
}

export interface ReportPart extends Pick<
  ServiceRecoveryRecord,
  'application' | 'service' | 'tier' | 'outcome' | 'from' | 'to' | 'rto' | 'rpo'
> {
  readonly late: boolean;
  readonly stale: boolean;
  readonly failures: number;
  readonly clients: ClientTotals;
  readonly phases: readonly ReportPhase[];
}

export const mostServices = 500;

export async function recoveryReport(recovery: RecoveryRecord, records: Reader): Promise<Report> {
  const counted = await tally(recovery, records);
  const parts = await partsOf(recovery.recovery, records);
  const failback = await records.get<FailbackRecord>(failbackKey(recovery.recovery));
  const { services, overRto, overRpo, noCandidate, recoveryTimeMs, clients } = counted;
  const { recovery: id, trigger, mode, state, incident, drill, reason, scope, since, endedAt } = recovery;
  const phases = phasesOf({ ...counted.phases, ...recovery.phases });
  return {
    report: 'homeostasis.dev/recovery-report/v1',
    title: `Recovery of ${spelled(recovery)}`,
    scope,
    reason,
    verdict: verdictOf(recovery, counted),
    since: toTime(since),
    ...(endedAt === undefined ? {} : { endedAt: toTime(endedAt) }),
    recoveryTimeMs,
    services,
    overRto,
    overRpo,
    lost: noCandidate,
    clients,
    recovery: {
      recovery: id,
      trigger,
      mode,
      state,
      ...(incident === undefined ? {} : { incident }),
      ...(drill === undefined ? {} : { drill }),
    },
    phases,
    parts,
    ...(failback === undefined ? {} : { failback: shortOf(failback) }),
    findings: [],
    estimates: [],
    timeline: timelineOf(recovery, phases, parts, failback),
  };
}

/** @param measured the report of its recovery, where it had one */
export function drillReport(drill: DrillRecord, measured: Report | undefined): Report {
  const { drill: id, kind, mode, state, scope, reason, requestedAt, endedAt } = drill;
  const none = { services: 0, overRto: 0, overRpo: 0, lost: 0, phases: [], parts: [], timeline: [] };
  const result: Partial<DrillResult> = drill.result ?? {};
  const { verdict = 'open', findings = [], estimates = [] } = result;
  const of = { drill: id, kind, mode, state };
  return {
    ...none,
    ...measured,
    ...(drill.result === undefined ? {} : figuresOf(drill.result)),
    report: 'homeostasis.dev/recovery-report/v1',
    title: `${kind === 'real' ? 'Drill' : 'Shadow drill'} of ${scope}`,
    scope,
    reason,
    verdict,
    since: measured?.since ?? toTime(requestedAt),
    ...(endedAt === undefined ? {} : { endedAt: toTime(endedAt) }),
    drill: of,
    findings,
    estimates,
  };
}

function figuresOf({ services, overRto, overRpo, lost, recoveryTimeMs }: DrillResult): Partial<Report> {
  return { services, overRto, overRpo, lost, ...(recoveryTimeMs === undefined ? {} : { recoveryTimeMs }) };
}

function verdictOf(recovery: RecoveryRecord, { overRto, overRpo, noCandidate }: Tally): Report['verdict'] {
  if (isOpen(recovery) || recovery.state === 'waiting') return 'open';
  return recovery.state === 'completed' && overRto + overRpo + noCandidate === 0 ? 'pass' : 'fail';
}

function shortOf({ state, by, returned, left, reason }: FailbackRecord): NonNullable<Report['failback']> {
  return { state, by, returned, left, reason };
}

async function partsOf(recovery: string, records: Reader): Promise<readonly ReportPart[]> {
  const parts: ReportPart[] = [];
  const prefix = serviceRecoveriesPrefix(recovery);
  for await (const each of eachRecord<ServiceRecoveryRecord>(records, prefix)) parts.push(partOf(each));
  return parts.sort((a, b) => slowness(b) - slowness(a)).slice(0, mostServices);
}

/** Share of its objective that it took; what never came back, or has not yet, is slowest of all. */
const slowness = ({ rto }: ReportPart): number =>
  rto.actualMs === undefined ? Infinity : rto.actualMs / rto.objectiveMs;

function partOf(record: ServiceRecoveryRecord): ReportPart {
  const { application, service, tier, outcome, from, to, rto, rpo, failures, phases } = record;
  const { windows: _windows, ...clients } = record.clients;
  const judged = { late: isOverRto(record), stale: isOverRpo(record) };
  return {
    application,
    service,
    tier,
    outcome,
    from,
    to,
    rto,
    rpo,
    ...judged,
    failures,
    clients,
    phases: phasesOf(phases),
  };
}

function phasesOf(phases: Phases): readonly ReportPhase[] {
  return recoveryPhases.flatMap((phase) => {
    const found = phases[phase];
    if (found === undefined) return [];
    const { status, startedAt, endedAt, detail } = found;
    const ended = endedAt === undefined ? {} : { endedAt: toTime(endedAt), durationMs: endedAt - startedAt };
    return [{ phase, status, startedAt: toTime(startedAt), ...ended, detail }];
  });
}

function timelineOf(
  { readmittedAt, startedAt, state }: RecoveryRecord,
  phases: readonly ReportPhase[],
  parts: readonly ReportPart[],
  failback: FailbackRecord | undefined,
): Report['timeline'] {
  const whole = phases.flatMap(({ phase, startedAt: from, endedAt, status }) =>
    status === 'skipped'
      ? []
      : [
          { at: from, what: `${phase} begins` },
          ...(endedAt === undefined ? [] : [{ at: endedAt, what: `${phase} ends` }]),
        ],
  );
  const served = parts.flatMap(({ application, service, phases: own }) => {
    const last = own.findLast(({ phase, status }) => phase === 'shift' && status === 'completed');
    return last?.endedAt === undefined
      ? []
      : [{ at: last.endedAt, what: `${application}/${service} has its traffic again` }];
  });
  const moments = [
    { at: state === 'waiting' ? undefined : startedAt, what: 'out of use' },
    { at: readmittedAt, what: 'may be used again' },
    { at: failback?.startedAt, what: 'failback begins' },
    { at: failback?.endedAt, what: `failback ${failback?.state ?? ''}` },
  ].flatMap(({ at, what }) => (at === undefined ? [] : [{ at: toTime(at), what }]));
  return [...whole, ...served, ...moments].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)).slice(0, 1000);
}
