import type { Draft } from '../../shared/contracts/contract.ts';
import { recoveryCheckDue } from '../../shared/contracts/recovery-check-due.ts';
import type { RecoveryMode } from '../../shared/contracts/recovery-values.ts';
import type { Reader } from '../../shared/pipeline/handler.ts';
import { alertHoldKey, alertHoldsOf, cordonKey, groundKey, isWhole, recoveryKey, watchKey } from './keys.ts';
import type { CordonRecord, GroundRecord, RecoveryRecord, Subject, WatchRecord } from './record.ts';
import { isOpen } from './service-recovery.ts';
import type { DrSettings } from './settings.ts';
import { exclusion, readmission, start, subjectOf, waiting, walk, type Cause } from './start.ts';
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
function harden(known: RecoveryRecord | undefined, ground: GroundRecord, cause: Cause, { sheet }: Work): void {
  sheet.write(groundKey(ground), ground);
  if (known !== undefined) sheet.write(recoveryKey(known.recovery), { ...known, mode: cause.mode });
  if (known?.state !== 'paused') sheet.say(exclusion({ ...subjectOf(ground), mode: cause.mode, reason: cause.reason }));
}

/** What still speaks against using it, apart from operators. */
export async function isUnwell(subject: Subject, records: Reader, after?: WatchRecord): Promise<boolean> {
  if (isWhole(subject)) {
    const watch = after ?? (await records.get<WatchRecord>(watchKey(subject.scope)));
    if (watch?.incident !== undefined) return true;
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

/**
 * Nothing is wrong with it any more. Where an operator has said something, that is in force again; else it may be used, and what
 * waited for a place has one.
 * @param said the readmission has been said already
 */
export async function release(
  ground: GroundRecord,
  reason: string,
  work: Work & { readonly now: number },
  said = false,
): Promise<void> {
  const { records, sheet } = work;
  const { held, recovery: _going, ...rest } = ground;
  const known = await recoveryOf(ground, records);
  if (known?.state === 'waiting') {
    // It never began.
    sheet.write(recoveryKey(known.recovery), undefined).write(groundKey(ground), rest);
  } else if (held !== undefined) {
    const cordon = said ? undefined : await cordonOf(ground, records);
    const incident = known?.incident ?? held.recovery;
    if (!said) sheet.say(wordOf(cordon, { ...subjectOf(ground), reason, incident }));
    comeBack(known, rest, cordon, work);
    if (cordon === undefined) sheet.say(mayGoBack(held.recovery, work.now));
  }
}

/** One that is over holds its ground still, and may have handed its services over. */
function recoveryOf({ recovery: going, held }: GroundRecord, records: Reader): Promise<RecoveryRecord | undefined> {
  const recovery = going ?? held?.recovery;
  return recovery === undefined ? Promise.resolve(undefined) : records.get<RecoveryRecord>(recoveryKey(recovery));
}

/** What the recovery moved may go back, when it has been well for a while. */
const mayGoBack = (recovery: string, since: number): Draft =>
  recoveryCheckDue.draft({ recovery, expects: 'stable', since });

/** Its services may stand where they stood; what an operator wants moved away still moves. */
function comeBack(
  known: RecoveryRecord | undefined,
  ground: GroundRecord,
  cordon: CordonRecord | undefined,
  { sheet, now }: Work & { readonly now: number },
): void {
  const open = known !== undefined && isOpen(known);
  sheet.write(groundKey(ground), open ? { ...ground, recovery: known.recovery } : ground);
  if (known === undefined || !(open || hasHandedOver(known))) return;
  if (cordon !== undefined && cordon.mode !== 'cordon') return;
  sheet.write(recoveryKey(known.recovery), { ...known, readmittedAt: now }).say(walk(known));
}

/** A newer recovery has some of its services, and with them what this one had lost: they wait for word of it. */
export const hasHandedOver = ({ result }: RecoveryRecord): boolean => (result?.outcomes['taken-over'] ?? 0) > 0;

function wordOf(cordon: CordonRecord | undefined, word: Parameters<typeof readmission>[0]): Draft {
  return cordon === undefined ? readmission(word) : exclusion(cordon);
}

const rank: Readonly<Record<'cordon' | RecoveryMode, number>> = { cordon: 0, graceful: 1, ungraceful: 2 };
export const isWeaker = (a: 'cordon' | RecoveryMode, b: RecoveryMode): boolean => rank[a] < rank[b];
