import { recoveryCheckDue } from '../../shared/contracts/recovery-check-due.ts';
import { serviceReturn } from '../../shared/contracts/service-return.ts';
import type { Tier } from '../../shared/contracts/values.ts';
import { end } from './failback-end.ts';
import { progressOf, returnOf, type Progress } from './failback-progress.ts';
import type { FailbackRecord, FailingBackMark, LeftBehind, Returning } from './failback-record.ts';
import { troubleWith } from './failback-trouble.ts';
import { isWanted, wishesOf, type Wish } from './failback-wish.ts';
import type { Around } from './ground.ts';
import { failbackKey, failingBackKey, standKey } from './keys.ts';
import type { StandRecord } from './record.ts';
import { earliest } from './served.ts';

/** What matters least goes first: it finds out whether the scope bears it. */
const order: readonly Tier[] = ['best-effort', 'standard', 'critical'];
/** Services that one step sends: their record, and their commands, fit one transaction. */
const mostAtOnce = 50;
/** Services that an event, and the record, name. */
const named = 100;

/** Looks at what is under way; and sends the next batch only when all of it is settled and nothing speaks against it. */
export async function advance(record: FailbackRecord, around: Around): Promise<void> {
  const trouble = await troubleWith(record, around.records);
  const looked = await lookAtBatch(record, around);
  if (trouble !== undefined) return stop(looked.record, `stopped: ${trouble}`, around);
  if (looked.failed !== undefined) return stop(looked.record, `stopped: ${looked.failed}`, around);
  if (looked.record.batch.length > 0) return wait(sendAgain(looked, around), around);
  const next = await nextBatch(looked.record, around);
  if (next.batch.length === 0) return end({ ...next, state: 'completed' }, around);
  command(next, around);
  return wait(next, around);
}

/** What has begun to move is seen through by placement and rollout, make before break. */
function stop(record: FailbackRecord, why: string, around: Around): Promise<void> {
  const left = record.batch.map(({ application, service }) => ({ application, service, reason: 'was on its way' }));
  return end({ ...record, state: 'stopped', left: [...record.left, ...left].slice(0, named) }, around, why);
}

/** Placement answers within seconds. What it decided may have been overtaken by another decision before anybody was told of it. */
const answersWithinMs = 60_000;

function sendAgain({ record, unheard }: Looked, around: Around): FailbackRecord {
  const { now } = around;
  const lost = record.batch.filter(
    (each) => unheard.has(each) && now - (each.sentAgainAt ?? each.sentAt) >= answersWithinMs,
  );
  command({ ...record, batch: lost }, around);
  return {
    ...record,
    batch: record.batch.map((each) => (lost.includes(each) ? { ...each, sentAgainAt: now } : each)),
  };
}

interface Looked {
  readonly record: FailbackRecord;
  /** Of the batch: those of which placement has said nothing. */
  readonly unheard: ReadonlySet<Returning>;
  readonly failed?: string;
}

async function lookAtBatch(record: FailbackRecord, { records, now }: Around): Promise<Looked> {
  const stands = await Promise.all(record.batch.map((item) => records.get<StandRecord>(standKey(item))));
  const begun = record.batch.map((item, i) => {
    const stand = stands[i];
    return { item, at: stand === undefined ? undefined : returnOf(item, stand)?.at };
  });
  const found = record.batch.map((item, i): readonly [Returning, Progress] => {
    const others = begun.filter((each) => each.item.application === item.application).map(({ at }) => at);
    return [item, progressOf(item, stands[i], { now, othersAt: earliest(others) })];
  });
  const left = found.flatMap(([item, progress]): LeftBehind[] => {
    if (progress.kind !== 'left' && progress.kind !== 'failed') return [];
    const { application, service } = item;
    return [{ application, service, reason: progress.reason.slice(0, 500) }];
  });
  const failed = found.find(([, { kind }]) => kind === 'failed');
  const next: FailbackRecord = {
    ...record,
    batch: found.filter(([, { kind }]) => kind === 'under-way').map(([item]) => item),
    returned: record.returned + found.filter(([, { kind }]) => kind === 'returned').length,
    left: [...record.left, ...left].slice(0, named),
  };
  const unheard = new Set(begun.filter((each) => each.at === undefined).map(({ item }) => item));
  return { record: next, unheard, ...(failed === undefined ? {} : { failed: spelled(failed) }) };
}

function spelled([{ application, service }, progress]: readonly [Returning, Progress]): string {
  return `${application}/${service} failed on its way back${progress.kind === 'failed' ? `, ${progress.reason}` : ''}`;
}

/** Goes on where it stopped, tier by tier, until the batch is full or there is nobody left. */
async function nextBatch(record: FailbackRecord, { records, now, settings }: Around): Promise<FailbackRecord> {
  const size = Math.min(settings.maximumConcurrent, mostAtOnce);
  const batch: Returning[] = [];
  let { tier, after } = record.at;
  for (;;) {
    const page = await pageOf(record, { tier, after }, { records, settings });
    for (const wish of page.wishes) {
      after = wish.key;
      batch.push(returning(wish, now));
      if (batch.length === size) return { ...record, batch, at: { tier, after } };
    }
    if (page.next !== undefined) after = page.next;
    else {
      const following = order[order.indexOf(tier) + 1];
      if (following === undefined) return { ...record, batch, at: { tier, after } };
      [tier, after] = [following, ''];
    }
  }
}

async function pageOf(
  record: FailbackRecord,
  at: FailbackRecord['at'],
  { records, settings }: Pick<Around, 'records' | 'settings'>,
) {
  const page = await wishesOf(record, at.after, records);
  return {
    ...page,
    wishes: page.wishes.filter((each) => each.tier === at.tier && isWanted(each, record.by, settings)),
  };
}

function returning({ application, service, targets, generation }: Wish, sentAt: number): Returning {
  return { application, service, targets: targets.slice(0, 40), sentAt, generation };
}

/** One command per application: its services are placed together. */
function command({ recovery, scope, batch }: FailbackRecord, { sheet }: Around): void {
  const reason = `${scope} is well again: back to where they stood before ${recovery}`.slice(0, 500);
  for (const application of new Set(batch.map((each) => each.application))) {
    const own = batch.filter((each) => each.application === application);
    const services = own.map(({ service, targets }) => ({ service, targets: [...targets] }));
    sheet.say(serviceReturn.draft({ recovery, application, services, reason }));
  }
}

/** Looks again soon at first, then every so often. The sweep looks too, should that note be lost. */
async function wait(record: FailbackRecord, { sheet, records, now }: Around): Promise<void> {
  const { recovery } = record;
  const check = Math.max(now, record.check + 1);
  const sentAt = Math.max(...record.batch.map((each) => each.sentAt));
  const delayMs = Math.min(30_000, Math.max(500, Math.round((now - sentAt) / 4)));
  const mark: FailingBackMark = { recovery, check, dueAt: now + 2 * delayMs + 60_000 };
  await records.get(failbackKey(recovery));
  await records.get(failingBackKey(recovery));
  sheet
    .write(failbackKey(recovery), { ...record, check } satisfies FailbackRecord)
    .write(failingBackKey(recovery), mark)
    .say(recoveryCheckDue.draft({ recovery, expects: 'stable', since: check }, { delayMs }));
}
