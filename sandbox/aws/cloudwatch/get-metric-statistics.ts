import { text, texts, whole, type Input } from '../wire/input.ts';
import type { Aggregate } from './aggregate.ts';
import type { CloudWatchCall } from './call.ts';
import { exclusive, refuse, required, throwAny, type Problems } from './errors.ts';
import { readMetric } from './metric.ts';
import { evaluate, isSimple, parsePercentile, type SimpleStatistic } from './statistic.ts';
import { badUnit, units } from './units.ts';
import { time } from './values.ts';
import { align, collect, isPeriod, type Window } from './window.ts';

/** Source: CloudWatch API Reference, GetMetricStatistics. */
const maxDatapoints = 1_440;

function readWindow(input: Input, now: number): Window {
  const [start, end, period] = [time(input, 'StartTime'), time(input, 'EndTime'), whole(input, 'Period')];
  if (start === undefined || end === undefined || period === undefined) {
    const missing = ['StartTime', 'EndTime', 'Period'].filter((field) => input[field] == null);
    throw refuse('MissingParameter', missing.map(required).join('\n'));
  }
  if (!isPeriod(period)) {
    throw refuse('InvalidParameterValue', 'The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60.');
  }
  if (start === end) {
    throw refuse('InvalidParameterValue', 'The parameter StartTime must not equal parameter EndTime.');
  }
  if (start > end) {
    throw refuse('InvalidParameterCombination', 'The parameter StartTime must be less than the parameter EndTime.');
  }
  return align(start, end, period, now);
}

function checkCount({ start, end, periodMs }: Window): void {
  const asked = Math.ceil((end - start) / periodMs);
  if (asked > maxDatapoints) {
    throw refuse(
      'InvalidParameterCombination',
      `You have requested up to ${asked} datapoints, which exceeds the limit of ${maxDatapoints}. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
    );
  }
}

interface Asked {
  readonly simple: readonly SimpleStatistic[];
  readonly percentiles: readonly string[];
}

const notStatistic = (field: string, index: number) =>
  `The value for parameter ${field}.member.${index + 1} is not a valid statistic.`;

function readStatistics(input: Input): Asked {
  const simple = texts(input, 'Statistics');
  const percentiles = texts(input, 'ExtendedStatistics');
  if (simple.length + percentiles.length === 0) {
    throw refuse('MissingParameter', 'Must specify either Statistics or ExtendedStatistics.');
  }
  if (simple.length > 0 && percentiles.length > 0) {
    throw refuse('InvalidParameterCombination', exclusive('Statistics', 'ExtendedStatistics'));
  }
  const problems: Problems = [
    ...simple.flatMap((name, index) => (isSimple(name) ? [] : [notStatistic('Statistics', index)])),
    ...percentiles.flatMap((name, index) =>
      parsePercentile(name) === undefined ? [notStatistic('ExtendedStatistics', index)] : [],
    ),
  ];
  throwAny(problems, 'InvalidParameterValue');
  return { simple: simple.filter(isSimple), percentiles };
}

function datapoint(at: number, unit: string, aggregate: Aggregate, { simple, percentiles }: Asked) {
  const extended = new Map<string, number>();
  for (const name of percentiles) {
    const statistic = parsePercentile(name);
    const value = statistic && evaluate(statistic, aggregate);
    if (value !== undefined) extended.set(name, value);
  }
  const values = Object.fromEntries(simple.map((kind) => [kind, evaluate({ kind }, aggregate)]));
  if (simple.length === 0 && extended.size === 0) return undefined;
  return {
    Timestamp: new Date(at),
    ...values,
    Unit: unit,
    ...(extended.size === 0 ? {} : { ExtendedStatistics: extended }),
  };
}

/** One metric, some statistics, all at once. Data that came with different units is not mixed. */
export function getMetricStatistics({ input, region, now, store }: CloudWatchCall): object {
  const problems: Problems = [];
  const metric = readMetric(input, '', problems);
  throwAny(problems, problems[0]?.endsWith('required.') === true ? 'MissingParameter' : 'InvalidParameterValue');
  const window = readWindow(input, now);
  checkCount(window);
  const asked = readStatistics(input);
  const wanted = text(input, 'Unit');
  if (wanted !== undefined && !units.includes(wanted)) throw refuse('InvalidParameterValue', badUnit('Unit'));
  const points = [...collect(store.read(region, metric), window, now)].flatMap(([at, byUnit]) =>
    [...byUnit]
      .filter(([unit]) => wanted === undefined || unit === wanted)
      .map(([unit, aggregate]) => datapoint(at, unit, aggregate, asked)),
  );
  return { Label: metric.name, Datapoints: points.filter((point) => point !== undefined) };
}
