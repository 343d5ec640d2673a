import type { Draft } from '../../shared/contracts/contract.ts';
import { healthChanged, type HealthStatus } from '../../shared/contracts/health-changed.ts';
import { toTime } from '../../shared/ports/clock.ts';
import type { DeploymentRecord, HealthRecord, HealthSign, Seen, Verdict } from './record.ts';
import type { HealthSettings } from './settings.ts';
import { isNewer } from './track.ts';

/** Signs kept per region: enough to tell the same story whatever order they arrive in, and small for ever. */
const windowSize = 24;

/** What a report says of the region it came from; undefined when it says nothing (throttled, about another generation). */
export function verdictOf(before: DeploymentRecord, seen: Seen): Verdict | undefined {
  if (seen.phase === 'unreachable') return seen.reason === 'Throttled' ? undefined : 'silent';
  if (seen.phase === 'ready') return 'well';
  return wasReady(before, seen.generation) && failsHealth(seen) ? 'unwell' : 'answered';
}

function wasReady({ expected, track }: DeploymentRecord, generation: number): boolean {
  return expected?.wanted === true && expected.generation === generation && track.firstReadyAt !== undefined;
}

function failsHealth({ phase, reason, replicas }: Seen): boolean {
  const sick = reason === 'Unhealthy' || reason === 'CrashLooping';
  if (phase === 'degraded') return sick || replicas.ready === 0;
  return phase === 'failed' && sick;
}

export interface HealthDecision {
  /** Absent when the sign changes nothing worth writing: steady regions are not a record every report fights for. */
  readonly record?: HealthRecord;
  readonly events: readonly Draft[];
}

/** One more sign about a region. Status follows from the signs in the order they were seen, with hysteresis both ways. */
export function decideHealth(known: HealthRecord, sign: HealthSign, settings: HealthSettings): HealthDecision {
  if (isIdle(known, sign, settings)) return { events: [] };
  const all = [...known.window.filter(({ id }) => id !== sign.id), sign].sort((a, b) => (isNewer(a, b) ? 1 : -1));
  const dropped = all.slice(0, Math.max(0, all.length - windowSize));
  const base = fold(dropped, known.base, settings).status;
  const window = all.slice(dropped.length);
  const { status, since } = fold(window, base, settings);
  const record: HealthRecord = { ...known, base, window, status, since: status === known.status ? known.since : since };
  if (status === known.status) return { record, events: [] };
  const evidence = window
    .filter(({ at, verdict }) => at >= since && speaksFor(status, verdict))
    .map(({ deployment, reason }) => `${deployment}: ${reason}`)
    .slice(-20);
  const said = { scope: known.scope, status, previous: known.status, evidence, since: toTime(since) };
  return { record, events: [healthChanged.draft(said)] };
}

export function emptyHealth(scope: string): HealthRecord {
  return { scope, status: 'healthy', base: 'healthy', window: [], since: 0 };
}

function speaksFor(status: HealthStatus, verdict: Verdict): boolean {
  if (status === 'unreachable') return verdict === 'silent';
  return status === 'unhealthy' ? verdict === 'unwell' : verdict === 'well' || verdict === 'answered';
}

/** More of what is known already: the newest sign says the same and the status has followed it. */
function isIdle({ window, status }: HealthRecord, sign: HealthSign, { refreshMs }: HealthSettings): boolean {
  const last = window.at(-1);
  if (last === undefined || !speaksFor(status, last.verdict) || !speaksFor(status, sign.verdict)) return false;
  return sign.at - last.at < refreshMs && sign.at >= last.at;
}

interface Story {
  readonly status: HealthStatus;
  readonly since: number;
  /** Since the last success. */
  readonly silent: readonly HealthSign[];
  readonly unwell: readonly HealthSign[];
  readonly good: readonly HealthSign[];
}

function fold(signs: readonly HealthSign[], base: HealthStatus, settings: HealthSettings): Story {
  const start: Story = { status: base, since: 0, silent: [], unwell: [], good: [] };
  return signs.reduce((story, sign) => concluded(heard(story, sign), settings), start);
}

function heard(story: Story, sign: HealthSign): Story {
  switch (sign.verdict) {
    case 'silent':
      return { ...story, silent: [...story.silent, sign], good: [] };
    case 'unwell':
      // The API answers: whatever is wrong, it is not silence.
      return { ...story, silent: [], unwell: [...story.unwell, sign], good: [] };
    case 'answered':
      // An answer ends silence; only something well speaks against failing health.
      return { ...story, silent: [], good: story.status === 'unreachable' ? [...story.good, sign] : story.good };
    case 'well':
      return { ...story, silent: [], unwell: [], good: [...story.good, sign] };
  }
}

function concluded(story: Story, settings: HealthSettings): Story {
  const { silent, unwell, good } = story;
  if (story.status !== 'unreachable' && persists(silent, settings)) return turned(story, 'unreachable', silent);
  const failing = new Set(unwell.map(({ deployment }) => deployment)).size;
  if (story.status !== 'unhealthy' && failing >= settings.unhealthyDeployments && persists(unwell, settings)) {
    return turned(story, 'unhealthy', unwell);
  }
  // One answer proves that a silent region answers, and there may be nobody left in it to give a second one; dr waits all the same.
  const enough = story.status === 'unreachable' ? 1 : settings.healthyAfter;
  if (story.status !== 'healthy' && good.length >= enough) return turned(story, 'healthy', good);
  return story;
}

const turned = (story: Story, status: HealthStatus, signs: readonly HealthSign[]): Story => ({
  ...story,
  status,
  since: signs[0]?.at ?? 0,
});

function persists(signs: readonly HealthSign[], { unreachableAfter, unreachableSpanMs }: HealthSettings): boolean {
  const span = (signs.at(-1)?.at ?? 0) - (signs[0]?.at ?? 0);
  return signs.length >= unreachableAfter && span >= unreachableSpanMs;
}
