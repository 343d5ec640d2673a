const sizes = ['Bytes', 'Kilobytes', 'Megabytes', 'Gigabytes', 'Terabytes', 'Bits', 'Kilobits', 'Megabits', 'Gigabits'];
const countable = [...sizes, 'Terabits', 'Count'];

/** Source: CloudWatch API Reference, MetricDatum, Unit. */
export const units: readonly string[] = [
  'Seconds',
  'Microseconds',
  'Milliseconds',
  ...countable,
  'Percent',
  ...countable.map((unit) => `${unit}/Second`),
  'None',
];

export const badUnit = (field: string) => `The parameter ${field} must be a value in the set [ ${units.join(', ')} ].`;
