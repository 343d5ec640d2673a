import { badRequest } from '../errors.ts';
import { isObject, type Call } from '../http.ts';
import { aggregations, catalogue, type AggregationName, type MetricDefinition } from './catalogue.ts';

/** One condition of `filter`: `statusCodeCategory eq '5xx'`; `*` splits by the dimension. */
export interface Condition {
  readonly dimension: string;
  readonly values: readonly string[] | '*';
}

export interface BatchQuery {
  readonly namespace: string;
  readonly metrics: readonly (readonly [name: string, definition: MetricDefinition])[];
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly intervalMs: number;
  readonly aggregations: readonly AggregationName[];
  readonly conditions: readonly Condition[];
  readonly resources: readonly string[];
}

/** learn.microsoft.com/rest/api/monitor/metrics-batch: resources in one call. */
const mostResources = 50;
/** Time grains that platform metrics have. */
const intervals: Readonly<Record<string, number>> = { PT1M: 1, PT5M: 5, PT15M: 15, PT30M: 30, PT1H: 60 };

const invalid = (message: string): Error => badRequest('BadRequest', message);

function requiredTime(call: Call, name: string): number {
  const at = Date.parse(call.query.get(name) ?? '');
  if (Number.isNaN(at)) throw invalid(`The time '${call.query.get(name) ?? ''}' of ${name} is not valid.`);
  return at;
}

function listOf(call: Call, name: string): string[] {
  return (call.query.get(name) ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function metricsOf(call: Call, namespace: string): BatchQuery['metrics'] {
  const known = Object.hasOwn(catalogue, namespace) ? catalogue[namespace] : undefined;
  if (known === undefined) throw invalid(`Metric namespace '${namespace}' is not known.`);
  const names = listOf(call, 'metricnames');
  if (names.length === 0) throw invalid('The metricnames query parameter is required.');
  return names.map((asked) => {
    const [name, definition] = Object.entries(known).find(([each]) => each.toLowerCase() === asked.toLowerCase()) ?? [];
    if (name !== undefined && definition !== undefined) return [name, definition] as const;
    throw invalid(
      `Failed to find metric configuration for provider: ${namespace}, metric: ${asked}, Valid metrics: ${Object.keys(known).join(',')}`,
    );
  });
}

function conditionsOf(filter: string | null): Condition[] {
  if (filter === null || filter.trim() === '') return [];
  return filter.split(/\s+and\s+/i).map((part) => {
    const found = [...part.matchAll(/(?:^|\s+or\s+)\s*\(?\s*(\w+)\s+eq\s+'([^']*)'\s*\)?\s*(?=$|\s+or\s)/gi)];
    const [first] = found;
    const names = new Set(found.map(([, name = '']) => name.toLowerCase()));
    if (first === undefined || names.size !== 1) throw invalid(`The filter '${part}' is not valid.`);
    const values = found.map(([, , value = '']) => value);
    return { dimension: first[1] ?? '', values: values.includes('*') ? '*' : values };
  });
}

function checkDimensions(conditions: readonly Condition[], metrics: BatchQuery['metrics']): void {
  for (const { dimension } of conditions) {
    const without = metrics.find(
      ([, { dimensions }]) => !dimensions.some((each) => each.toLowerCase() === dimension.toLowerCase()),
    );
    if (without === undefined) continue;
    throw invalid(
      `Metric: ${without[0]} does not support requested dimension combination: ${dimension}, supported ones are: ${without[1].dimensions.join(',')}`,
    );
  }
}

function resourcesOf(body: unknown): string[] {
  const ids = isObject(body) ? body['resourceids'] : undefined;
  if (!Array.isArray(ids) || ids.length === 0 || !ids.every((id) => typeof id === 'string')) {
    throw invalid('The request body must hold resourceids, a list of resource ids.');
  }
  if (ids.length > mostResources)
    throw invalid(`The number of resource ids is ${ids.length}; at most ${mostResources} are allowed.`);
  return ids;
}

/** Reads and checks a batch query, before any resource is looked at. */
export function readQuery(call: Call): BatchQuery {
  const namespace = (call.query.get('metricnamespace') ?? '').toLowerCase();
  const metrics = metricsOf(call, namespace);
  const [from, to] = [requiredTime(call, 'starttime'), requiredTime(call, 'endtime')];
  if (from >= to) throw invalid(`The start time ${call.query.get('starttime') ?? ''} must be before the end time.`);
  const interval = intervals[call.query.get('interval') ?? 'PT1M'];
  if (interval === undefined)
    throw invalid(
      `Time grain '${call.query.get('interval') ?? ''}' is not supported; supported ones are ${Object.keys(intervals).join(', ')}`,
    );
  const names = listOf(call, 'aggregation').map((name) => name.toLowerCase());
  const asked = aggregations.filter((name) => names.includes(name));
  if (asked.length !== new Set(names).size)
    throw invalid(`The aggregation '${call.query.get('aggregation') ?? ''}' is not valid.`);
  const conditions = conditionsOf(call.query.get('filter'));
  checkDimensions(conditions, metrics);
  const aggregationsOf: readonly AggregationName[] = asked.length === 0 ? ['average'] : asked;
  return {
    namespace,
    metrics,
    from,
    to,
    intervalMs: interval * 60_000,
    aggregations: aggregationsOf,
    conditions,
    resources: resourcesOf(call.body),
  };
}
