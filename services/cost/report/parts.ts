import type { Dimension } from '../../../shared/ports/ledger.ts';
import type { SpendRow } from '../spend.ts';
import { others, type Part } from './record.ts';

/** Rows of one currency as parts by one dimension, dearest first; what is beyond `most` is one part, `(others)`. They add up as the rows do. */
export function partsBy(rows: readonly SpendRow[], nameOf: (row: SpendRow) => string | null, most: number): Part[] {
  const sums = new Map<string | null, { micros: number; sharedMicros: number }>();
  for (const row of rows) {
    const key = nameOf(row);
    const sum = sums.get(key) ?? { micros: 0, sharedMicros: 0 };
    sum.micros += row.micros;
    sum.sharedMicros += row.sharedMicros;
    sums.set(key, sum);
  }
  const parts = [...sums].map(([key, sum]) => ({ key, ...sum })).sort((a, b) => b.micros - a.micros);
  if (parts.length <= most) return parts;
  const rest = parts.slice(most - 1);
  const total = (of: (part: Part) => number): number => rest.reduce((sum, part) => sum + of(part), 0);
  const last = { key: others, micros: total((each) => each.micros), sharedMicros: total((each) => each.sharedMicros) };
  return [...parts.slice(0, most - 1), last];
}

export const by =
  (dimension: Dimension) =>
  ({ keys }: SpendRow): string | null =>
    keys[dimension] ?? null;

/** `application/service`; of a part of one alone, that part. */
export const serviceOf = ({ keys: { application, service } }: SpendRow): string | null =>
  service == null ? (application ?? null) : `${application ?? '?'}/${service}`;
