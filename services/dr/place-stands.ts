import type { DataOf } from '../../shared/contracts/contract.ts';
import { drPageDue } from '../../shared/contracts/dr-page-due.ts';
import type { ServicePlacement } from '../../shared/contracts/placement-decided.ts';
import type { HandlerContext, Outcome, Reader } from '../../shared/pipeline/handler.ts';
import { lookAt, measured } from './follow.ts';
import { recoveryKey, scopeGroundPrefix, standKey } from './keys.ts';
import type { GroundRecord, RecoveryRecord, ServiceRecoveryRecord, StandRecord } from './record.ts';
import { isInForce } from './service-recovery.ts';
import { Sheet } from './sheet.ts';
import { emptyStand, withPlacement, withRejection } from './stand.ts';
import { sayStuck, type Work } from './stuck.ts';
import { windowsSince } from './windows.ts';

type Page = DataOf<typeof drPageDue>;

/** What is told of one service; without any of both it is not part of the generation. */
interface Entry {
  readonly service: string;
  readonly placement?: ServicePlacement;
  readonly rejected?: string;
}

/** Notes what a page tells of its services, as far as one transaction takes it; the rest follows by a note to ourselves. */
export async function placeStands(page: Page, { records }: HandlerContext): Promise<Outcome> {
  const recoveries = await underWay(records);
  const since = Math.min(...recoveries.map((each) => each.since));
  const windows = recoveries.length === 0 ? [] : await windowsSince(since, records);
  const work = { sheet: new Sheet(), records, windows };
  const stuck: ServiceRecoveryRecord[] = [];
  const entries = entriesOf(page);
  for (const [index, entry] of entries.entries()) {
    const own = { ...work, sheet: new Sheet(work.sheet) };
    const found = await placeStand(page, entry, recoveries, own);
    if (!work.sheet.add(own.sheet)) {
      work.sheet.say(drPageDue.draft(restOf(page, entries.slice(index))));
      break;
    }
    stuck.push(...found);
  }
  await sayStuck(stuck, work);
  return work.sheet.outcome();
}

function entriesOf({ services, removed, rejected = [] }: Page): readonly Entry[] {
  return [
    ...services.map((placement) => ({ service: placement.service, placement })),
    ...removed.map((service) => ({ service })),
    ...rejected.map(({ service, message }) => ({ service, rejected: message })),
  ];
}

function restOf(page: Page, entries: readonly Entry[]): Page {
  return {
    ...page,
    services: entries.flatMap(({ placement }) => (placement === undefined ? [] : [placement])),
    removed: entries.flatMap(({ service, placement, rejected }) =>
      (placement ?? rejected) === undefined ? [service] : [],
    ),
    rejected: entries.flatMap(({ service, rejected }) =>
      rejected === undefined ? [] : [{ service, message: rejected }],
    ),
  };
}

async function placeStand(
  { application, generation, decidedAt: at }: Page,
  { service, placement, rejected }: Entry,
  recoveries: readonly RecoveryRecord[],
  work: Work,
): Promise<readonly ServiceRecoveryRecord[]> {
  const key = standKey({ application, service });
  const known = (await work.records.get<StandRecord>(key)) ?? emptyStand({ application, service });
  const stand =
    rejected === undefined
      ? withPlacement(known, { generation, at }, placement)
      : withRejection(known, { at, message: rejected });
  if (stand === known) return [];
  work.sheet.write(key, stand);
  return (await foundOnly(stand, recoveries, work)) ?? measured(stand, at, work);
}

/** Heard of only now, it may stand in what was lost before: nobody found it there. */
async function foundOnly(
  stand: StandRecord,
  recoveries: readonly RecoveryRecord[],
  work: Work,
): Promise<readonly ServiceRecoveryRecord[] | undefined> {
  if (recoveries.some(({ recovery }) => recovery === stand.recovery)) return undefined;
  for (const recovery of recoveries) {
    const before = work.sheet.items;
    const found = await lookAt(stand, recovery, work);
    if (work.sheet.items > before) return found;
  }
  return undefined;
}

async function underWay(records: Reader): Promise<readonly RecoveryRecord[]> {
  const { items } = await records.list<GroundRecord>(scopeGroundPrefix, { limit: 1000 });
  // Regions are held by the recovery of their cloud when they were lost with it.
  const ids = new Set(items.flatMap(({ value }) => (value.held === undefined ? [] : [value.held.recovery])));
  const found = await Promise.all([...ids].map((id) => records.get<RecoveryRecord>(recoveryKey(id))));
  return found.flatMap((each) => (each !== undefined && isInForce(each) ? [each] : []));
}
