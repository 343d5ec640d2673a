import type { LogEntry } from '../../cli/stream.ts';
import { covers } from '../../shared/domain/target.ts';

/** When what happened after the loss of a region, milliseconds since the epoch; undefined: it did not. */
export interface Story {
  readonly lostAt: number;
  /** First sign of it in the log: a deployment there is degraded or failed, or the region is unwell. */
  readonly detectedAt: number | undefined;
  /** The router follows a split without the region. */
  readonly movedAt: number | undefined;
  readonly excludedAt: number | undefined;
  /** Every service has again all that it asks for, standbys included. */
  readonly wholeAt: number | undefined;
}

interface Data {
  readonly scope?: string;
  readonly target?: string;
  readonly status?: string;
  readonly routes?: readonly { readonly target: string; readonly weight: number }[];
}

const name = ({ event: { type } }: LogEntry): string => type.replace(/^dev\.homeostasis\.|\.v\d+$/g, '');

function isSign(entry: LogEntry, region: string): boolean {
  const { scope, target, status } = entry.event.data as Data;
  if (name(entry) === 'health.changed') return scope === region && status !== 'healthy';
  if (!['deployment.degraded', 'deployment.failed', 'deployment.drifted'].includes(name(entry))) return false;
  return target !== undefined && covers(region, target);
}

function isAway(entry: LogEntry, region: string): boolean {
  const served = ((entry.event.data as Data).routes ?? []).filter(({ weight }) => weight > 0);
  return name(entry) === 'traffic.shifted' && served.length > 0 && !served.some(({ target }) => covers(region, target));
}

export function tellStory(entries: readonly LogEntry[], region: string, lostAt: number): Story {
  const first = (holds: (entry: LogEntry) => boolean): number | undefined => {
    const found = entries.find((entry) => Date.parse(entry.event.time) >= lostAt && holds(entry));
    return found === undefined ? undefined : Date.parse(found.event.time);
  };
  return {
    lostAt,
    detectedAt: first((entry) => isSign(entry, region)),
    movedAt: first((entry) => isAway(entry, region)),
    excludedAt: first((entry) => name(entry) === 'target.excluded' && (entry.event.data as Data).scope === region),
    wholeAt: first((entry) => name(entry) === 'recovery.completed' && (entry.event.data as Data).scope === region),
  };
}
