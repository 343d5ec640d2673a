import { metricsPage } from '../../shared/contracts/metrics-collect.ts';
import { monitorPrometheusDue } from '../../shared/contracts/monitor-prometheus-due.ts';
import { handler, nothing, type Handler, type Reader } from '../../shared/pipeline/handler.ts';
import type { FleetMetrics } from '../../shared/ports/metric-source.ts';
import { askPrometheus, tellsOf } from './metrics/ask-prometheus.ts';
import { isMeasured } from './metrics/collect-round.ts';
import { deploymentPrefix, type DeploymentRecord } from './record.ts';
import type { MonitorSettings } from './settings.ts';

/** What reads each Prometheus, by its name in the configuration. */
export type PrometheusSources = ReadonlyMap<string, FleetMetrics>;

/**
 * One page of the fleet: a Prometheus is asked what it measured of it, and the answer is said as a cloud's is; the next page follows by
 * the same note. A region that is silent is asked about as well: it is not the region that answers. No deployer stands behind a
 * Prometheus, so that monitor asks by itself; it only reads, and a note that comes twice does no harm.
 */
export function onMonitorPrometheusDue({ metrics }: MonitorSettings, sources: PrometheusSources): Handler {
  return handler({
    consumer: 'monitor/on-monitor-prometheus-due',
    contract: monitorPrometheusDue,
    handle: async ({ data }, { records }) => {
      const { prometheus: name } = data;
      const source = sources.get(name);
      // Taken out of the configuration since the round began.
      if (source === undefined) return nothing;
      const page = await readPage(data.after, records);
      const next = page.next === undefined ? [] : [monitorPrometheusDue.draft({ ...data, after: page.next })];
      const asked = page.deployments.filter((each) => isMeasured(each) && tellsOf(name, each.target, metrics));
      if (asked.length === 0) return { events: next };
      const identities = asked.map(({ application, service, target }) => ({ application, service, target }));
      const { events, answered } = await askPrometheus({ name, source }, identities, data);
      // The next round asks for these minutes once more.
      return { events: answered ? [...events, ...next] : events };
    },
  });
}

interface Page {
  readonly deployments: readonly DeploymentRecord[];
  /** Deployment id to continue after. */
  readonly next?: string;
}

/** All places of a service are on one page: only so is it seen that a series without a place fits several. */
async function readPage(from: string | undefined, records: Reader): Promise<Page> {
  const after = from === undefined ? {} : { after: `${deploymentPrefix}${from}` };
  const { items, next } = await records.list<DeploymentRecord>(deploymentPrefix, { ...after, limit: metricsPage });
  if (next === undefined) return { deployments: items.map(({ value }) => value) };
  const last = items.at(-1)?.value;
  const whole = items.findLastIndex(({ value }) => !isSameService(value, last)) + 1;
  const taken = whole === 0 ? items : items.slice(0, whole);
  const end = taken.at(-1)?.key ?? next;
  return { deployments: taken.map(({ value }) => value), next: end.slice(deploymentPrefix.length) };
}

const isSameService = (a: DeploymentRecord, b: DeploymentRecord | undefined): boolean =>
  a.application === b?.application && a.service === b.service;
