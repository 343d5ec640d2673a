import type { MeasuredName } from '../../../shared/contracts/monitor-measured-due.ts';
import type { Value, Values } from './ring.ts';

export const requestCount = 'http.server.request.count';
export const errorCount = 'http.server.request.error.count';

/**
 * Failures in the minutes whose requests the same source told, or are unknown. The share of one source's failures in another's requests
 * is a share of neither: a balancer counts what never reached the workload, a workload what never went through the balancer.
 */
export function failuresBeside(requests: Values, errors: Values): Values {
  const isSame = ([at, { told }]: readonly [number, Value]): boolean => {
    const counted = requests.get(at);
    return counted === undefined || (counted.told === true) === (told === true);
  };
  return new Map([...errors].filter(isSame));
}

/** All that is known of minutes, with the failures as above. */
export function ofOneSource<T extends { readonly values: Values }>(
  minutes: ReadonlyMap<MeasuredName, T>,
): ReadonlyMap<MeasuredName, T> {
  const [requests, errors] = [minutes.get(requestCount), minutes.get(errorCount)];
  if (requests === undefined || errors === undefined) return minutes;
  return new Map(minutes).set(errorCount, { ...errors, values: failuresBeside(requests.values, errors.values) });
}
