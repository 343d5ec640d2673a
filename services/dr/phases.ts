import type { PhaseRecord, Phases, ServiceOutcome } from './record.ts';
import type { Story } from './story.ts';
import { isOutside } from './served.ts';

interface End {
  readonly outcome: ServiceOutcome;
  readonly at: number;
}

/** The service's part of the phases: each from the end of the one before it, from the first moments in the story. */
export function phasesOf(story: Story, servedAt: number | undefined, end: End | undefined): Phases {
  const { placedAt, runsAt, readyAt, shiftedAt, added } = story;
  const away = shiftAway(story, servedAt);
  const where = added.join(', ').slice(0, 400);
  const place = end?.outcome === 'returned' ? skipped(end.at, 'the scope came back first') : placing(story, where);
  const deploy = span(placedAt, runsAt, `on ${where}`);
  const healthy = span(deploy?.endedAt, readyAt, `on ${where}`);
  const shift = shifting(story, healthy?.endedAt, shiftedAt);
  const begun = shift?.endedAt ?? healthy?.endedAt;
  const restore = begun === undefined ? undefined : restoring(begun, story.wholeAt);
  const phases = { 'shift-away': away, place, deploy, healthy, shift, 'restore-redundancy': restore };
  const known = Object.entries(phases).flatMap(([phase, each]) =>
    each === undefined ? [] : [[phase, over(each, end)]],
  );
  return Object.fromEntries(known) as Phases;
}

/** What was under way when the service's recovery ended otherwise was not needed any more. */
function over(phase: PhaseRecord, end: End | undefined): PhaseRecord {
  if (end === undefined || (phase.status !== 'running' && phase.status !== 'failed')) return phase;
  const endedAt = Math.max(phase.startedAt, end.at);
  return { ...phase, status: 'skipped', endedAt, detail: `not needed any more: ${end.outcome}` };
}

function span(startedAt: number | undefined, endedAt: number | undefined, detail: string): PhaseRecord | undefined {
  if (startedAt === undefined) return undefined;
  if (endedAt === undefined) return { status: 'running', startedAt, detail };
  return { status: 'completed', startedAt, endedAt: Math.max(startedAt, endedAt), detail };
}

const skipped = (at: number, detail: string): PhaseRecord => ({
  status: 'skipped',
  startedAt: at,
  endedAt: at,
  detail,
});

function shiftAway(story: Story, servedAt: number | undefined): PhaseRecord {
  const { routed, elsewhere, since, excludedAt, lost, served } = story;
  if (!routed) return skipped(excludedAt, 'it takes no traffic');
  if (elsewhere.length === 0) return skipped(excludedAt, 'it stood nowhere else');
  if (served === undefined || servedAt === undefined)
    return { status: 'running', startedAt: excludedAt, detail: `to ${elsewhere.join(', ')}`.slice(0, 500) };
  if (served.at === since && isOutside(served.split, lost, since))
    return skipped(excludedAt, 'none of its traffic was there');
  if (!served.split.targets.some((target) => elsewhere.includes(target)))
    return skipped(excludedAt, 'nothing that stood elsewhere could take it');
  const detail = `to ${served.split.targets.join(', ')}`.slice(0, 500);
  return { status: 'completed', startedAt: Math.min(excludedAt, servedAt), endedAt: servedAt, detail };
}

function placing({ excludedAt, placedAt, noCandidate }: Story, where: string): PhaseRecord | undefined {
  if (noCandidate !== undefined && placedAt === undefined)
    return { status: 'failed', startedAt: excludedAt, detail: noCandidate.slice(0, 500) };
  return span(excludedAt, placedAt, placedAt === undefined ? 'waits for a place' : `on ${where}`);
}

function shifting(story: Story, from: number | undefined, shiftedAt: number | undefined): PhaseRecord | undefined {
  if (from === undefined) return undefined;
  const { routed, moved, added } = story;
  if (!routed) return skipped(from, 'it takes no traffic');
  const carries = moved.some(({ targets }) =>
    targets.some(({ target, role, replicas }) => role !== 'standby' && replicas > 0 && added.includes(target)),
  );
  if (!carries) return skipped(from, 'what stood elsewhere keeps its traffic');
  return span(from, shiftedAt, `to ${added.join(', ')}`.slice(0, 500));
}

function restoring(from: number, wholeAt: number | undefined): PhaseRecord {
  if (wholeAt !== undefined && wholeAt <= from) return skipped(from, 'it was whole with that');
  if (wholeAt === undefined) return { status: 'running', startedAt: from, detail: 'waits for all that it asks for' };
  return { status: 'completed', startedAt: from, endedAt: wholeAt, detail: 'all that it asks for is ready' };
}
