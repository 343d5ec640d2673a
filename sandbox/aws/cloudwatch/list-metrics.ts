import { AwsError } from '../wire/errors.ts';
import { flag, records, text, type Input } from '../wire/input.ts';
import { paginate, type Page } from '../wire/paging.ts';
import { accountId } from '../ecs/state.ts';
import type { CloudWatchCall } from './call.ts';
import { refuse, required, tooMany } from './errors.ts';
import { keyOf, metricView, type Metric } from './metric.ts';

/** Source: CloudWatch API Reference, ListMetrics. */
const pageSize = 500;
const maxFilters = 10;

type Filter = (metric: Metric) => boolean;

function dimensionFilter(filter: Input, index: number): Filter {
  const name = text(filter, 'Name');
  const value = text(filter, 'Value');
  if (name === undefined) throw refuse('InvalidParameterValue', required(`Dimensions.member.${index + 1}.Name`));
  return ({ dimensions }) =>
    dimensions.some((dimension) => dimension.name === name && (value === undefined || dimension.value === value));
}

function readFilters(input: Input): readonly Filter[] {
  const [namespace, name] = [text(input, 'Namespace'), text(input, 'MetricName')];
  const filters = records(input, 'Dimensions');
  if (filters.length > maxFilters) throw refuse('InvalidParameterValue', tooMany('Dimensions', maxFilters));
  const recent = text(input, 'RecentlyActive');
  if (recent !== undefined && recent !== 'PT3H') {
    throw refuse('InvalidParameterValue', 'The parameter RecentlyActive must be a value in the set [ PT3H ].');
  }
  return [
    (metric) => namespace === undefined || metric.namespace === namespace,
    (metric) => name === undefined || metric.name === name,
    ...filters.map(dimensionFilter),
  ];
}

function pageOf(metrics: readonly Metric[], token: string | undefined): Page<Metric> {
  const sorted = [...metrics].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  try {
    return paginate(sorted, keyOf, { limit: pageSize, token });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw refuse('InvalidParameterValue', 'The value for parameter NextToken is invalid.');
  }
}

/** Metrics that have data. The real service takes up to 15 minutes to show a new one; here it is there at once. */
export function listMetrics({ input, region, store }: CloudWatchCall): object {
  const owner = text(input, 'OwningAccount') ?? accountId;
  const filters: readonly Filter[] = [() => owner === accountId, ...readFilters(input)];
  const found = store.list(region).filter((metric) => filters.every((passes) => passes(metric)));
  const { items, nextToken } = pageOf(found, text(input, 'NextToken'));
  const linked = flag(input, 'IncludeLinkedAccounts') === true;
  return {
    Metrics: items.map(metricView),
    ...(nextToken === undefined ? {} : { NextToken: nextToken }),
    ...(linked ? { OwningAccounts: items.map(() => accountId) } : {}),
  };
}
