import { createHash } from 'node:crypto';
import { text, whole, type Input } from '../wire/input.ts';
import { emptyAggregate, merge, type Aggregate } from './aggregate.ts';
import type { CloudWatchCall } from './call.ts';
import { pageOf, type Point } from './data-page.ts';
import { readQueries, type DataQuery } from './data-query.ts';
import { refuse, required, throwAny } from './errors.ts';
import { evaluate } from './statistic.ts';
import { time } from './values.ts';
import { align, collect } from './window.ts';

/** Source: CloudWatch API Reference, GetMetricData. */
const maxDatapoints = 100_800;

interface Range {
  readonly start: number;
  readonly end: number;
}

function readRange(input: Input): Range {
  const [start, end] = [time(input, 'StartTime'), time(input, 'EndTime')];
  const absent = ['StartTime', 'EndTime'].filter((field) => input[field] == null);
  throwAny(absent.map(required), 'ValidationError');
  if (start === undefined || end === undefined) throw refuse('ValidationError', required('StartTime'));
  if (start === end) throw refuse('ValidationError', 'The parameter StartTime must not equal parameter EndTime.');
  if (start > end) throw refuse('ValidationError', 'The parameter EndTime must be greater than StartTime.');
  return { start, end };
}

function readLimit(input: Input): number {
  const limit = whole(input, 'MaxDatapoints') ?? maxDatapoints;
  if (limit < 1 || limit > maxDatapoints) {
    throw refuse('ValidationError', `The parameter MaxDatapoints must be between 1 and ${maxDatapoints}.`);
  }
  return limit;
}

function isAscending(input: Input): boolean {
  const scan = text(input, 'ScanBy') ?? 'TimestampDescending';
  if (scan !== 'TimestampDescending' && scan !== 'TimestampAscending') {
    throw refuse(
      'ValidationError',
      'The parameter ScanBy must be a value in the set [ TimestampDescending, TimestampAscending ].',
    );
  }
  return scan === 'TimestampAscending';
}

function together(byUnit: ReadonlyMap<string, Aggregate>, unit: string | undefined): Aggregate {
  const sum = emptyAggregate();
  for (const [name, aggregate] of byUnit) if (unit === undefined || unit === name) merge(sum, aggregate);
  return sum;
}

/** Oldest first. A metric nobody published has no points, which is no error. */
function pointsOf({ region, now, store }: CloudWatchCall, query: DataQuery, { start, end }: Range): readonly Point[] {
  const periods = collect(store.read(region, query.metric), align(start, end, query.period, now), now);
  return [...periods].flatMap(([at, byUnit]) => {
    const aggregate = together(byUnit, query.unit);
    const value = aggregate.count === 0 ? undefined : evaluate(query.statistic, aggregate);
    return value === undefined ? [] : [{ at, value }];
  });
}

function fingerprint({ NextToken: _token, MaxDatapoints: _limit, ...rest }: Input): string {
  return createHash('sha256').update(JSON.stringify(rest)).digest('base64url');
}

/** Many metrics at once, page by page. */
export function getMetricData(call: CloudWatchCall): object {
  const { input } = call;
  const queries = readQueries(input).filter(({ returned }) => returned);
  const range = readRange(input);
  const [limit, ascending] = [readLimit(input), isAscending(input)];
  const points = queries.map((query) => {
    const oldestFirst = pointsOf(call, query, range);
    return ascending ? oldestFirst : oldestFirst.toReversed();
  });
  const { results, nextToken } = pageOf(points, {
    limit,
    ascending,
    token: text(input, 'NextToken'),
    fingerprint: fingerprint(input),
  });
  return {
    MetricDataResults: queries.map(({ id, label }, index) => ({
      Id: id,
      Label: label,
      Timestamps: results[index]?.points.map(({ at }) => new Date(at)) ?? [],
      Values: results[index]?.points.map(({ value }) => value) ?? [],
      StatusCode: results[index]?.complete === false ? 'PartialData' : 'Complete',
    })),
    ...(nextToken === undefined ? {} : { NextToken: nextToken }),
    Messages: [],
  };
}
