import { countOf, meanOf } from '../../core/metrics/spread.ts';
import { lookup } from '../lookup.ts';
import { page } from '../paging.ts';
import { invalidArgument, notFound } from '../status.ts';
import type { Method } from '../world.ts';
import { planOf, type Aggregation, type Plan } from './aggregation.ts';
import { catalogue, type MetricDescriptor, type Value } from './catalogue.ts';
import { parseFilter } from './filter.ts';
import { seriesOf, type Series } from './series.ts';

interface ListTimeSeries {
  readonly name?: string;
  readonly filter?: string;
  readonly interval?: { readonly startTime?: string; readonly endTime?: string };
  readonly aggregation?: Aggregation;
  readonly view?: string;
  readonly pageSize?: number;
  readonly pageToken?: string;
}

const refuse = (field: string, description: string): Error => invalidArgument([{ field, description }], description);
const minute = 60_000;

/** The Cloud Monitoring method that reads: `projects.timeSeries.list`. */
export const monitoringMethods: Readonly<Record<string, Method>> = {
  ListTimeSeries(world, request) {
    const asked = request as ListTimeSeries;
    const project = /^projects\/([^/]+)$/.exec(asked.name ?? '')?.[1];
    if (project === undefined)
      throw refuse('name', `Name must begin with 'projects/{project_id}'; got '${asked.name ?? ''}'.`);
    const filter = parseFilter(asked.filter ?? '');
    const descriptor = lookup(catalogue, filter.metricType);
    if (descriptor === undefined) throw notFound(`metric type '${filter.metricType}'`);
    const stretch = stretchOf(asked, world.context.clock.now());
    const plan = planOf(asked.aggregation, descriptor.valueType, descriptor.kind);
    const raw = seriesOf(world, descriptor, { project, ...stretch }).filter((series) =>
      filter.matches((field) => valueAt(series, field)),
    );
    const answered = reduced(
      raw.map((series) => aligned(series, plan, stretch.to)),
      plan,
    );
    const numbered = answered.map((series, index) => ({ series, sequence: answered.length - index }));
    const { items, nextPageToken } = page('timeSeries', numbered, asked);
    return {
      timeSeries: items.map(({ series }) => written(series, { type: filter.metricType, descriptor, plan })),
      ...(nextPageToken === undefined ? {} : { nextPageToken }),
      unit: descriptor.unit,
    };
  },
};

function valueAt({ resourceType, resource, metric }: Series, selector: string): string | undefined {
  if (selector === 'resource.type') return resourceType;
  if (selector === 'project') return resource['project_id'];
  const [kind, , label = ''] = selector.split('.');
  return lookup(kind === 'resource' ? resource : metric, label);
}

function stretchOf({ interval }: ListTimeSeries, now: number): { readonly from: number; readonly to: number } {
  const to = Date.parse(interval?.endTime ?? '');
  if (Number.isNaN(to))
    throw refuse('interval.endTime', 'Field interval.endTime had an invalid value: it is required.');
  const from = interval?.startTime === undefined ? to : Date.parse(interval.startTime);
  if (Number.isNaN(from) || from > to)
    throw refuse('interval.startTime', 'The start time must be before the end time.');
  if (from > now) throw refuse('interval.startTime', 'The start time must not be in the future.');
  return { from, to };
}

/** Periods end where the interval does, and are counted back from there; one without values has no point. */
function aligned(series: Series, { align, periodMs }: Plan, to: number): Series {
  if (align === undefined) return series;
  const periods = Map.groupBy(
    series.points,
    ({ at }) => to - (Math.floor((to - at - minute) / periodMs) + 1) * periodMs,
  );
  const points = [...periods].map(([at, each]) => ({ at, value: align(each.map(({ value }) => value)) }));
  return { ...series, points: points.sort((a, b) => a.at - b.at) };
}

function reduced(all: readonly Series[], { reduce, groupBy }: Plan): readonly Series[] {
  if (reduce === undefined) return all;
  const groups = Map.groupBy(all, (series) =>
    JSON.stringify([series.resourceType, ...groupBy.map((field) => valueAt(series, field))]),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const times = Map.groupBy(
      group.flatMap(({ points }) => points),
      ({ at }) => at,
    );
    const points = [...times].map(([at, each]) => ({ at, value: reduce(each.map(({ value }) => value)) }));
    const kept = (prefix: string, labels: Readonly<Record<string, string>>) =>
      Object.fromEntries(Object.entries(labels).filter(([label]) => groupBy.includes(`${prefix}.labels.${label}`)));
    const { project_id = '' } = first.resource;
    return [
      {
        resourceType: first.resourceType,
        resource: { project_id, ...kept('resource', first.resource) },
        metric: kept('metric', first.metric),
        points: points.sort((a, b) => a.at - b.at),
      },
    ];
  });
}

interface Writing {
  readonly type: string;
  readonly descriptor: MetricDescriptor;
  readonly plan: Plan;
}

/** Newest point first, as the real service answers. */
function written({ resourceType, resource, metric, points }: Series, { type, descriptor, plan }: Writing): object {
  const { kind } = descriptor;
  const { valueType, periodMs } = plan;
  return {
    metric: { type, labels: metric },
    resource: { type: resourceType, labels: resource },
    metricKind: valueType === 'DOUBLE' ? 'GAUGE' : kind,
    valueType,
    points: [...points].reverse().map(({ at, value }) => ({
      interval: intervalOf(at, periodMs || minute, kind),
      value: valueOf(value, valueType),
    })),
  };
}

function intervalOf(at: number, periodMs: number, kind: MetricDescriptor['kind']): object {
  const end = new Date(at + periodMs).toISOString();
  return { startTime: kind === 'GAUGE' ? end : new Date(at).toISOString(), endTime: end };
}

function valueOf(value: Value, valueType: string): object {
  if (typeof value !== 'number') return { distributionValue: distributionOf(value) };
  return valueType === 'DOUBLE' ? { doubleValue: value } : { int64Value: String(value) };
}

function distributionOf(spread: Exclude<Value, number>): object {
  const ordered = [...spread].sort(([a], [b]) => a - b);
  return {
    count: String(countOf(spread)),
    mean: meanOf(spread),
    bucketOptions: { explicitBuckets: { bounds: ordered.map(([value]) => value) } },
    // The first bucket lies below the first bound.
    bucketCounts: ['0', ...ordered.map(([, count]) => String(count))],
  };
}
