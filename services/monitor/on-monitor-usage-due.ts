import { createHash } from 'node:crypto';
import { monitorUsageDue } from '../../shared/contracts/monitor-usage-due.ts';
import { usagePage, usageSummarized, type UsageDay } from '../../shared/contracts/usage-summarized.ts';
import { handler, type Change, type Handler, type HandlerContext } from '../../shared/pipeline/handler.ts';
import { seriesKey, type SeriesKey, type SeriesRecord } from './metrics/series.ts';
import { deploymentPrefix, type DeploymentRecord } from './record.ts';
import type { MonitorSettings } from './settings.ts';
import { spreadKey, withHours, type SpreadRecord } from './usage/spread.ts';
import { summarize } from './usage/summarize.ts';

/** One page of the fleet: what its deployments used on a day that is over. The next page follows by the same note, at a pace. */
export function onMonitorUsageDue({ sweepPaceMs }: MonitorSettings): Handler {
  return handler({
    consumer: 'monitor/on-monitor-usage-due',
    contract: monitorUsageDue,
    handle: async ({ data: { day, after } }, context) => {
      const from = after === undefined ? {} : { after: `${deploymentPrefix}${after}` };
      const page = await context.records.list<DeploymentRecord>(deploymentPrefix, { ...from, limit: usagePage });
      const writes: Change[] = [];
      const deployments: UsageDay[] = [];
      for (const { value } of page.items) {
        const used = await usedOn(day, value, context);
        if (used === undefined) continue;
        writes.push(used.write);
        deployments.push(used.usage);
      }
      const said = deployments.length === 0 ? [] : [usageSummarized.draft({ day, deployments })];
      if (page.next === undefined) return { writes, events: said };
      const next = { day, after: page.next.slice(deploymentPrefix.length) };
      return { writes, events: [...said, monitorUsageDue.draft(next, { delayMs: sweepPaceMs })] };
    },
  });
}

/** @returns undefined when nothing is known, or nothing has changed since it was said. */
async function usedOn(
  day: string,
  of: DeploymentRecord,
  { records, now }: HandlerContext,
): Promise<{ readonly usage: UsageDay; readonly write: Change } | undefined> {
  const key: SeriesKey = { application: of.application, service: of.service, place: of.target };
  const minutes = await records.get<SeriesRecord>(seriesKey('1m', key));
  const hours = await records.get<SeriesRecord>(seriesKey('1h', key));
  // Nothing arrived since the last hour was over: it is not in yet.
  const spread = withHours(await records.get<SpreadRecord>(spreadKey(key)), minutes, now);
  const usage = summarize(day, { of, hours, spread });
  if (usage === undefined) return undefined;
  const digest = createHash('sha256').update(JSON.stringify(usage)).digest('hex').slice(0, 16);
  if (spread?.said?.[day] === digest) return undefined;
  const value: SpreadRecord = { hours: spread?.hours ?? {}, said: { [day]: digest } };
  return { usage, write: { key: spreadKey(key), value } };
}
