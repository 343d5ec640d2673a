import type { MeasuredName } from '../../../shared/contracts/monitor-measured-due.ts';
import { badRequest, type QueryAnswer, type QueryRoute } from '../../../shared/ports/http.ts';
import type { RecordStore } from '../../../shared/ports/record-store.ts';
import { ofOneSource } from './one-source.ts';
import { resolutions, valuesOf, type Resolution, type Values } from './ring.ts';
import { withOpenWindows } from './roll-up.ts';
import { seriesKey, seriesOf, seriesPrefix, type SeriesKey, type SeriesRecord } from './series.ts';
import { statisticOf, unitOf } from './statistic.ts';

/** Services in places in one answer; `next` continues. */
const largestPage = 25;

/**
 * What was measured of services: every place of a service (its targets, and `router`), each metric with its points. A point is [start
 * of the step in seconds since the epoch, value], with the minutes it rests on as a third where a step is longer than one. A step that
 * is not there is unknown, never zero.
 *
 * @example GET /v1/metrics/services?application=shop&service=web&resolution=5m
 */
export function metricsRoutes(records: RecordStore): readonly QueryRoute[] {
  return [{ method: 'GET', path: '/metrics/services', answer: ({ search }) => answer(search, records) }];
}

async function answer(search: Readonly<Record<string, string>>, records: RecordStore): Promise<QueryAnswer> {
  const { application, service, resolution = '1m', after } = search;
  if (!isResolution(resolution)) {
    return badRequest(`resolution "${resolution}" is none of ${Object.keys(resolutions).join(', ')}`);
  }
  if (service !== undefined && application === undefined) {
    return badRequest('service needs application beside it');
  }
  // Minutes are there as soon as anything is; the coarser records follow when their first window has settled.
  const prefix = [seriesPrefix('1m'), application, service]
    .filter((part) => part !== undefined)
    .join('/')
    .replace('//', '/');
  const closed = application === undefined ? prefix : `${prefix}/`;
  const from = after === undefined ? {} : { after: `${seriesPrefix('1m')}${after}` };
  const page = await records.list<SeriesRecord>(closed, { limit: largestPage, ...from });
  const series = await Promise.all(
    page.items.map(({ key, value }) => shown({ of: seriesOf('1m', key), minutes: value, resolution }, records)),
  );
  const next = page.next === undefined ? {} : { next: page.next.slice(seriesPrefix('1m').length) };
  return { status: 200, body: { resolution, stepSeconds: resolutions[resolution].step, services: series, ...next } };
}

const isResolution = (text: string): text is Resolution => Object.hasOwn(resolutions, text);

interface Asked {
  readonly of: SeriesKey;
  readonly minutes: SeriesRecord;
  readonly resolution: Resolution;
}

async function shown({ of, minutes, resolution }: Asked, records: RecordStore) {
  const coarse = resolution === '1m' ? undefined : await records.get<SeriesRecord>(seriesKey(resolution, of));
  const kept = coarse?.value.rings ?? {};
  const names = new Set([...Object.keys(kept), ...Object.keys(minutes.rings)] as MeasuredName[]);
  const known = new Map(
    [...names].map((metric) => [metric, { values: valuesOf(minutes.rings[metric], resolutions['1m']) }] as const),
  );
  const metrics = [...ofOneSource(known)].sort(byName).map(([metric, of1m]) => {
    const values = withOpenWindows(metric, kept[metric], of1m.values, resolutions[resolution]);
    return { metric, unit: unitOf(metric), statistic: statisticOf(metric), points: pointsOf(values, resolution) };
  });
  const told = metrics.filter(({ points }) => points.length > 0);
  return { ...of, measuredUntil: new Date(minutes.asOf).toISOString(), metrics: told };
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

function pointsOf(values: Values, resolution: Resolution): number[][] {
  const ordered = [...values].sort(([a], [b]) => a - b);
  return ordered.map(([at, { value, known }]) => (resolution === '1m' ? [at, value] : [at, value, known]));
}
