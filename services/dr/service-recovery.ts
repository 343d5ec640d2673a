import type { Draft } from '../../shared/contracts/contract.ts';
import { recoveryPhases, type RecoveryPhase } from '../../shared/contracts/recovery-values.ts';
import { recoveryStep } from '../../shared/contracts/recovery-step.ts';
import { toTime } from '../../shared/ports/clock.ts';
import { noClients } from './clients.ts';
import { measure } from './measure.ts';
import type {
  LostScope,
  PhaseRecord,
  RecoveryRecord,
  ServiceOutcome,
  ServiceRecoveryRecord,
  StandRecord,
} from './record.ts';

/** Of a recovery that is under way: services that stand there may still be found. */
export function isOpen({ state }: Pick<RecoveryRecord, 'state'>): boolean {
  return state === 'running' || state === 'paused' || state === 'failed';
}

/** It keeps its scope out of use, as far as it goes. */
export const isInForce = (recovery: RecoveryRecord): boolean => isOpen(recovery) && recovery.readmittedAt === undefined;

/**
 * The service's part in a recovery, if it stands in what is lost.
 * @param previous its part in another recovery: open, it is taken over with what that one had lost, and is measured from when it went away.
 */
export function openService(
  stand: StandRecord,
  recovery: RecoveryRecord,
  previous?: ServiceRecoveryRecord,
): ServiceRecoveryRecord | undefined {
  const newest = stand.placements.at(-1);
  if (newest === undefined) return undefined;
  const { lost, since } = inheritedFrom(previous, recovery);
  const found = measure(
    {
      recovery: recovery.recovery,
      application: stand.application,
      service: stand.service,
      tier: newest.tier,
      routed: newest.routed,
      lost,
      since,
      excludedAt: recovery.startedAt,
      from: [],
      to: [],
      phases: {},
      placements: 0,
      rto: { objectiveMs: newest.rtoSeconds * 1000 },
      rpo: { objectiveMs: newest.rpoSeconds * 1000 },
      outcome: 'open',
      failures: 0,
      said: {},
      clients: noClients,
    },
    stand,
  );
  return found.from.length === 0 ? undefined : found;
}

/** What another recovery had lost for it is lost still; and it has been away since then, unless it had come back. */
function inheritedFrom(
  previous: ServiceRecoveryRecord | undefined,
  { scope, since, lost = [] }: RecoveryRecord,
): Pick<ServiceRecoveryRecord, 'lost' | 'since'> {
  const own = [{ scope }, ...lost];
  if (previous?.outcome !== 'open') return { lost: own, since };
  const still = previous.lost.filter(
    (each) => each.until === undefined && !own.some((known) => known.scope === each.scope),
  );
  const away = previous.servedAt === undefined ? Math.min(since, previous.since) : since;
  return { lost: [...own, ...still], since: away };
}

/** A newer recovery has it now. */
export function takenOver(
  record: ServiceRecoveryRecord,
  { recovery, startedAt }: RecoveryRecord,
  stand: StandRecord,
): ServiceRecoveryRecord {
  return measure({ ...record, ended: { outcome: 'taken-over', at: startedAt, by: recovery } }, stand);
}

/** An older one that has it must not take it back. */
export function isNewer(recovery: RecoveryRecord, than: ServiceRecoveryRecord): boolean {
  if (recovery.startedAt !== than.excludedAt) return recovery.startedAt > than.excludedAt;
  return recovery.recovery > than.recovery;
}

/** What has become of the recovery's scope: it may be used again, as a whole or in part, or nothing more is done about it. */
export function withWord(record: ServiceRecoveryRecord, recovery: RecoveryRecord): ServiceRecoveryRecord {
  const { state, endedAt } = recovery;
  const lost = withScopes(record, recovery);
  const own = record.recovery === recovery.recovery && state === 'aborted' && record.ended === undefined;
  const ended = own ? { outcome: 'aborted' as const, at: endedAt ?? recovery.startedAt } : record.ended;
  if (lost === record.lost && ended === record.ended) return record;
  return { ...record, lost, ...(ended === undefined ? {} : { ended }) };
}

function withScopes(
  { recovery: of, outcome, lost }: ServiceRecoveryRecord,
  { recovery, scope, readmittedAt, lost: regions = [] }: RecoveryRecord,
): readonly LostScope[] {
  const words: readonly LostScope[] = [
    { scope, ...(readmittedAt === undefined ? {} : { until: readmittedAt }) },
    ...regions,
  ];
  const told = lost.map((each) => {
    const until = words.find((word) => word.scope === each.scope)?.until;
    return until === undefined || each.until !== undefined ? each : { ...each, until };
  });
  // Regions of a lost cloud may be found to be down one after the other.
  const mine = of === recovery && outcome === 'open';
  const more = mine ? words.filter((word) => !lost.some((each) => each.scope === word.scope)) : [];
  return more.length === 0 && told.every((each, i) => each === lost[i]) ? lost : [...told, ...more];
}

export interface Said {
  readonly record: ServiceRecoveryRecord;
  readonly events: readonly Draft[];
}

/** Says every phase that ended, was not needed or cannot go on, once, with its real times. */
export function sayOf(record: ServiceRecoveryRecord): Said {
  const news = recoveryPhases.flatMap((phase): (readonly [RecoveryPhase, PhaseRecord])[] => {
    const found = record.phases[phase];
    if (found === undefined || found.status === 'running' || record.said[phase] === found.status) return [];
    return [[phase, found]];
  });
  if (news.length === 0) return { record, events: [] };
  const said = { ...record.said, ...Object.fromEntries(news.map(([phase, { status }]) => [phase, status])) };
  return { record: { ...record, said }, events: news.map(([phase, found]) => stepOf(record, phase, found)) };
}

export function stepOf(
  of: { readonly recovery: string; readonly application?: string; readonly service?: string },
  phase: RecoveryPhase,
  { status, startedAt, endedAt, detail }: PhaseRecord,
): Draft {
  return recoveryStep.draft({
    recovery: of.recovery,
    ...(of.application === undefined ? {} : { application: of.application }),
    ...(of.service === undefined ? {} : { service: of.service }),
    phase,
    status: status === 'running' ? 'started' : status,
    startedAt: toTime(startedAt),
    ...(endedAt === undefined ? {} : { endedAt: toTime(endedAt) }),
    detail: detail.slice(0, 500),
  });
}

/** It took longer than its objective, or never served again. A service that was taken over is judged where it went on. */
export function isOverRto({ rto, outcome }: ServiceRecoveryRecord): boolean {
  if (rto.actualMs !== undefined) return rto.actualMs > rto.objectiveMs;
  return unjudged[outcome] === false;
}

const unjudged: Readonly<Record<ServiceOutcome, boolean>> = {
  open: true,
  recovered: false,
  returned: false,
  aborted: false,
  'taken-over': true,
  withdrawn: true,
  failed: true,
};

export function isOverRpo({ rpo }: ServiceRecoveryRecord): boolean {
  return rpo.actualMs !== undefined && rpo.actualMs > rpo.objectiveMs;
}
