import type { DeploymentRecord, Expectation, Seen, Track } from './record.ts';

/** Order of looks: by time, and by event id within one millisecond, so that every arrival order agrees. */
export function isNewer(a: { readonly at: number; readonly id: string }, b: typeof a | undefined): boolean {
  return b === undefined || a.at > b.at || (a.at === b.at && a.id > b.id);
}

/** Adds a sighting; the result does not depend on the order in which sightings are added. */
export function withSeen(track: Track, seen: Seen): Track {
  if (seen.phase === 'unreachable') return isNewer(seen, track.silence) ? { ...track, silence: seen } : track;
  // A newer generation is tagged on the resource: an answer, but about somebody else.
  if (seen.phase === 'stale') return track;
  const gone = seen.phase === 'removing' || seen.phase === 'absent';
  return {
    ...track,
    ...(isNewer(seen, track.answer) ? { answer: seen } : {}),
    ...(seen.phase === 'ready' ? { firstReadyAt: Math.min(seen.at, track.firstReadyAt ?? seen.at) } : {}),
    ...(gone ? { goneAt: Math.max(seen.at, track.goneAt ?? seen.at) } : {}),
  };
}

/**
 * Files a report under the generation it belongs to: the expected one, a later one (kept until it is expected), or an older one
 * (forgotten). Of a deployment that is to go, every look up to its retirement counts: whatever stands there is still to be removed.
 */
export function fileReport(record: DeploymentRecord, seen: Seen): DeploymentRecord {
  const expected = record.expected;
  if (expected === undefined || seen.generation > expected.generation) return fileEarly(record, seen);
  if (expected.wanted && seen.generation < expected.generation) return record;
  return { ...record, track: withSeen(record.track, seen) };
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
  if (early !== undefined && early.generation > expected.generation) {
    return { ...rest, early, expected, track: expected.wanted ? {} : record.track };
  }
  if (!expected.wanted) return { ...rest, expected, track: merged(record.track, early?.track) };
  return { ...rest, expected, track: early?.generation === expected.generation ? early.track : {} };
}

function merged(track: Track, other: Track | undefined): Track {
  const looks = [other?.answer, other?.silence].filter((look) => look !== undefined);
  const joined = looks.reduce(withSeen, track);
  return other?.goneAt === undefined ? joined : { ...joined, goneAt: Math.max(other.goneAt, joined.goneAt ?? 0) };
}
