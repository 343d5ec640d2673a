import { placementDecided } from '../../shared/contracts/placement-decided.ts';
import { handler, nothing, type Change } from '../../shared/pipeline/handler.ts';
import { follow } from './estimates/follow.ts';
import { estimateKey, type EstimateRecord } from './estimates/record.ts';
import { askedBy } from './recommend/ask.ts';

/** From now on these services are expected to cost something else, or nothing. */
export const onPlacementDecided = handler({
  consumer: 'cost/on-placement-decided',
  contract: placementDecided,
  handle: async ({ data, time, dryrun }, { records }) => {
    if (dryrun) return nothing;
    const { application, generation, decision, services, removed } = data;
    const at = Date.parse(time);
    const writes: Change[] = [...(await askedBy({ application, generation, decision, at }, records))];
    const named = [
      ...services.map((each) => [each.service, each] as const),
      ...removed.map((service) => [service, undefined] as const),
    ];
    for (const [service, placement] of named) {
      const key = estimateKey(application, service);
      const known = await records.get<EstimateRecord>(key);
      const value = follow(known, { application, service, generation, at }, placement);
      if (value !== known) writes.push({ key, value });
    }
    return { writes };
  },
});
