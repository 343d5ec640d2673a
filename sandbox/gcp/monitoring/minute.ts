import type { Spread } from '../../core/metrics/spread.ts';
import type { ReplicaMinute } from '../../core/metrics/usage-sampler.ts';
import { ingressContainer } from '../defaults.ts';
import type { Revision } from '../model.ts';

/** One minute of one revision. */
export interface Minute {
  readonly replicas: readonly ReplicaMinute[];
  readonly limits: Limits;
}

export interface Limits {
  readonly cores: number;
  readonly bytes: number;
}

const binary: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
};

function quantity(text: string): number {
  const [, number = '0', unit = ''] = /^([0-9.]+)(m|[kMG]i?)?$/.exec(text) ?? [];
  return unit === 'm' ? Number(number) / 1000 : Number(number) * (binary[unit] ?? 1);
}

/** Of the container that serves; the defaults of Cloud Run are written into every template when it is made. */
export function limitsOf({ template }: Revision): Limits {
  const limits = ingressContainer(template).resources?.limits ?? {};
  return { cores: quantity(limits['cpu'] ?? '1'), bytes: quantity(limits['memory'] ?? '512Mi') };
}

export function sumOf({ replicas }: Minute, what: 'codes' | 'durations'): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const [key, count] of replicas.flatMap((replica) => Object.entries(replica[what] ?? {}))) {
    sums[key] = (sums[key] ?? 0) + count;
  }
  return sums;
}

export function spreadOf(values: readonly number[]): Spread {
  const spread = new Map<number, number>();
  for (const value of values) spread.set(value, (spread.get(value) ?? 0) + 1);
  return spread;
}
