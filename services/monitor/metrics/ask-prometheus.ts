import type { Draft } from '../../../shared/contracts/contract.ts';
import { metricsCollected, type MetricSeries } from '../../../shared/contracts/metrics-collected.ts';
import { counted } from '../../../shared/domain/counted.ts';
import { covers, regionScope } from '../../../shared/domain/target.ts';
import type { FleetMetrics, MeasuredDeployment } from '../../../shared/ports/metric-source.ts';
import type { MetricsSettings } from '../settings.ts';

/** Whole minutes, RFC 3339. */
export interface Window {
  readonly from: string;
  readonly to: string;
}

/** Whether it is this one that tells of a target: of several, the first in the configuration is asked. */
export function tellsOf(name: string, target: string, { prometheus }: Pick<MetricsSettings, 'prometheus'>): boolean {
  const first = prometheus.find(
    ({ targets }) => targets === undefined || targets.some((scope) => covers(scope, target)),
  );
  return first?.name === name;
}

export interface Answer {
  readonly events: readonly Draft[];
  /** False when it did not answer, or refused: to ask it for more just now would be no better. */
  readonly answered: boolean;
}

/** Deployments in one message: what its reader keeps in one transaction. */
const measuredPage = 15;

/** Asks for one page, and says for each region in it what was measured, or that nothing is known and why. */
export async function askPrometheus(
  { name, source }: { readonly name: string; readonly source: FleetMetrics },
  deployments: readonly MeasuredDeployment[],
  { from, to }: Window,
): Promise<Answer> {
  const regions = Map.groupBy(deployments, ({ target }) => regionScope(target));
  const window = { from: Date.parse(from) / 1000, to: Date.parse(to) / 1000 };
  const about = { prometheus: name, from, to };
  const series = await source.collect({ deployments, ...window }).catch(asError);
  if (series instanceof Error) {
    const why = { status: 'unavailable' as const, message: `${series.name}: ${series.message}`.slice(0, 2000) };
    const events = [...regions.keys()].map((scope) => metricsCollected.draft({ scope, ...why, ...about, series: [] }));
    return { events, answered: false };
  }
  const events = [...regions].flatMap(([scope, asked]) => {
    const own = series.filter(({ target, points }) => points.length > 0 && regionScope(target) === scope);
    const message = `${counted(numberOf(own), 'deployment')} of ${asked.length} measured`;
    return pagesOf(own).map((page) =>
      metricsCollected.draft({ scope, status: 'collected', message, ...about, series: page }),
    );
  });
  return { events, answered: true };
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

const ownerOf = ({ application, service, target }: MetricSeries): string => `${application}/${service}/${target}`;
const numberOf = (series: readonly MetricSeries[]): number => new Set(series.map(ownerOf)).size;

/** A region of which nothing is measured has a page too: that it was asked is told. */
function pagesOf(series: readonly MetricSeries[]): MetricSeries[][] {
  const groups = [...Map.groupBy(series, ownerOf).values()];
  const pages = Math.max(1, Math.ceil(groups.length / measuredPage));
  return Array.from({ length: pages }, (_, page) =>
    groups.slice(page * measuredPage, (page + 1) * measuredPage).flat(),
  );
}
