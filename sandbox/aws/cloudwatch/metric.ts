import { records, text, type Input } from '../wire/input.ts';
import { required, tooMany, type Problems } from './errors.ts';

export interface Dimension {
  readonly name: string;
  readonly value: string;
}

/** A metric is its namespace, its name and exactly its dimensions: with other dimensions it is another metric. */
export interface Metric {
  readonly namespace: string;
  readonly name: string;
  /** Sorted by name: the order in which they are told does not matter. */
  readonly dimensions: readonly Dimension[];
}

/** Source: CloudWatch API Reference, Metric and Dimension. */
export const maxDimensions = 30;
const lengths = { Namespace: 255, MetricName: 255, Name: 255, Value: 1_024 };

function readText(input: Input, field: keyof typeof lengths, prefix: string, problems: Problems): string {
  const value = text(input, field);
  const most = lengths[field];
  if (value === undefined || value === '') problems.push(required(prefix + field));
  else if (value.length > most)
    problems.push(`The parameter ${prefix}${field} must be shorter than ${most + 1} characters.`);
  return value ?? '';
}

export const readName = (input: Input, prefix: string, problems: Problems) =>
  readText(input, 'MetricName', prefix, problems);
export const readNamespace = (input: Input, prefix: string, problems: Problems) =>
  readText(input, 'Namespace', prefix, problems);

export function readDimensions(input: Input, prefix: string, problems: Problems): readonly Dimension[] {
  const given = records(input, 'Dimensions');
  if (given.length > maxDimensions) problems.push(tooMany(`${prefix}Dimensions`, maxDimensions));
  const dimensions = given.map((dimension, index) => ({
    name: readText(dimension, 'Name', `${prefix}Dimensions.member.${index + 1}.`, problems),
    value: readText(dimension, 'Value', `${prefix}Dimensions.member.${index + 1}.`, problems),
  }));
  if (new Set(dimensions.map(({ name }) => name)).size < dimensions.length) {
    problems.push(`The parameter ${prefix}Dimensions must not name a dimension twice.`);
  }
  return dimensions.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Reads `Namespace`, `MetricName` and `Dimensions`; what is wrong with them is added to `problems`, each with `prefix`. */
export const readMetric = (input: Input, prefix: string, problems: Problems): Metric => ({
  namespace: readNamespace(input, prefix, problems),
  name: readName(input, prefix, problems),
  dimensions: readDimensions(input, prefix, problems),
});

export const keyOf = ({ namespace, name, dimensions }: Metric) =>
  JSON.stringify([namespace, name, dimensions.flatMap((dimension) => [dimension.name, dimension.value])]);

export const metricView = ({ namespace, name, dimensions }: Metric) => ({
  Namespace: namespace,
  MetricName: name,
  Dimensions: dimensions.map((dimension) => ({ Name: dimension.name, Value: dimension.value })),
});
