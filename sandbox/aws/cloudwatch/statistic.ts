import { percentile, type Aggregate } from './aggregate.ts';

const simple = ['SampleCount', 'Average', 'Sum', 'Minimum', 'Maximum'] as const;
export type SimpleStatistic = (typeof simple)[number];
export type Statistic = { readonly kind: SimpleStatistic } | { readonly kind: 'percentile'; readonly percent: number };

export const isSimple = (name: string): name is SimpleStatistic => (simple as readonly string[]).includes(name);

/** `p95`, `p99.9`: 0 to 100 with up to ten decimal places. */
export function parsePercentile(name: string): Statistic | undefined {
  const percent = Number(/^p(\d{1,3}(?:\.\d{1,10})?)$/.exec(name)?.[1] ?? NaN);
  return percent <= 100 ? { kind: 'percentile', percent } : undefined;
}

/** Undefined for what is no statistic, and for the trimmed ones (`tm90`, `wm`, `tc`, `ts`, `PR`, `IQR`), which the sandbox does not have. */
export const parseStatistic = (name: string): Statistic | undefined =>
  isSimple(name) ? { kind: name } : parsePercentile(name);

/** Undefined when the aggregate cannot tell: a percentile of statistic sets or of negative values. */
export function evaluate(statistic: Statistic, aggregate: Aggregate): number | undefined {
  switch (statistic.kind) {
    case 'SampleCount':
      return aggregate.count;
    case 'Sum':
      return aggregate.sum;
    case 'Average':
      return aggregate.sum / aggregate.count;
    case 'Minimum':
      return aggregate.minimum;
    case 'Maximum':
      return aggregate.maximum;
    case 'percentile':
      return percentile(aggregate, statistic.percent);
  }
}
