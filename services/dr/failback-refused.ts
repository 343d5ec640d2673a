import type { DataOf } from '../../shared/contracts/contract.ts';
import type { placementRejected } from '../../shared/contracts/placement-rejected.ts';
import type { HandlerContext, Outcome } from '../../shared/pipeline/handler.ts';
import type { FailbackRecord, FailingBackMark } from './failback-record.ts';
import { failbackKey, failingBackPrefix } from './keys.ts';

/** Placement cannot bring back what a failback asked for: it stays where it is, and the failback goes on without it. */
export async function refusedReturn(
  { application, message, services }: DataOf<typeof placementRejected>,
  { records }: HandlerContext,
): Promise<Outcome> {
  const { items } = await records.list<FailingBackMark>(failingBackPrefix, { limit: 100 });
  const reasons = new Map(services.map((each) => [each.service, each.message]));
  const writes: { key: string; value: FailbackRecord }[] = [];
  for (const { value } of items) {
    const key = failbackKey(value.recovery);
    const known = await records.get<FailbackRecord>(key);
    if (known === undefined || !known.batch.some((each) => each.application === application)) continue;
    const batch = known.batch.map((each) =>
      each.application === application ? { ...each, refused: reasons.get(each.service) ?? message } : each,
    );
    writes.push({ key, value: { ...known, batch } });
  }
  return { writes };
}
