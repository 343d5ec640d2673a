import type { Input } from '../wire/input.ts';
import type { MetricStore } from './store.ts';

/** One API call on its way through an operation. */
export interface CloudWatchCall {
  readonly input: Input;
  readonly region: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly store: MetricStore;
}

export type CloudWatchOperation = (call: CloudWatchCall) => object;
