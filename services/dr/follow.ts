import { isDeepStrictEqual } from 'node:util';
import type { HandlerContext, Outcome } from '../../shared/pipeline/handler.ts';
import { homeOf } from './home.ts';
import { recoveringKey, recoveryKey, serviceRecoveryKey, standKey, type ServiceName } from './keys.ts';
import { measure } from './measure.ts';
import type { RecoveryRecord, ServiceRecoveryRecord, StandRecord } from './record.ts';
import { isInForce, isNewer, openService, sayOf, takenOver, withWord } from './service-recovery.ts';
import { Sheet } from './sheet.ts';
import { emptyStand } from './stand.ts';
import { strike } from './strike.ts';
import { sayStuck, type Work } from './stuck.ts';
import { sayRolloutFailed } from './rollout-failure.ts';
import { clientsIn, touchWindows } from './windows.ts';

/** News of one service: files it on its stand, and measures its recovery by it. Nothing when it is no news. */
export async function follow(
  of: ServiceName,
  change: (stand: StandRecord) => StandRecord,
  { records }: HandlerContext,
  at: number,
): Promise<Outcome> {
  const known = (await records.get<StandRecord>(standKey(of))) ?? emptyStand(of);
  const stand = change(known);
  if (stand === known) return {};
  const work = { sheet: new Sheet().write(standKey(of), stand), records };
  await sayStuck(await measured(stand, at, work), work);
  return work.sheet.outcome();
}

/**
 * Measures the service's recovery by what its stand says now. One that is over is measured again only by what happened before it ended
 * and came late.
 * @returns it, when it has no place since just now.
 */
export async function measured(stand: StandRecord, at: number, work: Work): Promise<readonly ServiceRecoveryRecord[]> {
  const known = await currentOf(stand, work);
  if (known === undefined || (known.endedAt !== undefined && at > known.endedAt)) return [];
  const after = measure(known, stand);
  const stuck = await settle(known, after, work);
  if (after.failures > known.failures)
    await sayRolloutFailed(after, stand, { ...work, records: work.sheet.over(work.records) });
  return stuck;
}

function currentOf(stand: StandRecord, { records }: Work): Promise<ServiceRecoveryRecord | undefined> {
  if (stand.recovery === undefined) return Promise.resolve(undefined);
  return records.get<ServiceRecoveryRecord>(serviceRecoveryKey(stand.recovery, stand));
}

/**
 * Looks at one service for a recovery: takes it up if it stands in what is lost, over from an older recovery where that has it, and
 * brings the word to it that the scope may be used again.
 */
export async function lookAt(
  stand: StandRecord,
  recovery: RecoveryRecord,
  work: Work,
): Promise<readonly ServiceRecoveryRecord[]> {
  const current = await currentOf(stand, work);
  const told = current === undefined ? undefined : withWord(current, recovery);
  const known = told === undefined || told === current ? current : measure(told, stand);
  if (known?.recovery !== recovery.recovery && isInForce(recovery)) {
    const taken = await takeUp(stand, recovery, known, work);
    if (taken !== undefined) return taken;
  }
  return passOn(current, known, work);
}

async function passOn(
  before: ServiceRecoveryRecord | undefined,
  after: ServiceRecoveryRecord | undefined,
  work: Work,
): Promise<readonly ServiceRecoveryRecord[]> {
  return before === undefined || after === undefined ? [] : settle(before, after, work);
}

async function takeUp(
  stand: StandRecord,
  recovery: RecoveryRecord,
  known: ServiceRecoveryRecord | undefined,
  work: Work,
): Promise<readonly ServiceRecoveryRecord[] | undefined> {
  if (known?.outcome === 'open' && !isNewer(recovery, known)) return undefined;
  const found = openService(stand, recovery, known);
  if (found === undefined) return undefined;
  const { sheet, records } = work;
  // Known, it was taken over from this recovery by a newer one, which is over by now: that was its part.
  const key = serviceRecoveryKey(recovery.recovery, stand);
  if ((await records.get(key)) !== undefined) return undefined;
  await keepOpen(recovery, work);
  if (known?.outcome === 'open') await settle(known, takenOver(known, recovery, stand), work);
  sheet.write(standKey(stand), { ...stand, recovery: recovery.recovery });
  const home = await homeOf(known, stand, recovery.startedAt, records);
  const clients = clientsIn(found, work.windows ?? []);
  return enter(key, { ...found, clients, ...(home === undefined ? {} : { home }) }, work);
}

/** It may be found to be over just now, by who does not see this one's mark yet: then one of both looks again. */
async function keepOpen({ recovery, walked }: RecoveryRecord, { sheet, records }: Work): Promise<void> {
  if (!walked) return;
  const key = recoveryKey(recovery);
  sheet.write(key, await sheet.over(records).get(key));
}

/** Its first record; and, unless all has happened already, a mark that its recovery waits for it. */
async function enter(key: string, found: ServiceRecoveryRecord, work: Work): Promise<readonly ServiceRecoveryRecord[]> {
  const { sheet, records } = work;
  const { record, events } = sayOf(found);
  await touchWindows(work);
  sheet.write(key, record).say(...events);
  if (record.outcome !== 'open') return [];
  const mark = recoveringKey(record.recovery, record);
  await records.get(mark);
  sheet.write(mark, { recovery: record.recovery });
  return record.noCandidate === undefined ? [] : [record];
}

/** Writes what is new of it, says its steps, and takes it from the list of those its recovery waits for when it is done. */
async function settle(
  before: ServiceRecoveryRecord,
  after: ServiceRecoveryRecord,
  work: Work,
): Promise<readonly ServiceRecoveryRecord[]> {
  const { record, events } = sayOf(after);
  // What is over stays over.
  const again = before.outcome !== 'open' && after.outcome === 'open';
  if (again || isDeepStrictEqual(record, before)) return [];
  work.sheet.write(serviceRecoveryKey(after.recovery, after), record).say(...events);
  if (before.outcome === 'open' && after.outcome !== 'open') await strike(after, work);
  return after.noCandidate !== undefined && before.noCandidate === undefined ? [record] : [];
}
