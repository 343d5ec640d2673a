import { usageSummarized } from '../../shared/contracts/usage-summarized.ts';
import { handler, nothing, type Change } from '../../shared/pipeline/handler.ts';
import { usageKey, withUsage, type UsageRecord } from './recommend/usage-record.ts';

/** What deployments used on a day, kept for two months: what recommendations rest on. */
export const onUsageSummarized = handler({
  consumer: 'cost/on-usage-summarized',
  contract: usageSummarized,
  handle: async ({ data: { day, deployments }, dryrun }, { records }) => {
    if (dryrun) return nothing;
    const writes: Change[] = [];
    const services = Map.groupBy(deployments, ({ application, service }) => usageKey(application, service));
    for (const [key, said] of services) {
      writes.push({ key, value: withUsage(await records.get<UsageRecord>(key), day, said) });
    }
    return { writes };
  },
});
