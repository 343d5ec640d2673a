import type { DeploymentRecord, Expectation, Seen, Track } from './record.ts';

/** Order of looks: by time, and by event id within one millisecond, so that every arrival order agrees. */
export function isNewer(a: { readonly at: number; readonly id: string }, b: typeof a | undefined): boolean {
  return b === undefined || a.at > b.at || (a.at === b.at && a.id > b.id);
}

/** Adds a sighting; the result does not depend on the order in which sightings are added. */
export function withSeen(track: Track, seen: Seen): Track {
  if (seen.phase === 'unreachable') return withNewer(track, 'silence', seen);
  // A newer generation is tagged on the resource: an answer, but about somebody else.
  if (seen.phase === 'stale') return withNewer(track, 'stale', seen);
  const gone = seen.phase === 'removing' || seen.phase === 'absent';
  return {
    ...track,
    ...(isNewer(seen, track.answer) ? { answer: seen } : {}),
    ...(seen.phase === 'ready' ? { firstReadyAt: Math.min(seen.at, track.firstReadyAt ?? seen.at) } : {}),
    ...(gone ? { goneAt: Math.max(seen.at, track.goneAt ?? seen.at) } : {}),
  };
}

function withNewer(track: Track, field: 'silence' | 'stale', seen: Seen): Track {
  return isNewer(seen, track[field]) ? { ...track, [field]: seen } : track;
}

/** The sightings that count for what this deployment is to be. */
export function trackOf({ expected, track, whole }: DeploymentRecord): Track {
  return expected?.wanted === false ? whole : track;
}

/**
 * Files a report under the generation it belongs to: the expected one, a later one (kept until it is expected), or an older one
 * (which counts only for a deployment that is to go).
 */
export function fileReport(before: DeploymentRecord, seen: Seen): DeploymentRecord {
  const record = { ...before, whole: withSeen(before.whole, seen) };
  const generation = record.expected?.generation ?? 0;
  if (seen.generation > generation) return fileEarly(record, seen);
  return seen.generation === generation ? { ...record, track: withSeen(record.track, seen) } : record;
}

function fileEarly(record: DeploymentRecord, seen: Seen): DeploymentRecord {
  const { early } = record;
  if (early !== undefined && early.generation > seen.generation) return record;
  const track = early?.generation === seen.generation ? early.track : {};
  return { ...record, early: { generation: seen.generation, track: withSeen(track, seen) } };
}

/** Takes over a newer expectation, with what was already seen of it; an older or equal one changes nothing. */
export function fileExpectation(record: DeploymentRecord, expected: Expectation): DeploymentRecord {
  if (record.expected !== undefined && record.expected.generation >= expected.generation) return record;
  const { early, deadline: _deadline, ...rest } = record;
  if (early !== undefined && early.generation > expected.generation) return { ...rest, early, expected, track: {} };
  return { ...rest, expected, track: early?.generation === expected.generation ? early.track : {} };
}
