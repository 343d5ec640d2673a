import { recoveryCompleted } from '../../shared/contracts/recovery-completed.ts';
import { recoveryPhases } from '../../shared/contracts/recovery-values.ts';
import type { Reader } from '../../shared/pipeline/handler.ts';
import { eachRecord } from '../../shared/pipeline/reading.ts';
import { sum } from './clients.ts';
import { groundOf } from './ground.ts';
import {
  groundKey,
  isWhole,
  openRecoveryKey,
  recoveringOf,
  recoveryKey,
  serviceRecoveriesPrefix,
  serviceRecoveryKey,
} from './keys.ts';
import type { PhaseRecord, Phases, RecoveryRecord, RecoveryResult, ServiceRecoveryRecord } from './record.ts';
import { isOpen, isOverRpo, isOverRto } from './service-recovery.ts';
import { readmission, subjectOf, walk } from './start.ts';
import type { Work } from './stuck.ts';
import { count } from './summary.ts';
import { hasHandedOver } from './release.ts';

/** All that a recovery's services have come to. */
export interface Tally extends RecoveryResult {
  readonly services: number;
  readonly noCandidate: number;
  /** Served again before it was over, and how many of those after longer than their objective. */
  readonly served: number;
  readonly late: number;
  readonly phases: Phases;
  /** Last end of a service; absent when there is none. */
  readonly endedAt?: number;
}

const none: Tally = {
  services: 0,
  noCandidate: 0,
  served: 0,
  late: 0,
  recoveryTimeMs: 0,
  overRto: 0,
  overRpo: 0,
  outcomes: {},
  clients: { requests: 0, failed: 0, retried: 0 },
  phases: {},
};

/** Over the services, page by page: they may be thousands. */
export async function tally(of: RecoveryRecord, records: Reader): Promise<Tally> {
  const { recovery } = of;
  let all = none;
  const prefix = serviceRecoveriesPrefix(recovery);
  for await (const each of eachRecord<ServiceRecoveryRecord>(records, prefix)) all = counted(all, each, of);
  return all;
}

/** It served again by this recovery, and not only because that was ended. */
export function hasServed({ servedAt }: ServiceRecoveryRecord, { state, endedAt = Infinity }: RecoveryRecord): boolean {
  return servedAt !== undefined && (state !== 'aborted' || servedAt < endedAt);
}

function counted(all: Tally, each: ServiceRecoveryRecord, of: RecoveryRecord): Tally {
  const { since } = of;
  const servedMs = hasServed(each, of) ? Math.max(0, (each.servedAt ?? since) - since) : 0;
  const endedAt = Math.max(all.endedAt ?? 0, each.endedAt ?? 0);
  return {
    services: all.services + 1,
    noCandidate: all.noCandidate + (each.noCandidate === undefined ? 0 : 1),
    served: all.served + Number(hasServed(each, of)),
    late: all.late + Number(hasServed(each, of) && isOverRto(each)),
    recoveryTimeMs: Math.max(all.recoveryTimeMs, servedMs),
    overRto: all.overRto + Number(isOverRto(each)),
    overRpo: all.overRpo + Number(isOverRpo(each)),
    outcomes: { ...all.outcomes, [each.outcome]: (all.outcomes[each.outcome] ?? 0) + 1 },
    clients: sum(all.clients, each.clients),
    phases: spanned(all.phases, each.phases),
    ...(endedAt === 0 ? {} : { endedAt }),
  };
}

/** From the first start to the last end of all services; skipped where no service needed it. */
function spanned(all: Phases, own: Phases): Phases {
  const entries = recoveryPhases.flatMap((phase) => {
    const merged = merge(all[phase], own[phase]);
    return merged === undefined ? [] : [[phase, merged] as const];
  });
  return Object.fromEntries(entries);
}

const weight: Readonly<Record<PhaseRecord['status'], number>> = { skipped: 0, completed: 1, running: 2, failed: 3 };

function merge(a: PhaseRecord | undefined, b: PhaseRecord | undefined): PhaseRecord | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  // One that was not needed says nothing about how long it took.
  if (a.status === 'skipped' || b.status === 'skipped') return weight[a.status] >= weight[b.status] ? a : b;
  const status = weight[a.status] >= weight[b.status] ? a.status : b.status;
  const startedAt = Math.min(a.startedAt, b.startedAt);
  const ends = [a.endedAt, b.endedAt].filter((each) => each !== undefined);
  const done = ends.length === 2 ? { endedAt: Math.max(...ends) } : {};
  return { status, startedAt, ...done, detail: 'from the first service to the last' };
}

/** Says that it is over when every service was looked at and none is waited for, with what was measured. */
export async function finish(recovery: RecoveryRecord, work: Work & { readonly now: number }): Promise<void> {
  const { sheet, records, now } = work;
  if (!isOpen(recovery) || !recovery.walked) return;
  const left = await records.list<{ readonly recovery: string }>(recoveringOf(recovery.recovery), { limit: 200 });
  if (left.items.length > 0) {
    if (left.next === undefined) await comeRight(recovery, left.items, work);
    return;
  }
  const {
    services,
    noCandidate: _none,
    served: _served,
    late: _late,
    phases,
    endedAt = recovery.startedAt,
    ...result
  } = await tally(recovery, records);
  const { recovery: id, scope } = recovery;
  const ended: RecoveryRecord = {
    ...recovery,
    state: 'completed',
    services,
    phases: { ...phases, ...recovery.phases },
    endedAt,
    result,
  };
  await records.get(openRecoveryKey(id));
  sheet
    .write(recoveryKey(id), ended)
    .write(openRecoveryKey(id), undefined)
    .say(
      recoveryCompleted.draft({
        recovery: id,
        scope,
        services,
        recoveryTimeMs: result.recoveryTimeMs,
        overRto: result.overRto,
      }),
    );
  await count(ended, work);
  await leave(ended, now, work);
}

/** Its ground stays out of use while something is wrong with it. What a person asked for of one service is done with that. */
async function leave(recovery: RecoveryRecord, now: number, { sheet, records }: Work): Promise<void> {
  const { recovery: going, held, ...ground } = await groundOf(recovery, records);
  if (going !== recovery.recovery) return;
  const done = !isWhole(recovery) && recovery.trigger !== 'alert';
  const still = done || held === undefined ? {} : { held };
  sheet.write(groundKey(recovery), { ...ground, ...still, endedAt: now });
  if (done && held !== undefined) {
    sheet.say(readmission({ ...subjectOf(recovery), reason: 'its recovery is over' }));
    if (hasHandedOver(recovery))
      sheet.write(recoveryKey(going), { ...recovery, readmittedAt: now }).say(walk(recovery));
  }
}

/** What had no place has found one: it is under way again. */
async function comeRight(
  recovery: RecoveryRecord,
  left: readonly { readonly key: string }[],
  { sheet, records }: Work,
): Promise<void> {
  if (recovery.state !== 'failed') return;
  const prefix = recoveringOf(recovery.recovery);
  for (const { key } of left) {
    const [application = '', service = ''] = key.slice(prefix.length).split('/');
    const found = await records.get<ServiceRecoveryRecord>(
      serviceRecoveryKey(recovery.recovery, { application, service }),
    );
    if (found?.noCandidate !== undefined) return;
  }
  sheet.write(recoveryKey(recovery.recovery), { ...recovery, state: 'running' } satisfies RecoveryRecord);
}
