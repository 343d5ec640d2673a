import type { ServiceSpec } from '../../contracts/application-spec.ts';
import type { Amount, NormalizedUsage } from './normalized.ts';

type Stated = NonNullable<ServiceSpec['usage']>;
export const usageFields = ['requestsPerSecond', 'activeShare', 'egressGbPerMonth'] as const;

/** A single number is a range without width. */
export function amountOf(stated: number | Amount): Amount {
  return typeof stated === 'number' ? { low: stated, expected: stated, high: stated } : stated;
}

export function normalizeUsage(usage: Stated = {}): NormalizedUsage {
  return Object.fromEntries(
    usageFields.flatMap((field) => {
      const stated = usage[field];
      return stated === undefined ? [] : [[field, amountOf(stated)]];
    }),
  );
}
