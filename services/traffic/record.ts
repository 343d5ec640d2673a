import type { Route } from '../../shared/contracts/traffic-shift.ts';

/** The split in force for one service. Kept when it is empty, so that a late older command stays old. */
export interface TrafficRecord {
  readonly application: string;
  readonly service: string;
  readonly generation: number;
  readonly sequence: number;
  readonly routes: readonly Route[];
  /** The service is no more; otherwise an empty split is one that may fill again. */
  readonly removed?: true;
  readonly shiftedAt: number;
}

export const trafficPrefix = 'traffic/';
export const trafficKey = (application: string, service: string): string => `${trafficPrefix}${application}/${service}`;
