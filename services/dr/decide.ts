import type { DataOf, Draft } from '../../shared/contracts/contract.ts';
import { drHoldDue } from '../../shared/contracts/dr-hold-due.ts';
import type { healthChanged } from '../../shared/contracts/health-changed.ts';
import { incidentDetected } from '../../shared/contracts/incident-detected.ts';
import { incidentResolved } from '../../shared/contracts/incident-resolved.ts';
import { targetExcluded } from '../../shared/contracts/target-excluded.ts';
import { targetReadmitted } from '../../shared/contracts/target-readmitted.ts';
import { causeId } from './keys.ts';
import type { IncidentRecord, WatchRecord } from './record.ts';
import type { DrSettings } from './settings.ts';

export interface Decision {
  readonly watch: WatchRecord;
  readonly incident?: IncidentRecord;
  readonly events: readonly Draft[];
}

export function emptyWatch(scope: string): WatchRecord {
  return { scope, status: 'healthy', evidence: [] };
}

/** A scope is down when the newest word of it says so. */
export function isDown({ downAt, wellAt }: WatchRecord): boolean {
  return downAt !== undefined && downAt > (wellAt ?? -1);
}

/**
 * News of a scope's health, said at `at`. Down or well again, it has to stay so for a while before anything is done: a note to
 * ourselves asks again then.
 */
export function decideHealth(
  known: WatchRecord,
  news: DataOf<typeof healthChanged>,
  at: number,
  { settings, now }: { readonly settings: DrSettings; readonly now: number },
): Decision {
  const watch = noted(known, news, at);
  if (watch === known) return { watch, events: [] };
  const { scope, incident, downSince, wellAt } = watch;
  if (isDown(watch) && incident === undefined && downSince !== undefined && downSince !== known.downSince) {
    const delayMs = Math.max(0, downSince + settings.holdDownMs - now);
    return { watch, events: [drHoldDue.draft({ scope, expects: 'down', since: downSince }, { delayMs })] };
  }
  if (!isDown(watch) && incident !== undefined && wellAt !== undefined) {
    const delayMs = Math.max(0, wellAt + settings.readmitAfterMs - now);
    return { watch, events: [drHoldDue.draft({ scope, expects: 'well', since: wellAt }, { delayMs })] };
  }
  return { watch, events: [] };
}

function noted(known: WatchRecord, { status, evidence }: DataOf<typeof healthChanged>, at: number): WatchRecord {
  if (at <= (known.wellAt ?? -1)) return known;
  if (status === 'healthy') return notedWell(known, at);
  const newest = at >= (known.downAt ?? -1);
  return {
    ...known,
    downSince: Math.min(at, known.downSince ?? at),
    downAt: Math.max(at, known.downAt ?? at),
    ...(newest ? { status, evidence } : {}),
  };
}

/** What was down before is over; a word of being down that was said later still stands. */
function notedWell({ downSince, downAt, ...rest }: WatchRecord, at: number): WatchRecord {
  if (downAt === undefined || downAt < at) return { ...rest, wellAt: at, status: 'healthy' };
  return { ...rest, wellAt: at, downSince: downSince !== undefined && downSince > at ? downSince : downAt, downAt };
}

/** The while has passed. Void when the scope is no longer what the note expects, or was something else in between. */
export function decideHold(known: WatchRecord, note: DataOf<typeof drHoldDue>, now: number): Decision {
  if (note.expects === 'down') return open(known, note.since, now);
  return close(known, note.since);
}

function open(known: WatchRecord, since: number, now: number): Decision {
  if (!isDown(known) || known.downSince !== since || known.incident !== undefined) return { watch: known, events: [] };
  const { scope, status, evidence } = known;
  const incident = causeId({ scope }, since);
  const reason = `${status} for ${Math.round((now - since) / 1000)} s`;
  return {
    watch: { ...known, incident },
    incident: { incident, scope, status: 'open', reason, evidence, downSince: since, detectedAt: now },
    events: [
      incidentDetected.draft({ incident, scope, reason, evidence: [...evidence] }),
      targetExcluded.draft({ scope, reason, incident }),
    ],
  };
}

function close(known: WatchRecord, since: number): Decision {
  const { incident, ...watch } = known;
  if (isDown(known) || known.wellAt !== since || incident === undefined) return { watch: known, events: [] };
  const { scope } = known;
  const reason = `${scope} answers and is healthy again`;
  return {
    watch,
    events: [targetReadmitted.draft({ scope, reason, incident }), incidentResolved.draft({ incident, scope, reason })],
  };
}
