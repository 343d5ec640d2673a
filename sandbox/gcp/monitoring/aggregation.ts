import { countOf, meanOf, mergeSpreads, percentileOf, type Spread } from '../../core/metrics/spread.ts';
import { lookup } from '../lookup.ts';
import { invalidArgument } from '../status.ts';
import type { Value } from './catalogue.ts';

export interface Aggregation {
  readonly alignmentPeriod?: string;
  readonly perSeriesAligner?: string;
  readonly crossSeriesReducer?: string;
  readonly groupByFields?: readonly string[];
}

const isSpread = (value: Value): value is Spread => typeof value !== 'number';

const refuse = (field: string, why: string): Error =>
  invalidArgument(
    [{ field: `aggregation.${field}`, description: why }],
    `Field aggregation.${field} had an invalid value: ${why}`,
  );

type Combine = (values: readonly Value[]) => Value;

const numbers = (values: readonly Value[]): number[] => values.map((value) => (isSpread(value) ? Number.NaN : value));

const sum: Combine = (values) =>
  values.every(isSpread) ? mergeSpreads(values) : numbers(values).reduce((total, value) => total + value, 0);
const mean: Combine = (values) =>
  values.every(isSpread)
    ? meanOf(mergeSpreads(values))
    : numbers(values).reduce((total, value) => total + value, 0) / values.length;
const percentile =
  (percent: number): Combine =>
  (values) =>
    percentileOf(mergeSpreads(values.map((value) => (isSpread(value) ? value : new Map([[value, 1]])))), percent);

interface Rule {
  readonly combine: Combine;
  readonly takes: 'numbers' | 'spreads' | 'both';
}

/** The comments of google/monitoring/v3/common.proto say what each may be used for. */
const aligners: Readonly<Record<string, Rule>> = {
  ALIGN_SUM: { combine: sum, takes: 'both' },
  ALIGN_DELTA: { combine: sum, takes: 'both' },
  ALIGN_MEAN: { combine: mean, takes: 'numbers' },
  ALIGN_MAX: { combine: (values) => Math.max(...numbers(values)), takes: 'numbers' },
  ALIGN_MIN: { combine: (values) => Math.min(...numbers(values)), takes: 'numbers' },
  ALIGN_PERCENTILE_50: { combine: percentile(50), takes: 'spreads' },
  ALIGN_PERCENTILE_95: { combine: percentile(95), takes: 'spreads' },
  ALIGN_PERCENTILE_99: { combine: percentile(99), takes: 'spreads' },
};

const reducers: Readonly<Record<string, Rule>> = {
  REDUCE_SUM: { combine: sum, takes: 'both' },
  REDUCE_MEAN: { combine: mean, takes: 'both' },
  REDUCE_MAX: { combine: (values) => Math.max(...numbers(values)), takes: 'numbers' },
  REDUCE_MIN: { combine: (values) => Math.min(...numbers(values)), takes: 'numbers' },
  REDUCE_COUNT: {
    combine: (values) => values.reduce<number>((total, value) => total + (isSpread(value) ? countOf(value) : 1), 0),
    takes: 'both',
  },
  REDUCE_PERCENTILE_50: { combine: percentile(50), takes: 'both' },
  REDUCE_PERCENTILE_95: { combine: percentile(95), takes: 'both' },
  REDUCE_PERCENTILE_99: { combine: percentile(99), takes: 'both' },
};

export interface Plan {
  readonly periodMs: number;
  readonly align: Combine | undefined;
  readonly reduce: Combine | undefined;
  readonly groupBy: readonly string[];
  /** Of the answer: means and percentiles are DOUBLE, whatever they are of. */
  readonly valueType: string;
}

const isDouble = (name: string): boolean => /_(MEAN|PERCENTILE_\d\d)$/.test(name);

/** What is asked for, checked against what the metric is. */
export function planOf(asked: Aggregation = {}, valueType: string, kind: string): Plan {
  const { perSeriesAligner: aligner = 'ALIGN_NONE', crossSeriesReducer: reducer = 'REDUCE_NONE' } = asked;
  const align = ruleOf(aligners, 'perSeriesAligner', { name: aligner, none: 'ALIGN_NONE', valueType, kind });
  const aligned = isDouble(aligner) ? 'DOUBLE' : valueType;
  const reduce = ruleOf(reducers, 'crossSeriesReducer', {
    name: reducer,
    none: 'REDUCE_NONE',
    valueType: aligned,
    kind: '',
  });
  if (reduce !== undefined && align === undefined) {
    throw refuse('perSeriesAligner', 'A cross-series reducer needs a per-series aligner other than ALIGN_NONE.');
  }
  return {
    periodMs: align === undefined ? 0 : periodOf(asked.alignmentPeriod),
    align,
    reduce,
    groupBy: (asked.groupByFields ?? []).map((field) => field.replace('.label.', '.labels.')),
    valueType: isDouble(reducer) ? 'DOUBLE' : aligned,
  };
}

interface Wanted {
  readonly name: string;
  readonly none: string;
  readonly valueType: string;
  readonly kind: string;
}

function ruleOf(rules: Readonly<Record<string, Rule>>, field: string, wanted: Wanted): Combine | undefined {
  const { name, none, valueType, kind } = wanted;
  if (name === none) return undefined;
  const rule = lookup(rules, name);
  if (rule === undefined) throw refuse(field, `The sandbox does not have ${name}.`);
  const spreads = valueType === 'DISTRIBUTION';
  const wrong = spreads ? rule.takes === 'numbers' : rule.takes === 'spreads';
  if (!wrong && !(name === 'ALIGN_DELTA' && kind === 'GAUGE')) return rule.combine;
  throw refuse(field, `${name} cannot be applied to metrics with kind ${kind} and value type ${valueType}.`);
}

function periodOf(text: string | undefined): number {
  const seconds = Number(/^(\d+)s$/.exec(text ?? '')?.[1] ?? Number.NaN);
  if (seconds >= 60 && seconds % 60 === 0) return seconds * 1000;
  throw refuse(
    'alignmentPeriod',
    `The alignment period must be at least 60 seconds and whole minutes; got "${text ?? ''}".`,
  );
}
