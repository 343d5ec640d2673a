import { accountId } from '../ecs/state.ts';
import { flag, record, records, text, whole, type Input } from '../wire/input.ts';
import { exclusive, refuse, required, throwAny, tooMany, type Problems } from './errors.ts';
import { readMetric, type Metric } from './metric.ts';
import { parseStatistic, type Statistic } from './statistic.ts';
import { badUnit, units } from './units.ts';
import { isPeriod } from './window.ts';

/** One query of GetMetricData. */
export interface DataQuery {
  readonly id: string;
  readonly label: string;
  readonly metric: Metric;
  /** Seconds. */
  readonly period: number;
  readonly statistic: Statistic;
  readonly unit: string | undefined;
  readonly returned: boolean;
}

/** Source: CloudWatch API Reference, GetMetricData. */
const maxQueries = 500;

function readId(input: Input, prefix: string, problems: Problems): string {
  const id = text(input, 'Id') ?? '';
  if (id === '') problems.push(required(`${prefix}Id`));
  else if (id.length > 255 || !/^[a-z][a-zA-Z0-9_]*$/.test(id)) {
    problems.push(
      `The value ${id} for parameter ${prefix}Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.`,
    );
  }
  return id;
}

function readPeriod(stat: Input, prefix: string, problems: Problems): number {
  const period = whole(stat, 'Period');
  if (period === undefined) problems.push(required(`${prefix}Period`));
  else if (!isPeriod(period)) {
    problems.push(`The parameter ${prefix}Period must be 1, 5, 10, 20, 30 or a multiple of 60.`);
  }
  return period ?? 60;
}

function readStat(stat: Input, prefix: string, problems: Problems): Statistic {
  const name = text(stat, 'Stat');
  const statistic = parseStatistic(name ?? '');
  if (name === undefined) problems.push(required(`${prefix}Stat`));
  else if (statistic === undefined) {
    problems.push(`The value ${name} for parameter ${prefix}Stat is not a valid statistic.`);
  }
  return statistic ?? { kind: 'Average' };
}

function readUnit(stat: Input, prefix: string, problems: Problems): string | undefined {
  const unit = text(stat, 'Unit');
  if (unit !== undefined && !units.includes(unit)) problems.push(badUnit(`${prefix}Unit`));
  return unit;
}

function checkKind(input: Input, prefix: string, problems: Problems): void {
  const [stat, expression] = [record(input, 'MetricStat'), text(input, 'Expression')];
  if (stat !== undefined && expression !== undefined) {
    problems.push(exclusive(`${prefix}MetricStat`, `${prefix}Expression`));
  } else if (expression !== undefined) {
    problems.push(`The value for parameter ${prefix}Expression is not supported: the sandbox has no metric math.`);
  } else if (stat === undefined) problems.push(required(`${prefix}MetricStat`));
  if ((text(input, 'AccountId') ?? accountId) !== accountId) {
    problems.push(
      `The value for parameter ${prefix}AccountId is not supported: the sandbox has account ${accountId} only.`,
    );
  }
}

function readQuery(input: Input, prefix: string, problems: Problems): DataQuery {
  const id = readId(input, prefix, problems);
  const before = problems.length;
  checkKind(input, prefix, problems);
  const stat = record(input, 'MetricStat') ?? {};
  // What is wrong inside a structure that should not be there, or is not, would only hide what really is.
  const inside: Problems = problems.length > before ? [] : problems;
  const metric = readMetric(record(stat, 'Metric') ?? {}, `${prefix}MetricStat.Metric.`, inside);
  return {
    id,
    label: text(input, 'Label') ?? metric.name,
    metric,
    period: readPeriod(stat, `${prefix}MetricStat.`, inside),
    statistic: readStat(stat, `${prefix}MetricStat.`, inside),
    unit: readUnit(stat, `${prefix}MetricStat.`, inside),
    returned: flag(input, 'ReturnData') ?? true,
  };
}

/** @throws ValidationError that names everything that is wrong with the queries, one sentence a line. */
export function readQueries(input: Input): readonly DataQuery[] {
  const given = records(input, 'MetricDataQueries');
  if (given.length === 0) throw refuse('ValidationError', required('MetricDataQueries'));
  if (given.length > maxQueries) throw refuse('ValidationError', tooMany('MetricDataQueries', maxQueries));
  const problems: Problems = [];
  const queries = given.map((query, index) => readQuery(query, `MetricDataQueries.member.${index + 1}.`, problems));
  const ids = queries.map(({ id }) => id);
  const twice = ids.filter((id, index) => id !== '' && ids.indexOf(id) < index);
  problems.push(...twice.map((id) => `The value ${id} for parameter MetricDataQueries.Id is used more than once.`));
  throwAny(problems, 'ValidationError');
  return queries;
}
