import type { Dimension } from '../../../shared/ports/ledger.ts';
import type { SpendRow } from '../spend.ts';
import { others, type Part } from './record.ts';

/** The same spend as it was billed, and amortised. */
export interface Costs {
  readonly billed: readonly SpendRow[];
  readonly effective: readonly SpendRow[];
}

/** Rows of one currency as parts by one dimension, dearest first; what is beyond `most` is one part, `(others)`. They add up as the rows do. */
export function partsBy(
  { billed, effective }: Costs,
  nameOf: (row: SpendRow) => string | null,
  most: number,
): Required<Part>[] {
  const sums = new Map<string | null, { micros: number; sharedMicros: number; effectiveMicros: number }>();
  const sumOf = (row: SpendRow) => {
    const key = nameOf(row);
    const sum = sums.get(key) ?? { micros: 0, sharedMicros: 0, effectiveMicros: 0 };
    sums.set(key, sum);
    return sum;
  };
  for (const row of billed) {
    const sum = sumOf(row);
    sum.micros += row.micros;
    sum.sharedMicros += row.sharedMicros;
  }
  for (const row of effective) sumOf(row).effectiveMicros += row.micros;
  const parts = [...sums].map(([key, sum]) => ({ key, ...sum })).sort((a, b) => b.micros - a.micros);
  if (parts.length <= most) return parts;
  const rest = parts.slice(most - 1);
  const total = (of: (part: Required<Part>) => number): number => rest.reduce((sum, part) => sum + of(part), 0);
  return [
    ...parts.slice(0, most - 1),
    {
      key: others,
      micros: total((each) => each.micros),
      sharedMicros: total((each) => each.sharedMicros),
      effectiveMicros: total((each) => each.effectiveMicros),
    },
  ];
}

export const by =
  (dimension: Dimension) =>
  ({ keys }: SpendRow): string | null =>
    keys[dimension] ?? null;

/** `application/service`; of a part of one alone, that part. */
export const serviceOf = ({ keys: { application, service } }: SpendRow): string | null =>
  service == null ? (application ?? null) : `${application ?? '?'}/${service}`;
