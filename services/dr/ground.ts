import { recoveryCheckDue } from '../../shared/contracts/recovery-check-due.ts';
import type { RecoveryMode } from '../../shared/contracts/recovery-values.ts';
import type { Reader } from '../../shared/pipeline/handler.ts';
import {
  alertHoldKey,
  alertHoldsOf,
  cordonKey,
  groundKey,
  isWhole,
  openRecoveryKey,
  recoveryKey,
  watchKey,
} from './keys.ts';
import type { CordonRecord, GroundRecord, RecoveryRecord, Subject, WatchRecord } from './record.ts';
import type { DrSettings } from './settings.ts';
import { exclusion, start, subjectOf, waiting, type Cause } from './start.ts';
import type { Work } from './stuck.ts';
import { countIn } from './walk.ts';

export interface Around extends Work {
  readonly now: number;
  readonly settings: DrSettings;
}

export async function groundOf(subject: Subject, records: Reader): Promise<GroundRecord> {
  return (await records.get<GroundRecord>(groundKey(subject))) ?? subjectOf(subject);
}

/**
 * There is cause for a recovery. It begins when it may: not before `notBefore`, nor, by itself, too soon after the last one of the same
 * ground. Ground that is out of use already has its recovery, and is not given a second one.
 * @returns the recovery that this is, or has become, part of; undefined when it was one before and is over.
 */
export async function recover(
  cause: Cause,
  ground: GroundRecord,
  around: Around,
  how: { readonly notBefore?: number; readonly excluded?: true } = {},
): Promise<string | undefined> {
  const { records, now } = around;
  const going = ground.recovery ?? ground.held?.recovery;
  if (going !== undefined) return join(going, ground, cause, around);
  const wanted = waiting(cause, dueAt(cause, ground, around, how.notBefore));
  // The same cause, told once more.
  if ((await records.get(recoveryKey(wanted.recovery))) !== undefined) return undefined;
  await records.get(openRecoveryKey(wanted.recovery));
  around.sheet.write(openRecoveryKey(wanted.recovery), { recovery: wanted.recovery });
  if (wanted.startedAt > now) putDown(wanted, ground, around);
  else await begin(wanted, ground, around, how.excluded);
  return wanted.recovery;
}

function dueAt({ trigger }: Cause, { endedAt }: GroundRecord, { now, settings }: Around, notBefore = 0): number {
  const byItself = trigger === 'health' || trigger === 'alert';
  const rested = byItself && endedAt !== undefined ? endedAt + settings.minimumDelayMs : 0;
  return Math.max(now, rested, notBefore);
}

function putDown(wanted: RecoveryRecord, ground: GroundRecord, { sheet, now }: Around): void {
  const { recovery, since, startedAt } = wanted;
  sheet
    .write(recoveryKey(recovery), wanted)
    .write(groundKey(ground), { ...ground, recovery })
    .say(recoveryCheckDue.draft({ recovery, expects: 'start', since }, { delayMs: startedAt - now }));
}

export async function begin(
  wanted: RecoveryRecord,
  ground: GroundRecord,
  { sheet, records, now }: Work & { readonly now: number },
  excluded?: true,
): Promise<void> {
  const services = await countIn(wanted, records);
  const started = start(wanted, ground, { now, services, ...(excluded === undefined ? {} : { excluded }) });
  sheet
    .write(recoveryKey(wanted.recovery), started.recovery)
    .write(groundKey(ground), started.ground)
    .say(...started.events);
}

/** What is under way, or over and still out of use, goes on. A person does not wait, and the harder word holds. */
async function join(going: string, ground: GroundRecord, cause: Cause, around: Around): Promise<string> {
  const known = await around.records.get<RecoveryRecord>(recoveryKey(going));
  if (known?.state === 'waiting') {
    const asked = cause.trigger === 'operator' || cause.trigger === 'ci';
    if (asked) await begin({ ...known, trigger: cause.trigger, mode: cause.mode }, ground, around);
  } else if (ground.held?.mode === 'graceful' && cause.mode === 'ungraceful') {
    harden(known, { ...ground, held: { ...ground.held, mode: cause.mode } }, cause, around);
  }
  return going;
}

/** What still worked for a graceful recovery fails during it. */
export function harden(
  known: RecoveryRecord | undefined,
  ground: GroundRecord,
  cause: Pick<Cause, 'mode' | 'reason'>,
  { sheet }: Work,
): void {
  sheet.write(groundKey(ground), ground);
  if (known !== undefined) sheet.write(recoveryKey(known.recovery), { ...known, mode: cause.mode });
  if (known?.state !== 'paused') sheet.say(exclusion({ ...subjectOf(ground), mode: cause.mode, reason: cause.reason }));
}

/** What still speaks against using it, apart from operators. */
export async function isUnwell(subject: Subject, records: Reader, after?: WatchRecord): Promise<boolean> {
  if (isWhole(subject)) {
    const watch = after ?? (await records.get<WatchRecord>(watchKey(subject.scope)));
    if (watch?.incident !== undefined || (await groundOf(subject, records)).concluded) return true;
  }
  return isFiring(subject, records);
}

/** An alert about it fires, other than this one. */
export async function isFiring(subject: Subject, records: Reader, but?: string): Promise<boolean> {
  const { items } = await records.list(alertHoldsOf(subject), { limit: 2 });
  return items.some(({ key }) => but === undefined || key !== alertHoldKey(subject, but));
}

export async function cordonOf({ scope, ...rest }: Subject, records: Reader): Promise<CordonRecord | undefined> {
  if (!isWhole({ scope, ...rest })) return undefined;
  const found = await records.get<CordonRecord>(cordonKey(scope));
  return found?.lifted === false ? found : undefined;
}

const rank: Readonly<Record<'cordon' | RecoveryMode, number>> = { cordon: 0, graceful: 1, ungraceful: 2 };
export const isWeaker = (a: 'cordon' | RecoveryMode, b: RecoveryMode): boolean => rank[a] < rank[b];
