import { recoveryCheckDue } from '../../shared/contracts/recovery-check-due.ts';
import type { Reader } from '../../shared/pipeline/handler.ts';
import { control } from './control.ts';
import { again } from './drill-again.ts';
import { conclude, refuse } from './drill-conclude.ts';
import { byMeasure } from './drill-measure.ts';
import type { DrillRecord } from './drill-record.ts';
import { unfit } from './drill-refusal.ts';
import { isOver, type FailbackRecord } from './failback-record.ts';
import { isDownIn } from './failback-trouble.ts';
import { groundOf, isUnwell, recover, type Around } from './ground.ts';
import { failbackKey, recoveryKey } from './keys.ts';
import type { RecoveryRecord, StandRecord } from './record.ts';
import { isOpen } from './service-recovery.ts';
import { standsIn } from './walk.ts';
import { release } from './release.ts';

/** Longer than a recovery, and than its way back, that goes well. */
const recoveryPatienceMs = 30 * 60_000;
const returnPatienceMs = 60 * 60_000;

/** Looked at again just before: what holds for the request has to hold now. */
export async function beginReal(drill: DrillRecord, stands: readonly StandRecord[], around: Around): Promise<void> {
  const { scope, mode, drill: id } = drill;
  const { records, now } = around;
  const there = stands.filter((stand) => standsIn(stand, scope));
  const against = await unfit(scope, there, records);
  if (against !== undefined) return refuse(drill, [against], around);
  const reason = `drill ${id}: ${drill.reason}`.slice(0, 500);
  const cause = { subject: { scope }, trigger: 'drill', mode, reason, since: now, detectedAt: now, drill: id } as const;
  const recovery = await recover(cause, await groundOf({ scope }, records), around);
  if (recovery === undefined)
    throw new Error(`drill ${id}: there is a recovery of ${scope} from this very moment already`);
  return again({ ...drill, state: 'recovering', recovery, startedAt: now }, around, 1_000);
}

/** Sooner at first; a recovery of minutes needs no look every second. */
const pauseFrom = (since: number, now: number): number =>
  Math.min(15_000, Math.max(500, Math.round((now - since) / 10)));

/** Until everything serves elsewhere, or it has to be ended. */
export async function lookAtRecovery(drill: DrillRecord, around: Around): Promise<void> {
  const { records, now } = around;
  const { startedAt = now } = drill;
  const recovery = await recoveryOf(drill, records);
  const patient = now < startedAt + recoveryPatienceMs;
  if (recovery.state === 'failed' || (isOpen(recovery) && !patient)) {
    await control(recovery, { action: 'abort', at: now, reason: abortion(recovery), by: 'drill' }, around);
    return again(drill, around, 1_000);
  }
  const busy = isOpen(recovery) || recovery.state === 'waiting';
  // The sandbox's fault, or a real one: it comes back when it is well.
  if (busy || (patient && (await isUnfit(drill, records)))) {
    return again(drill, around, pauseFrom(startedAt, now));
  }
  return giveBack(drill, recovery.recovery, around);
}

async function recoveryOf({ drill, recovery = '' }: DrillRecord, records: Reader): Promise<RecoveryRecord> {
  const found = await records.get<RecoveryRecord>(recoveryKey(recovery));
  if (found === undefined) throw new Error(`drill ${drill}: its recovery ${recovery} is gone`);
  return found;
}

async function isUnfit({ scope }: DrillRecord, records: Reader): Promise<boolean> {
  return (await isUnwell({ scope }, records)) || (await isDownIn(scope, records));
}

/** The scope may be used again, unless it is really down by now; then what was moved goes back. */
async function giveBack(drill: DrillRecord, recovery: string, around: Around): Promise<void> {
  const { records, sheet, now } = around;
  const { scope } = drill;
  const ground = await groundOf({ scope }, records);
  if (ground.held === undefined) sheet.say(recoveryCheckDue.draft({ recovery, expects: 'stable', since: now }));
  else if (!(await isUnwell({ scope }, records))) await release(ground, `drill ${drill.drill} is over`, around);
  return again({ ...drill, state: 'returning', returningAt: now }, around, 1_000);
}

const abortion = ({ failure }: RecoveryRecord): string =>
  `the drill is ended: ${failure?.message ?? `it is not over after ${recoveryPatienceMs / 60_000} minutes`}`.slice(
    0,
    500,
  );

/** Until everything is back where it stood; then it is judged by what was measured. */
export async function lookAtReturn(drill: DrillRecord, around: Around): Promise<void> {
  const { records, now } = around;
  const { recovery = '', returningAt = now } = drill;
  const failback = await records.get<FailbackRecord>(failbackKey(recovery));
  const waited = now - returningAt;
  const begun = failback !== undefined || waited < 60_000;
  const done = failback !== undefined && isOver(failback);
  if (!done && begun && waited < returnPatienceMs) return again(drill, around, pauseFrom(returningAt, now));
  const ended = await records.get<RecoveryRecord>(recoveryKey(recovery));
  return conclude(drill, await byMeasure(drill, ended, records), [], around);
}
