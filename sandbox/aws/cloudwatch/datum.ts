import { record, text, whole, type Input } from '../wire/input.ts';
import { addSet, addValue, type Aggregate } from './aggregate.ts';
import { badUnit, units } from './units.ts';
import { exclusive, invalid, required, tooMany, type CloudWatchCode, type Problems } from './errors.ts';
import { readDimensions, readName, type Metric } from './metric.ts';
import { real, reals, time } from './values.ts';

/** One entry of PutMetricData, read and found good. */
export interface Datum {
  readonly metric: Metric;
  readonly at: number;
  readonly unit: string;
  readonly resolution: 1 | 60;
  /** Puts its values where they belong. */
  addTo(aggregate: Aggregate): void;
}

/** What is wrong, by the code it is reported with. */
export interface Findings {
  readonly values: Problems;
  readonly missing: Problems;
  readonly combinations: Problems;
}

/** In the order in which CloudWatch looks. */
export const findingCodes: readonly (readonly [keyof Findings, CloudWatchCode])[] = [
  ['missing', 'MissingParameter'],
  ['combinations', 'InvalidParameterCombination'],
  ['values', 'InvalidParameterValue'],
];

/** Source: CloudWatch API Reference, MetricDatum. */
const maxValues = 150;
const largest = 2 ** 360;
const twoWeeks = 14 * 24 * 3_600_000;
const twoHours = 2 * 3_600_000;

const nothing = () => {};
const isGood = (value: number) => Math.abs(value) <= largest;

function readSet(set: Input, prefix: string, findings: Findings): Datum['addTo'] {
  const fields = ['SampleCount', 'Sum', 'Minimum', 'Maximum'];
  const [count, sum, minimum, maximum] = fields.map((field) => real(set, field));
  if (count === undefined || sum === undefined || minimum === undefined || maximum === undefined) {
    const absent = fields.filter((field) => set[field] == null);
    findings.missing.push(...absent.map((field) => required(`${prefix}.${field}`)));
    return nothing;
  }
  for (const [index, value] of [count, sum, minimum, maximum].entries()) {
    if (!isGood(value)) findings.values.push(invalid(value, `${prefix}.${fields[index]}`));
  }
  if (count <= 0) findings.values.push(invalid(count, `${prefix}.SampleCount`));
  if (minimum > maximum) {
    findings.values.push(`The parameter ${prefix}.Minimum must not be greater than ${prefix}.Maximum.`);
  }
  return (aggregate) => addSet(aggregate, { count, sum, minimum, maximum });
}

function readValues(input: Input, prefix: string, { values: problems }: Findings): Datum['addTo'] {
  const values = reals(input, 'Values') ?? [];
  const counts = reals(input, 'Counts') ?? values.map(() => 1);
  if (values.length > maxValues) problems.push(tooMany(`${prefix}Values`, maxValues));
  if (values.length !== counts.length) {
    problems.push(`The parameters ${prefix}Values and ${prefix}Counts must be of the same size.`);
  }
  problems.push(...values.filter((value) => !isGood(value)).map((value) => invalid(value, `${prefix}Values`)));
  problems.push(...counts.filter((count) => !(count > 0)).map((count) => invalid(count, `${prefix}Counts`)));
  return (aggregate) => values.forEach((value, index) => addValue(aggregate, value, counts[index]));
}

function readContent(input: Input, prefix: string, findings: Findings): Datum['addTo'] {
  const given = ['Value', 'Values', 'StatisticValues'].filter((field) => input[field] != null);
  const [first, second] = given;
  if (first !== undefined && second !== undefined) {
    findings.combinations.push(exclusive(prefix + first, prefix + second));
    return nothing;
  }
  const set = record(input, 'StatisticValues');
  if (set !== undefined) return readSet(set, `${prefix}StatisticValues`, findings);
  if (first === 'Values') return readValues(input, prefix, findings);
  const value = real(input, 'Value');
  if (value === undefined) {
    findings.missing.push(
      `At least one of the parameters ${prefix}Value, Values or StatisticValues must be specified.`,
    );
    return nothing;
  }
  if (!isGood(value)) findings.values.push(invalid(value, `${prefix}Value`));
  return (aggregate) => addValue(aggregate, value);
}

function readTime(input: Input, prefix: string, now: number, { values }: Findings): number {
  const at = time(input, 'Timestamp') ?? now;
  if (at < now - twoWeeks)
    values.push(`The parameter ${prefix}Timestamp must specify a time within the past two weeks.`);
  if (at > now + twoHours) {
    values.push(`The parameter ${prefix}Timestamp must specify a time no more than two hours in the future.`);
  }
  return at;
}

function readResolution(input: Input, prefix: string, { values }: Findings): 1 | 60 {
  const seconds = whole(input, 'StorageResolution') ?? 60;
  if (seconds !== 1 && seconds !== 60) {
    values.push(`The parameter ${prefix}StorageResolution must be a value in the set [ 1, 60 ].`);
  }
  return seconds === 1 ? 1 : 60;
}

/** What surrounds an entry. */
export interface Surroundings {
  readonly namespace: string;
  readonly now: number;
  /** `MetricData.member.1.` */
  readonly prefix: string;
}

export function readDatum(input: Input, { namespace, now, prefix }: Surroundings, findings: Findings): Datum {
  const unit = text(input, 'Unit') ?? 'None';
  if (!units.includes(unit)) findings.values.push(badUnit(`${prefix}Unit`));
  return {
    metric: {
      namespace,
      name: readName(input, prefix, findings.missing),
      dimensions: readDimensions(input, prefix, findings.values),
    },
    at: readTime(input, prefix, now, findings),
    unit,
    resolution: readResolution(input, prefix, findings),
    addTo: readContent(input, prefix, findings),
  };
}
