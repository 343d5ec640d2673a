import type { MeasuredName } from '../../../shared/contracts/monitor-measured-due.ts';
import { resolutions, type Resolution, type Ring } from './ring.ts';

/** What was seen before any target: a place among the targets. */
export const router = 'router';

/** Whose values: one service in one place. */
export interface SeriesKey {
  readonly application: string;
  readonly service: string;
  /** A target, or `router`. */
  readonly place: string;
}

/** One service in one place at one resolution: a record of bounded size. */
export interface SeriesRecord {
  /** Milliseconds since the epoch up to which the newest answer in it was measured. */
  readonly asOf: number;
  readonly rings: Readonly<Partial<Record<MeasuredName, Ring>>>;
  /** Ends of the router's windows that are in it: a window told again is not added again. */
  readonly windows?: readonly number[];
}

/** All that is kept of a service in a place. */
export type Kept = Readonly<Partial<Record<Resolution, SeriesRecord>>>;

export const seriesPrefix = (resolution: Resolution): string => `metrics/${resolution}/`;
export const seriesKey = (resolution: Resolution, { application, service, place }: SeriesKey): string =>
  `${seriesPrefix(resolution)}${application}/${service}/${place}`;
export const seriesKeys = (of: SeriesKey): string[] =>
  (Object.keys(resolutions) as Resolution[]).map((resolution) => seriesKey(resolution, of));

/** Of a record's key. */
export function seriesOf(resolution: Resolution, key: string): SeriesKey {
  const [application = '', service = '', ...place] = key.slice(seriesPrefix(resolution).length).split('/');
  return { application, service, place: place.join('/') };
}
