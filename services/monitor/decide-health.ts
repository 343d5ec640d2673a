import type { HealthStatus } from '../../shared/contracts/health-changed.ts';
import { forgetErrors } from './decide-errors.ts';
import { holdMs, recentTurns } from './flap.ts';
import { concluded, isSettled, reportedStatus, type HealthDecision } from './health-record.ts';
import type { DeploymentRecord, HealthRecord, HealthSign, Heard, Seen, Verdict } from './record.ts';
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

/** One more sign about a region. What reports say follows from the signs in the order they were seen, with hysteresis both ways. */
export function decideHealth(found: HealthRecord, sign: HealthSign, settings: HealthSettings): HealthDecision {
  const known = forgetErrors(found, sign.at, settings);
  if (isIdle(known, sign, settings) && isSettled(known)) return { events: [] };
  const all = [...known.window.filter(({ id }) => id !== sign.id), sign].sort((a, b) => (isNewer(a, b) ? 1 : -1));
  const dropped = all.slice(0, Math.max(0, all.length - windowSize));
  const before = fold(dropped, { ...(known.before ?? nothingHeard), status: known.base, since: 0 }, settings);
  const window = all.slice(dropped.length);
  const story = fold(window, before, settings);
  const reported = story.status;
  // What has not changed by reports changes by this sign, if at all.
  const since = reported === reportedStatus(known) ? sign.at : story.since;
  const evidence = window
    .filter(({ at, verdict }) => at >= since && speaksFor(reported, verdict))
    .map(({ deployment, reason }) => `${deployment}: ${reason}`);
  const { status: base, since: _since, ...heardBefore } = before;
  const { before: _before, ...rest } = known;
  const next = {
    ...rest,
    base,
    window,
    reported,
    ...(dropped.length === 0 && known.before === undefined ? {} : { before: heardBefore }),
  };
  return concluded(known, next, { since, evidence });
}

const nothingHeard: Heard = { silent: [], unwell: [], good: [], turns: [] };

function speaksFor(status: HealthStatus, verdict: Verdict): boolean {
  if (status === 'unreachable') return verdict === 'silent';
  return status === 'unhealthy' ? verdict === 'unwell' : verdict === 'well' || verdict === 'answered';
}

/** More of what is known already: the newest sign says the same and the status has followed it. */
function isIdle(known: HealthRecord, sign: HealthSign, { refreshMs }: HealthSettings): boolean {
  const last = known.window.at(-1);
  const status = reportedStatus(known);
  if (last === undefined || !speaksFor(status, last.verdict) || !speaksFor(status, sign.verdict)) return false;
  return sign.at - last.at < refreshMs && sign.at >= last.at;
}

interface Story extends Heard {
  readonly status: HealthStatus;
  readonly since: number;
}

/** The first sign says since when, the last ones whether it lasts; what lies between says no more. */
const added = (signs: readonly HealthSign[], sign: HealthSign): readonly HealthSign[] => {
  const [first, ...later] = [...signs, sign];
  return first === undefined ? [] : [first, ...later.slice(-7)];
};

const fold = (signs: readonly HealthSign[], from: Story, settings: HealthSettings): Story =>
  signs.reduce((story, sign) => judged(heard(story, sign), sign.at, settings), from);

function heard(story: Story, sign: HealthSign): Story {
  const { goodSince: _over, ...rest } = story;
  const bad = { ...rest, good: [] };
  const better = { ...story, good: added(story.good, sign), goodSince: story.goodSince ?? sign.at };
  switch (sign.verdict) {
    case 'silent':
      return { ...bad, silent: added(story.silent, sign) };
    case 'unwell':
      // The API answers: whatever is wrong, it is not silence.
      return { ...bad, silent: [], unwell: added(story.unwell, sign) };
    case 'answered':
      // An answer ends silence; only something well speaks against failing health.
      return { ...(story.status === 'unreachable' ? better : story), silent: [] };
    case 'well':
      return { ...better, silent: [], unwell: [] };
  }
}

function judged(story: Story, at: number, settings: HealthSettings): Story {
  const { silent, unwell, good } = story;
  if (story.status !== 'unreachable' && persists(silent, settings))
    return worse(story, 'unreachable', silent, settings);
  const failing = new Set(unwell.map(({ deployment }) => deployment)).size;
  if (story.status !== 'unhealthy' && failing >= settings.unhealthyDeployments && persists(unwell, settings)) {
    return worse(story, 'unhealthy', unwell, settings);
  }
  return isWellAgain(story, at, settings) ? turned(story, 'healthy', good) : story;
}

function isWellAgain({ status, good, goodSince, turns }: Story, at: number, settings: HealthSettings): boolean {
  // One answer proves that a silent region answers, and there may be nobody left in it to give a second one; dr waits all the same.
  const enough = status === 'unreachable' ? 1 : settings.healthyAfter;
  if (status === 'healthy' || good.length < enough) return false;
  return at - (goodSince ?? at) >= holdMs(turns, at, settings);
}

function worse(story: Story, status: HealthStatus, signs: readonly HealthSign[], settings: HealthSettings): Story {
  const at = signs.at(-1)?.at ?? 0;
  const turns = story.status === 'healthy' ? [...recentTurns(story.turns, at, settings), at] : story.turns;
  return { ...turned(story, status, signs), turns };
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
