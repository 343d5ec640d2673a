import { mergeSpreads } from '../../core/metrics/spread.ts';
import type { MinuteBook } from '../../core/metrics/minute-book.ts';
import { badRequest, notFound } from '../errors.ts';
import { isObject, type Call, type Reply, type Route } from '../http.ts';
import type { ArmResource, AzureState } from '../state.ts';
import { aggregate, type MetricDefinition, type Sample } from './catalogue.ts';
import { measuredOf } from './measured.ts';
import { readQuery, type BatchQuery, type Condition } from './query.ts';

const versions = ['2023-10-01', '2024-02-01'];

/**
 * `metrics:getBatch` of `<region>.metrics.monitor.azure.com`: up to fifty resources of one type, one region and one subscription. Here
 * it is on the port of Azure Resource Manager, as everything else; the region is that of the resources.
 */
export function monitorRoutes(state: AzureState, minutes: MinuteBook): readonly Route[] {
  return [
    {
      operation: 'MetricsBatch_Batch',
      method: 'POST',
      pattern: '/subscriptions/{subscription}/metrics:getBatch',
      versions,
      region: (call) => state.resource(firstId(call))?.region ?? 'global',
      handle: (call) => batch(state, minutes, call),
    },
  ];
}

function firstId({ body }: Call): string {
  const ids = isObject(body) ? body['resourceids'] : undefined;
  return Array.isArray(ids) && typeof ids[0] === 'string' ? ids[0] : '';
}

function batch(state: AzureState, minutes: MinuteBook, call: Call): Reply {
  const query = readQuery(call);
  const resources = query.resources.map((id) => requireResource(state, id, query));
  const [first] = resources;
  const foreign = resources.find(
    ({ region, subscription }) => region !== first?.region || subscription !== call.params['subscription'],
  );
  if (foreign !== undefined) {
    throw badRequest('BadRequest', `Resource ${foreign.id} is not in the region and subscription of the others.`);
  }
  return { status: 200, body: { values: resources.map((resource) => answer(resource, query, minutes)) } };
}

function requireResource(state: AzureState, id: string, { namespace }: BatchQuery): ArmResource {
  const resource = state.resource(id);
  if (resource === undefined) throw notFound('ResourceNotFound', `The Resource '${id}' was not found.`);
  if (resource.type.toLowerCase() === namespace) return resource;
  throw badRequest('BadRequest', `Resource ${id} is no ${namespace}.`);
}

function answer(resource: ArmResource, query: BatchQuery, minutes: MinuteBook): object {
  const times = { starttime: new Date(query.from).toISOString(), endtime: new Date(query.to).toISOString() };
  return {
    ...times,
    interval: `PT${query.intervalMs / 60_000}M`,
    namespace: resource.type,
    resourceregion: resource.region,
    resourceid: resource.id,
    value: query.metrics.map(([name, definition]) => ({
      id: `${resource.id}/providers/Microsoft.Insights/metrics/${name}`,
      type: 'Microsoft.Insights/metrics',
      name: { value: name, localizedValue: name },
      unit: definition.unit,
      errorCode: 'Success',
      timeseries: seriesOf(resource, { definition, query, minutes }),
    })),
  };
}

interface Asked {
  readonly definition: MetricDefinition;
  readonly query: BatchQuery;
  readonly minutes: MinuteBook;
}

interface Timed {
  readonly at: number;
  readonly sample: Sample;
}

function seriesOf(resource: ArmResource, { definition, query, minutes }: Asked): object[] {
  const { workload, size } = measuredOf(resource);
  const samples = minutes.read(workload, query).flatMap(({ at, replicas }) =>
    definition
      .samples(replicas, size)
      .filter(matches(query.conditions))
      .map((sample): Timed => ({ at, sample })),
  );
  const split = query.conditions.map(({ dimension }) => dimension);
  const groups = Map.groupBy(samples, ({ sample }) =>
    JSON.stringify(split.map((dimension) => dimensionOf(sample, dimension))),
  );
  // Without a filter there is one series whether anything was measured or not.
  if (split.length === 0) return [{ metadatavalues: [], data: dataOf(samples, query) }];
  return [...groups.values()].map((group) => ({
    metadatavalues: split.map((dimension) => ({
      name: { value: dimension.toLowerCase(), localizedValue: dimension.toLowerCase() },
      value: group[0] === undefined ? '' : dimensionOf(group[0].sample, dimension),
    })),
    data: dataOf(group, query),
  }));
}

const dimensionOf = ({ dimensions }: Sample, dimension: string): string =>
  Object.entries(dimensions).find(([name]) => name.toLowerCase() === dimension.toLowerCase())?.[1] ?? '';

const matches =
  (conditions: readonly Condition[]) =>
  (sample: Sample): boolean =>
    conditions.every(({ dimension, values }) => values === '*' || values.includes(dimensionOf(sample, dimension)));

/** A step without a sample stands there with its time and no value: unknown, not zero. */
function dataOf(samples: readonly Timed[], { from, to, intervalMs, aggregations }: BatchQuery): object[] {
  const start = Math.floor(from / 60_000) * 60_000;
  const steps = Map.groupBy(samples, ({ at }) => Math.floor((at - start) / intervalMs));
  return Array.from({ length: Math.ceil((to - start) / intervalMs) }, (_, index) => {
    const timeStamp = new Date(start + index * intervalMs).toISOString();
    const found = steps.get(index);
    if (found === undefined) return { timeStamp };
    const values = mergeSpreads(found.map(({ sample }) => sample.values));
    return { timeStamp, ...Object.fromEntries(aggregations.map((name) => [name, aggregate(name, values)])) };
  });
}
