import { recommendationApplied } from '../../shared/contracts/recommendation-applied.ts';
import { handler, nothing, type Change } from '../../shared/pipeline/handler.ts';
import { settled } from './recommend/awaited.ts';
import { answered } from './recommend/follow.ts';
import {
  awaitedKey,
  inHand,
  recommendationKey,
  type AwaitedRecord,
  type RecommendationRecord,
} from './recommend/record.ts';

/** What placement made of an accepted recommendation. */
export const onRecommendationApplied = handler({
  consumer: 'cost/on-recommendation-applied',
  contract: recommendationApplied,
  handle: async ({ data, dryrun }, { records, now }) => {
    const key = recommendationKey(data.recommendation);
    const record = await records.get<RecommendationRecord>(key);
    if (dryrun || record === undefined) return nothing;
    const { direction, outcome, generation, reason } = data;
    const awaited = await records.get<AwaitedRecord>(awaitedKey(data.application));
    const answer = { direction, outcome, reason, ...(generation === undefined ? {} : { generation }) };
    const value = answered(record, answer, { awaited, now });
    if (value === record) return nothing;
    const writes: Change[] = [{ key, value }];
    if (awaited !== undefined && !inHand.has(value.state)) {
      writes.push(
        settled(
          awaited,
          awaited.ids.filter((id) => id !== record.id),
        ),
      );
    }
    return { writes };
  },
});
