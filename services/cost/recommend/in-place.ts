import { isDeepStrictEqual } from 'node:util';
import type { ServiceSpec } from '../../../shared/contracts/application-spec.ts';
import { moved, type RecommendationRecord, type Shape, type State } from './record.ts';

export interface Seen {
  readonly stated: ServiceSpec;
  readonly shape: Shape;
  readonly now: number;
}

const standing: ReadonlySet<State> = new Set<State>(['applied', 'live']);

/**
 * One that is in place, as the service is now seen: the user's own word may have replaced it, or changed something else, after which
 * bills of before and after cannot be told apart. @returns the same record when nothing is new
 */
export function watched(record: RecommendationRecord, { stated, shape, now }: Seen): RecommendationRecord {
  if (!standing.has(record.state)) return record;
  const other = record.change.find(({ path, to }) => !isDeepStrictEqual(valueAt(stated, path), to));
  if (record.state === 'live' && other !== undefined) {
    const { liveAt: _, ...rest } = record;
    return moved(rest, 'superseded', `the spec no longer says what it changed (${other.path})`, now);
  }
  if (record.state !== 'live' || record.disturbed !== undefined) return record;
  if (record.after === undefined) return { ...record, after: shape };
  if (isDeepStrictEqual(record.after, shape)) return record;
  return { ...record, disturbed: `${spell(record.after)} became ${spell(shape)} meanwhile` };
}

const spell = ({ replicas, cpuMillicores, memoryMib, targets }: Shape): string =>
  `${replicas} × ${cpuMillicores}m and ${memoryMib}Mi on ${targets.join(', ')}`;

/** RFC 6901 below the service; undefined where nothing is stated. */
export function valueAt(stated: unknown, path: string): unknown {
  return path
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(
      (value, part) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, part)
          ? (value as Record<string, unknown>)[part]
          : undefined,
      stated,
    );
}
