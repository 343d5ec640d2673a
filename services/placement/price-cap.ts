import type { NormalizedService } from '../../shared/domain/spec/normalized.ts';
import { spread } from './spread.ts';

/** Of one place that had all the replicas, micro-dollars a month: all of it, and of that what being reachable there costs. */
interface Price {
  readonly monthlyMicros: number;
  readonly fixedMicros: number;
}

/** A month of a service that stands on places like this one: its replicas are shared among them, but each is reachable by itself. */
export function monthlyOn({ monthlyMicros, fixedMicros }: Price, service: NormalizedService): number {
  return monthlyMicros + (spread(service) - 1) * fixedMicros;
}

/**
 * Traffic is not in it, as it depends on where everybody else stands.
 * @returns why it costs too much; undefined: it does not
 */
export function overCap(
  micros: number,
  { constraints: { maxMonthlyCost: cap } }: NormalizedService,
  what = '',
): string | undefined {
  if (cap === undefined || micros <= cap * 1e6) return undefined;
  return `costs about $${(micros / 1e6).toFixed(2)} a month${what}; at most $${cap.toFixed(2)} is wanted`;
}
