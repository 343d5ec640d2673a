import type { Draft } from '../../shared/contracts/contract.ts';
import { recoveryCheckDue } from '../../shared/contracts/recovery-check-due.ts';
import type { Reader } from '../../shared/pipeline/handler.ts';
import { cordonOf } from './ground.ts';
import { closeIncident } from './incidents.ts';
import { groundKey, openRecoveryKey, recoveryKey } from './keys.ts';
import type { CordonRecord, GroundRecord, RecoveryRecord } from './record.ts';
import { isOpen } from './service-recovery.ts';
import { exclusion, readmission, subjectOf, walk } from './start.ts';
import type { Work } from './stuck.ts';

type Releasing = Work & { readonly now: number };

/**
 * Nothing is wrong with it any more. Where an operator has said something, that is in force again; else it may be used, and what
 * waited for a place has one.
 * @param said the readmission has been said already
 */
export async function release(ground: GroundRecord, reason: string, work: Releasing, said = false): Promise<void> {
  const { listed, ...own } = ground;
  const known = await recoveryOf(own, work.records);
  if (known?.state === 'waiting') await callOff(known, own, work);
  else if (own.held !== undefined) await letUse({ ...own, held: own.held }, { known, reason, said }, work);
  else return;
  if (listed !== undefined) await tellCloud(listed, own, work);
}

/** Its cloud was taken for lost while it had a recovery of its own already. */
async function tellCloud(recovery: string, { scope }: GroundRecord, work: Releasing): Promise<void> {
  const cordon = await cordonOf({ scope }, work.records);
  partIsBack(await work.sheet.over(work.records).get<RecoveryRecord>(recoveryKey(recovery)), scope, cordon, work);
}

interface Word {
  readonly known: RecoveryRecord | undefined;
  readonly reason: string;
  readonly said: boolean;
}

async function letUse(
  { held, recovery: _going, concluded, within, ...rest }: GroundRecord & Required<Pick<GroundRecord, 'held'>>,
  { known, reason, said }: Word,
  work: Releasing,
): Promise<void> {
  const { sheet, records, now } = work;
  const cordon = said ? undefined : await cordonOf(rest, records);
  const own = within === undefined ? known?.incident : undefined;
  if (!said) sheet.say(wordOf(cordon, { ...subjectOf(rest), reason, incident: own ?? held.recovery }));
  if (concluded) await closeIncident(held.recovery, { scope: rest.scope, reason }, work);
  if (within === undefined) comeBack(known, { ...rest, ...(concluded ? { concluded } : {}) }, cordon, work);
  else {
    sheet.write(groundKey(rest), rest);
    partIsBack(known, rest.scope, cordon, work);
  }
  if (cordon === undefined) sheet.say(mayGoBack(held.recovery, now));
}

/** It never began. */
async function callOff({ recovery }: RecoveryRecord, ground: GroundRecord, { records, sheet }: Work): Promise<void> {
  const { held: _none, recovery: _going, ...rest } = ground;
  await records.get(openRecoveryKey(recovery));
  sheet
    .write(recoveryKey(recovery), undefined)
    .write(openRecoveryKey(recovery), undefined)
    .write(groundKey(ground), rest);
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
  { concluded, ...ground }: GroundRecord,
  cordon: CordonRecord | undefined,
  { sheet, now }: Releasing,
): void {
  // Regions of a cloud may stay lost for long: what waits for them does not keep the cloud from being recovered anew.
  const open = known !== undefined && isOpen(known) && !concluded;
  sheet.write(groundKey(ground), open ? { ...ground, recovery: known.recovery } : ground);
  if (known === undefined || !(isOpen(known) || hasHandedOver(known))) return;
  if (cordon !== undefined && cordon.mode !== 'cordon') return;
  sheet.write(recoveryKey(known.recovery), { ...known, readmittedAt: now }).say(walk(known));
}

/** One region of a cloud that was lost may be used again, as far as it is concerned. */
function partIsBack(
  cloud: RecoveryRecord | undefined,
  scope: string,
  cordon: CordonRecord | undefined,
  { sheet, now }: Releasing,
): void {
  if (cloud === undefined || (cordon !== undefined && cordon.mode !== 'cordon')) return;
  const lost = (cloud.lost ?? []).map((each) => (each.scope === scope ? { ...each, until: now } : each));
  sheet.write(recoveryKey(cloud.recovery), { ...cloud, lost });
  if (isOpen(cloud) || hasHandedOver(cloud)) sheet.say(walk(cloud));
}

/** A newer recovery has some of its services, and with them what this one had lost: they wait for word of it. */
export const hasHandedOver = ({ result }: RecoveryRecord): boolean => (result?.outcomes['taken-over'] ?? 0) > 0;

function wordOf(cordon: CordonRecord | undefined, word: Parameters<typeof readmission>[0]): Draft {
  return cordon === undefined ? readmission(word) : exclusion(cordon);
}
