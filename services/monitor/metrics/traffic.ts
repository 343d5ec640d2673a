import type { DataOf } from '../../../shared/contracts/contract.ts';
import type { Measured } from '../../../shared/contracts/monitor-measured-due.ts';
import type { MeasuredService, trafficMeasured } from '../../../shared/contracts/traffic-measured.ts';
import { router } from './series.ts';

/**
 * What the router saw, as measurements of the minute in which the middle of its window lies. Windows are shorter than a minute or about
 * as long; what a longer one saw cannot be told apart by minutes.
 * @throws RangeError when the window is no window.
 */
export function measuredByRouter({ from, to, services }: DataOf<typeof trafficMeasured>): Measured[] {
  const [start, end] = [Date.parse(from), Date.parse(to)];
  if (Number.isNaN(start) || Number.isNaN(end) || end < start) {
    throw new RangeError(`traffic.measured from "${from}" to "${to}" is no window of time`);
  }
  const middle = Math.floor((start + end) / 2000);
  return services.flatMap((each) => measuredOf(each, middle - (middle % 60)));
}

function measuredOf(of: MeasuredService, at: number): Measured[] {
  const { application, service } = of;
  const values: readonly (readonly [Measured['metric'], number | undefined])[] = [
    ['http.server.request.count', of.requests],
    ['http.server.request.error.count', of.failed],
    ['http.server.request.retry.count', of.retried],
    ['http.server.request.duration.p50', seconds(of.p50Ms)],
    ['http.server.request.duration.p95', seconds(of.p95Ms)],
    ['http.server.request.duration.p99', seconds(of.p99Ms)],
  ];
  return values.flatMap(([metric, value]) =>
    value === undefined
      ? []
      : [{ application, service, place: router, metric, points: [[at, value] as [number, number]] }],
  );
}

const seconds = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : ms / 1000);
