import { recoveryCheckDue } from '../../shared/contracts/recovery-check-due.ts';
import { recoveryPageDue } from '../../shared/contracts/recovery-page-due.ts';
import type { DataOf } from '../../shared/contracts/contract.ts';
import type { Tier } from '../../shared/contracts/values.ts';
import { covers } from '../../shared/domain/target.ts';
import type { HandlerContext, Outcome, Reader } from '../../shared/pipeline/handler.ts';
import { eachRecord } from '../../shared/pipeline/reading.ts';
import { isWhole, recoveryKey, standKey, standPrefix } from './keys.ts';
import { lookAt } from './follow.ts';
import type { RecoveryRecord, ServiceRecoveryRecord, StandRecord, Subject } from './record.ts';
import { Sheet } from './sheet.ts';
import { isInForce } from './service-recovery.ts';
import { failWith, type Work } from './stuck.ts';
import { windowsSince } from './windows.ts';

const tiers: readonly Tier[] = ['critical', 'standard', 'best-effort'];
/** Stands read in one step. */
const pageSize = 60;

type Due = DataOf<typeof recoveryPageDue>;

/** One page of a recovery's services: as many as one transaction takes. The next page follows by the same note. */
export async function walkPage(page: Due, { records }: HandlerContext): Promise<Outcome> {
  const recovery = await records.get<RecoveryRecord>(recoveryKey(page.recovery));
  if (recovery === undefined || recovery.state === 'waiting') return {};
  const windows = isInForce(recovery) ? await windowsSince(recovery.since, records) : [];
  const work = { sheet: new Sheet(), records, windows };
  const walked = await walkStands(recovery, page, work);
  const next = nextOf(page, walked.next);
  const told = (await work.sheet.over(records).get<RecoveryRecord>(recoveryKey(page.recovery))) ?? recovery;
  const failed = failWith(told, walked.stuck, work.sheet);
  const after = next === undefined ? { ...failed, walked: true } : failed;
  if (after !== told) work.sheet.write(recoveryKey(page.recovery), after);
  const { recovery: id } = page;
  const note = next ?? recoveryCheckDue.draft({ recovery: id, expects: 'progress', since: recovery.since });
  return work.sheet.say(note).outcome();
}

function nextOf(page: Due, after: string | undefined) {
  if (after !== undefined) return recoveryPageDue.draft({ ...page, after });
  const tier = tiers[tiers.indexOf(page.tier) + 1];
  return tier === undefined ? undefined : recoveryPageDue.draft({ recovery: page.recovery, tier, after: '' });
}

interface Walked {
  readonly stuck: readonly ServiceRecoveryRecord[];
  /** Key to go on behind; absent when the tier is through. */
  readonly next?: string;
}

async function walkStands(recovery: RecoveryRecord, { tier, after }: Due, work: Work): Promise<Walked> {
  const { sheet, records } = work;
  const { items, next } = await standsOf(recovery, after, records);
  const stuck: ServiceRecoveryRecord[] = [];
  let last = after;
  for (const { key, value } of items) {
    if (tierOf(value) === tier) {
      const own = { ...work, sheet: new Sheet(work.sheet) };
      const found = await lookAt(value, recovery, own);
      if (!sheet.add(own.sheet)) return { stuck, next: last };
      stuck.push(...found);
    }
    last = key;
  }
  return { stuck, ...(next === undefined ? {} : { next }) };
}

/** By the newest placement that it is part of: a service that was removed since is looked at all the same. */
function tierOf({ placements }: StandRecord): Tier | undefined {
  return (placements.findLast(({ removed }) => !removed) ?? placements.at(-1))?.tier;
}

async function standsOf(recovery: RecoveryRecord, after: string, records: Reader) {
  const { application = '', service = '' } = recovery;
  if (isWhole(recovery)) {
    return records.list<StandRecord>(standPrefix, { limit: pageSize, ...(after === '' ? {} : { after }) });
  }
  const key = standKey({ application, service });
  const value = await records.get<StandRecord>(key);
  return { items: value === undefined ? [] : [{ key, value }], next: undefined };
}

/** How many services stand in what a recovery is about, by what is known. */
export async function countIn(subject: Subject, records: Reader): Promise<number> {
  const { scope, application, service } = subject;
  if (application !== undefined && service !== undefined) {
    const stand = await records.get<StandRecord>(standKey({ application, service }));
    return stand !== undefined && standsIn(stand, scope) ? 1 : 0;
  }
  let count = 0;
  for await (const stand of eachRecord<StandRecord>(records, standPrefix)) count += Number(standsIn(stand, scope));
  return count;
}

export function standsIn(stand: StandRecord, scope: string): boolean {
  return standingOn(stand).some((target) => covers(scope, target));
}

/** Where its newest placement has it. */
export function standingOn({ placements }: StandRecord): readonly string[] {
  const targets = placements.at(-1)?.targets ?? [];
  return targets.filter(({ replicas }) => replicas > 0).map(({ target }) => target);
}
