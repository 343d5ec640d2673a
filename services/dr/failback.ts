import type { Draft } from '../../shared/contracts/contract.ts';
import { failbackEnded } from '../../shared/contracts/failback-ended.ts';
import { failbackSuggested } from '../../shared/contracts/failback-suggested.ts';
import { recoveryCheckDue } from '../../shared/contracts/recovery-check-due.ts';
import { counted } from '../../shared/domain/counted.ts';
import { advance } from './failback-advance.ts';
import { end } from './failback-end.ts';
import { isOver, type FailbackRecord, type FailingBackMark } from './failback-record.ts';
import { troubleWith, wellSince } from './failback-trouble.ts';
import { isWanted, wishesOf, type Wish } from './failback-wish.ts';
import type { Around } from './ground.ts';
import { failbackKey, failingBackKey, failingBackPrefix, recoveryKey } from './keys.ts';
import { dollars, spelledDifference, total } from './monthly.ts';
import type { RecoveryRecord } from './record.ts';
import { isOpen } from './service-recovery.ts';
import { spelled, subjectOf } from './start.ts';
import type { Reader } from '../../shared/pipeline/handler.ts';

/** Services that one event names. */
const named = 100;
/** Looks that one sweep calls for. */
const mostDue = 30;

/** The scope of a recovery may be used again since `since`; or it is time to look at its failback, where `since` names the look. */
export async function lookAtFailback(recovery: RecoveryRecord, since: number, around: Around): Promise<void> {
  const known = await around.records.get<FailbackRecord>(failbackKey(recovery.recovery));
  if (known === undefined || isOver(known)) {
    if (since > (known?.check ?? -1)) await arise(recovery, since, around);
    return;
  }
  if (known.check === since) return known.state === 'running' ? advance(known, around) : ripen(known, recovery, around);
  if (known.state === 'stabilizing' && since > known.wellAt) await arise(recovery, since, around);
}

/** What a drill took out of use was well all the time: what it moved goes back at once. */
async function arise(recovery: RecoveryRecord, wellAt: number, around: Around): Promise<void> {
  const drill = recovery.drill !== undefined;
  const reason = `${spelled(recovery)} may be used again`;
  const fresh = freshFailback(recovery, { by: drill ? 'drill' : 'mode', reason, wellAt });
  if (drill) return ripen(fresh, recovery, around);
  // Not the moment that this note names: told again later, it would pass for the sweep's.
  return keep({ ...fresh, check: wellAt + 1 }, around, wellAt + around.settings.stabilizationMs);
}

export function freshFailback(
  recovery: RecoveryRecord,
  { by, reason, wellAt }: Pick<FailbackRecord, 'by' | 'reason' | 'wellAt'>,
): FailbackRecord {
  const none = { batch: [], returned: 0, left: [], at: { tier: 'best-effort', after: '' } } as const;
  return {
    recovery: recovery.recovery,
    ...subjectOf(recovery),
    state: 'stabilizing',
    by,
    reason: reason.slice(0, 500),
    wellAt,
    check: wellAt,
    ...none,
  };
}

async function keep(record: FailbackRecord, { sheet, records }: Around, dueAt: number): Promise<void> {
  const { recovery, check } = record;
  const mark: FailingBackMark = { recovery, check, dueAt };
  await records.get(failingBackKey(recovery));
  await records.get(failbackKey(recovery));
  sheet.write(failbackKey(recovery), record).write(failingBackKey(recovery), mark);
}

/** Looks that the sweep calls for: a stabilization takes minutes, and no queue should have to hold it. */
export async function dueFailbacks(records: Reader, now: number): Promise<readonly Draft[]> {
  // Many that are not due yet must not hide one that is.
  const { items } = await records.list<FailingBackMark>(failingBackPrefix, { limit: 1000 });
  const due = items.filter(({ value }) => value.dueAt <= now).slice(0, mostDue);
  return due.map(({ value: { recovery, check } }) =>
    recoveryCheckDue.draft({ recovery, expects: 'stable', since: check }),
  );
}

/** It has been well for a while, or somebody will not wait for that. */
export async function ripen(record: FailbackRecord, recovery: RecoveryRecord, around: Around): Promise<void> {
  const { records, now, settings } = around;
  // When it is used again, that is said anew.
  const trouble = await troubleWith(record, records);
  if (trouble !== undefined && record.by !== 'drill') return forget(record, around);
  const wellAt = Math.max(record.wellAt, record.by === 'mode' ? await wellSince(record.scope, records) : 0);
  const dueAt = record.by === 'mode' ? wellAt + settings.stabilizationMs : now;
  const check = Math.max(now, record.check + 1);
  // Its own recovery may still be busy elsewhere.
  const early = now < dueAt || trouble !== undefined || isOpen(recovery);
  if (early) return keep({ ...record, check }, around, Math.max(dueAt, now + 5_000));
  return begin({ ...record, check }, around);
}

async function begin(record: FailbackRecord, around: Around): Promise<void> {
  const { now } = around;
  const found = await sortedOut(record, around);
  // Moved on by another recovery meanwhile: they go home when that is over.
  if (found.pending > 0 && record.by === 'mode') return keep(record, around, now + 30_000);
  if (found.suggested.length > 0) suggest(record, found.suggested, around);
  const started: FailbackRecord = { ...record, state: 'running', startedAt: now };
  if (found.wanted > 0) return advance(started, around);
  const state = found.suggested.length > 0 ? 'suggested' : 'completed';
  return end({ ...started, state }, around);
}

async function forget({ recovery }: FailbackRecord, { sheet, records }: Around): Promise<void> {
  for (const key of [failbackKey(recovery), failingBackKey(recovery)]) {
    if ((await records.get(key)) !== undefined) sheet.write(key, undefined);
  }
}

interface SortedOut {
  readonly wanted: number;
  readonly suggested: readonly Wish[];
  readonly pending: number;
}

/** How many go back by themselves, and which a person has to ask for: because they say so, or because of what it costs. */
async function sortedOut(record: FailbackRecord, { records, settings }: Around): Promise<SortedOut> {
  let [wanted, pending] = [0, 0];
  const suggested: Wish[] = [];
  for (let after: string | undefined = ''; after !== undefined;) {
    const page: Awaited<ReturnType<typeof wishesOf>> = await wishesOf(record, after, records);
    pending += page.pending;
    for (const wish of page.wishes) {
      if (isWanted(wish, record.by, settings)) wanted += 1;
      else if (wish.mode !== 'off') suggested.push(wish);
    }
    after = page.next;
  }
  return { wanted, suggested, pending };
}

function suggest({ recovery, scope, wellAt }: FailbackRecord, wishes: readonly Wish[], { sheet, now }: Around): void {
  const services = wishes
    .slice(0, named)
    .map(({ application, service, from, targets }) => ({ application, service, from: [...from], to: [...targets] }));
  const well = `${scope} has been well for ${Math.round((now - wellAt) / 1000)} s`;
  const more = total(wishes.map(({ differenceMicros }) => differenceMicros));
  const could = `${counted(wishes.length, 'service')} could go back`;
  const reason = `${well}: ${could}, ${spelledDifference(more)}; homeostasis failback ${recovery} does it`;
  const cost = more === undefined ? {} : { monthlyDifference: dollars(more) };
  sheet.say(failbackSuggested.draft({ recovery, scope, services, ...cost, reason: reason.slice(0, 500) }));
}

/** Somebody wants it now: he does not wait for the stabilization, but nothing goes into what is unwell. */
export async function request(recovery: string, reason: string, around: Around): Promise<void> {
  const { records } = around;
  const found = await records.get<RecoveryRecord>(recoveryKey(recovery));
  if (found === undefined) {
    return refuse({ recovery }, `there is no recovery ${recovery}: GET /v1/recoveries lists them`, around);
  }
  const known = await records.get<FailbackRecord>(failbackKey(recovery));
  if (known?.state === 'running') return;
  const against = await refusalOf(found, records);
  if (against !== undefined) return refuse({ recovery, scope: found.scope }, against, around);
  await ripen(asked(found, known, reason, around.now), found, around);
}

function asked(of: RecoveryRecord, known: FailbackRecord | undefined, reason: string, now: number): FailbackRecord {
  const wellAt = known?.wellAt ?? of.readmittedAt ?? of.endedAt ?? now;
  const check = Math.max(now, (known?.check ?? 0) + 1);
  return { ...freshFailback(of, { by: 'operator', reason, wellAt }), check };
}

function refuse(of: { readonly recovery: string; readonly scope?: string }, why: string, { sheet }: Around): void {
  sheet.say(failbackEnded.draft({ ...of, outcome: 'refused', returned: 0, left: [], reason: why.slice(0, 1000) }));
}

async function refusalOf(recovery: RecoveryRecord, records: Reader): Promise<string | undefined> {
  if (isOpen(recovery) || recovery.state === 'waiting') {
    return `recovery ${recovery.recovery} is ${recovery.state}: it has to be over first`;
  }
  const against = await troubleWith(recovery, records);
  return against === undefined ? undefined : `nothing goes back now: ${against}`;
}
