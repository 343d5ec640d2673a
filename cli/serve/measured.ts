import type { Clock } from '../../shared/ports/clock.ts';
import type { QueryRoute } from '../../shared/ports/http.ts';
import { everything } from './everything.ts';

/** One service in one place, with the newest complete minute of each metric. */
export interface Measured {
  readonly application: string;
  readonly service: string;
  /** A target, or `router`: as the router saw the service. */
  readonly place: string;
  readonly latest: Readonly<Record<string, Minute>>;
}

export interface Minute {
  /** Start, in seconds since the epoch. */
  readonly at: number;
  readonly value: number;
}

/** As `GET /metrics/services` tells it. */
export interface Series extends Pick<Measured, 'application' | 'service' | 'place'> {
  readonly metrics: readonly { readonly metric: string; readonly points: readonly (readonly number[])[] }[];
}

/** The router says its last window of a minute up to ten seconds after its end. */
const settlingSeconds = 10;
/** Clouds tell up to three minutes late and are asked once a minute; what is older than this says nothing of now. */
const freshSeconds = 600;
/** Minutes change once a minute, and the series of a large fleet are many: they are read no more often than this. */
const rememberMs = 20_000;

/** Reads what was measured last of everything that runs. */
export function measuredReader(routes: readonly QueryRoute[], clock: Clock): () => Promise<readonly Measured[]> {
  let known: readonly Measured[] = [];
  let readAt = -Infinity;
  return async () => {
    const now = clock.now();
    if (now - readAt < rememberMs) return known;
    const series = await everything<Series>(routes, '/metrics/services', 'services');
    known = series.map((each) => newest(each, now / 1000));
    readAt = now;
    return known;
  };
}

/** Pure. Of each metric the newest minute that is complete and still says something of now. `now` in seconds since the epoch. */
export function newest({ application, service, place, metrics }: Series, now: number): Measured {
  const latest: Record<string, Minute> = {};
  for (const { metric, points } of metrics) {
    for (const [at, value] of points) {
      if (at === undefined || value === undefined || at > now - 60 - settlingSeconds || at < now - freshSeconds)
        continue;
      if (at >= (latest[metric]?.at ?? 0)) latest[metric] = { at, value };
    }
  }
  return { application, service, place, latest };
}
