import type { Draft } from '../../../shared/contracts/contract.ts';
import { metricsCollect, metricsPage } from '../../../shared/contracts/metrics-collect.ts';
import { monitorCollectDue } from '../../../shared/contracts/monitor-collect-due.ts';
import { monitorPrometheusDue } from '../../../shared/contracts/monitor-prometheus-due.ts';
import { regionScope } from '../../../shared/domain/target.ts';
import { toTime } from '../../../shared/ports/clock.ts';
import type { DeploymentRecord } from '../record.ts';
import type { MetricsSettings } from '../settings.ts';

/** When clouds were last asked what they measured. */
export interface RoundRecord {
  readonly at: number;
}
export const roundKey = 'metrics-round';

const minuteMs = 60_000;
/** Clouds tell up to three minutes late, and correct what they told: the last minutes are asked for more than once. */
const lateMs = 5 * minuteMs;
/** What one command may ask for. */
const longestMs = 60 * minuteMs;
/** After a pause, what is older is not asked for: minutes are kept for two hours. */
const oldestMs = 110 * minuteMs;

/** Notes that begin a round at the clouds and at each Prometheus, when one is due: whole minutes since the last one, and some before it. */
export function dueRound(
  last: RoundRecord | undefined,
  now: number,
  { enabled, everyMs, prometheus }: MetricsSettings,
): readonly Draft[] {
  if (!enabled || (last !== undefined && now - last.at < everyMs)) return [];
  const to = now - (now % minuteMs);
  const since = Math.min(last?.at ?? now, now) - lateMs;
  const from = Math.max(since - (since % minuteMs), to - oldestMs);
  const windows: Draft[] = [];
  for (let start = from; start < to; start += longestMs) {
    const end = Math.min(start + longestMs, to);
    const window = { from: toTime(start), to: toTime(end) };
    windows.push(monitorCollectDue.draft(window));
    for (const { name } of prometheus) windows.push(monitorPrometheusDue.draft({ prometheus: name, ...window }));
  }
  return windows;
}

/** What may have been measured: everything that is seen to stand, wanted or still on its way out, where the cloud answers. */
export function isMeasured({ status }: Pick<DeploymentRecord, 'status'>): boolean {
  return status !== 'pending' && status !== 'removed' && status !== 'missing';
}

/** One command per region and page. */
export function collectCommands(
  deployments: readonly DeploymentRecord[],
  { from, to }: { readonly from: string; readonly to: string },
): readonly Draft[] {
  const regions = new Map<string, DeploymentRecord[]>();
  for (const each of deployments) {
    const scope = regionScope(each.target);
    regions.set(scope, [...(regions.get(scope) ?? []), each]);
  }
  return [...regions].flatMap(([scope, all]) =>
    Array.from({ length: Math.ceil(all.length / metricsPage) }, (_, page) => {
      const some = all.slice(page * metricsPage, (page + 1) * metricsPage);
      const identities = some.map(({ application, service, target }) => ({ application, service, target }));
      return metricsCollect.draft({ scope, from, to, deployments: identities });
    }),
  );
}
