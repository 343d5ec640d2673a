import type { DataOf, Draft } from '../../shared/contracts/contract.ts';
import { drHoldDue } from '../../shared/contracts/dr-hold-due.ts';
import type { healthChanged } from '../../shared/contracts/health-changed.ts';
import { causeId } from './keys.ts';
import type { IncidentRecord, WatchRecord } from './record.ts';
import type { DrSettings } from './settings.ts';

export interface Decision {
  readonly watch: WatchRecord;
  readonly events: readonly Draft[];
}

export function emptyWatch(scope: string): WatchRecord {
  return { scope, status: 'healthy', evidence: [] };
}

/** A scope is down when the newest word of it says so. */
export function isDown({ downAt, wellAt }: WatchRecord): boolean {
  return downAt !== undefined && downAt > (wellAt ?? -1);
}

/** It said what stands in it, or anything at all. @returns the known record itself when that is no news. */
export function withAnswer(known: WatchRecord, answeredAt: number): WatchRecord {
  return answeredAt > (known.answeredAt ?? -1) ? { ...known, answeredAt } : known;
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

function noted(known: WatchRecord, news: DataOf<typeof healthChanged>, at: number): WatchRecord {
  const { status, evidence } = news;
  if (at <= (known.wellAt ?? -1)) return known;
  if (status === 'healthy') return notedWell(known, at);
  const newest = at >= (known.downAt ?? -1);
  const first = at <= (known.downSince ?? at);
  const sign = signOf(news, at);
  return {
    ...known,
    ...(first ? { downSince: at, signAt: sign } : {}),
    ...(newest ? { downAt: at, newestSignAt: sign, status, evidence } : {}),
  };
}

/** No later than it was said, whatever it says. */
function signOf({ since }: DataOf<typeof healthChanged>, at: number): number {
  const sign = Date.parse(since);
  return Number.isNaN(sign) ? at : Math.min(sign, at);
}

/** What was down before is over; a word of being down that was said later still stands. */
function notedWell({ downSince, downAt, signAt, newestSignAt, ...rest }: WatchRecord, at: number): WatchRecord {
  if (downAt === undefined || downAt < at) return { ...rest, wellAt: at, status: 'healthy' };
  const still = downSince !== undefined && downSince > at;
  const down = still ? { downSince, ...signs(signAt) } : { downSince: downAt, ...signs(newestSignAt) };
  return { ...rest, wellAt: at, ...down, downAt, ...(newestSignAt === undefined ? {} : { newestSignAt }) };
}

const signs = (signAt: number | undefined): Pick<WatchRecord, 'signAt'> => (signAt === undefined ? {} : { signAt });

export interface Held {
  readonly watch: WatchRecord;
  /** Held to be down from now on. */
  readonly opened?: IncidentRecord;
  /** The incident that is over. */
  readonly closed?: string;
}

/** The while has passed. Void when the scope is no longer what the note expects, or was something else in between. */
export function decideHold(known: WatchRecord, note: DataOf<typeof drHoldDue>, now: number): Held {
  return note.expects === 'down' ? open(known, note.since, now) : close(known, note.since);
}

function open(known: WatchRecord, since: number, now: number): Held {
  if (!isDown(known) || known.downSince !== since || known.incident !== undefined) return { watch: known };
  const { scope, status, evidence } = known;
  const incident = causeId({ scope }, since);
  const reason = `${status} for ${Math.round((now - since) / 1000)} s`;
  return {
    watch: { ...known, incident },
    opened: { incident, scope, status: 'open', trigger: 'health', reason, evidence, downSince: since, detectedAt: now },
  };
}

function close(known: WatchRecord, since: number): Held {
  const { incident, ...watch } = known;
  if (isDown(known) || known.wellAt !== since || incident === undefined) return { watch: known };
  return { watch, closed: incident };
}
