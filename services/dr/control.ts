import { recoveryFailed } from '../../shared/contracts/recovery-failed.ts';
import { begin, cordonOf, groundOf } from './ground.ts';
import { closeIncident } from './incidents.ts';
import { cordonKey, groundKey, isWhole, openRecoveryKey, recoveringOf, recoveryKey, watchKey } from './keys.ts';
import type { CordonRecord, GroundRecord, RecoveryControl, RecoveryRecord, WatchRecord } from './record.ts';
import { isOpen } from './service-recovery.ts';
import { exclusion, readmission, subjectOf, walk } from './start.ts';
import type { Work } from './stuck.ts';
import { count } from './summary.ts';

type Controlling = Work & { readonly now: number };

export async function control(found: RecoveryRecord, word: RecoveryControl, work: Controlling): Promise<void> {
  const recovery: RecoveryRecord = { ...found, control: word };
  const key = recoveryKey(recovery.recovery);
  const waits = recovery.state === 'waiting';
  if (!waits && !isOpen(recovery)) return;
  switch (word.action) {
    case 'pause':
      // One that waits does not begin while it is held.
      work.sheet.write(key, waits ? recovery : { ...recovery, state: 'paused' });
      if (!waits) await hold(recovery, 'cordon', word, work);
      return;
    case 'resume':
      return resume(recovery, word, work);
    case 'abort':
      return abort(recovery, word, work);
  }
}

/** What is under way goes on; nothing further begins. After readmission there is nothing to hold. */
async function hold(
  recovery: RecoveryRecord,
  mode: 'cordon' | RecoveryRecord['mode'],
  { reason }: RecoveryControl,
  { sheet, records }: Work,
): Promise<void> {
  const { incident } = recovery;
  const why = { reason, ...(incident === undefined ? {} : { incident }) };
  if (recovery.readmittedAt === undefined) sheet.say(exclusion({ ...subjectOf(recovery), mode, ...why }));
  // Regions that were lost with their cloud are out of use by themselves as well.
  for (const { scope, until } of recovery.lost ?? []) {
    const { held, within } = await groundOf({ scope }, records);
    if (held === undefined || within === undefined || until !== undefined) continue;
    sheet.say(exclusion({ scope, mode: mode === 'cordon' ? mode : held.mode, ...why }));
  }
}

async function resume(recovery: RecoveryRecord, word: RecoveryControl, work: Controlling): Promise<void> {
  if (recovery.state === 'waiting') {
    if (recovery.startedAt > work.now) work.sheet.write(recoveryKey(recovery.recovery), recovery);
    else await begin(recovery, await groundOf(recovery, work.records), work);
    return;
  }
  work.sheet.write(recoveryKey(recovery.recovery), { ...recovery, state: 'running' });
  if (recovery.state === 'paused' || recovery.control?.action === 'resume')
    await hold(recovery, recovery.mode, word, work);
}

/** Services that one event names. */
const named = 100;

/** What was done stays done. The scope may be used again, unless it is down, or another operator's word is on it. */
async function abort(recovery: RecoveryRecord, word: RecoveryControl, work: Controlling): Promise<void> {
  const { sheet, records, now } = work;
  const { recovery: id, scope } = recovery;
  const prefix = recoveringOf(id);
  const { items } = await records.list(prefix, { limit: named });
  const services = items
    .map(({ key }) => key.slice(prefix.length).split('/'))
    .map(([application = '', service = '']) => ({
      application,
      service,
    }));
  const message = `aborted: ${word.reason}`.slice(0, 2000);
  const failure = { reason: 'Aborted', message, at: word.at } as const;
  const ended: RecoveryRecord = { ...recovery, state: 'aborted', failure, endedAt: word.at };
  sheet.say(recoveryFailed.draft({ recovery: id, scope, reason: 'Aborted', message, services }));
  const ground = await groundOf(recovery, records);
  const free = await freed(recovery, word, work);
  if (ground.concluded) await closeIncident(id, { scope, reason: message }, work);
  // Regions that are down stay out of use as hard as before it was paused.
  if (recovery.state === 'paused') await hold({ ...recovery, readmittedAt: now }, recovery.mode, word, work);
  await count(ended, work);
  await records.get(openRecoveryKey(id));
  sheet
    .write(recoveryKey(id), free ? { ...ended, readmittedAt: now } : ended)
    .write(openRecoveryKey(id), undefined)
    .say(walk(ended));
  sheet.write(groundKey(recovery), withoutRecovery(ground, free, now));
}

function withoutRecovery(
  { recovery: _over, held, concluded: _drawn, ...ground }: GroundRecord,
  free: boolean,
  now: number,
): GroundRecord {
  return { ...ground, ...(free || held === undefined ? {} : { held }), endedAt: now };
}

/** @returns whether the scope may be used again by what is said here. */
async function freed(
  recovery: RecoveryRecord,
  { reason }: RecoveryControl,
  { sheet, records }: Work,
): Promise<boolean> {
  const subject = subjectOf(recovery);
  const { incident, mode } = recovery;
  const word = { ...subject, reason, ...(incident === undefined ? {} : { incident }) };
  if (recovery.state === 'waiting') return true;
  const watch = isWhole(subject) ? await records.get<WatchRecord>(watchKey(subject.scope)) : undefined;
  if (watch?.incident !== undefined) {
    if (recovery.state === 'paused') sheet.say(exclusion({ ...word, mode }));
    return false;
  }
  const cordon = await cordonOf(subject, records);
  if (cordon === undefined) sheet.say(readmission(word));
  else if (cordon.recovery === recovery.recovery) {
    // The word that asked for it is taken back with it.
    sheet.write(cordonKey(cordon.scope), { ...cordon, lifted: true } satisfies CordonRecord).say(readmission(word));
  } else sheet.say(exclusion(cordon));
  return true;
}
