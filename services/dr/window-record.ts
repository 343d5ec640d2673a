import type { MeasuredService } from '../../shared/contracts/traffic-measured.ts';

/** What clients saw in a window. Kept for a while: the worst of an outage is before anybody has decided on a recovery. */
export interface TrafficWindow {
  readonly from: number;
  readonly to: number;
  readonly services: readonly MeasuredService[];
}
export interface TrafficIndex {
  /** Starts of the windows that are kept. */
  readonly windows: readonly number[];
}
