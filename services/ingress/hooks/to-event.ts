import { createHash } from 'node:crypto';
import { alertReceived, type Alert } from '../../../shared/contracts/alert-received.ts';
import type { HookConfig } from '../../../shared/contracts/config-hooks.ts';
import type { Envelope } from '../../../shared/contracts/envelope.ts';
import { toTime, type Clock } from '../../../shared/ports/clock.ts';
import { originate } from '../originate.ts';
import type { Mapped } from './map-alert.ts';
import type { Labels } from './fields.ts';
import type { ParsedAlert } from './parsed.ts';

export interface Receiving {
  readonly hook: Pick<HookConfig, 'name' | 'dialect'>;
  readonly clock: Clock;
  /** Id of the request that brought it: its alerts are one chain. */
  readonly request: string;
}

const most = { labels: 64, notes: 10, url: 2048 } as const;
/** Clocks differ by this much without anybody having to hear of it. Milliseconds. */
const skew = 5000;
/** Of alerts whose sender says no time at all, those within a minute are one. Milliseconds. */
const bucket = 60_000;

/**
 * An alert as an event, with an id made of what it says: the same alert, status, start, severity and place is the same event, however
 * often and by whichever way it comes. A change of the mapping makes another one, so that it takes effect while the alert still fires.
 */
export function toEvent(parsed: ParsedAlert, mapped: Mapped, { hook, clock, request }: Receiving): Envelope<Alert> {
  const now = clock.now();
  const { severity, notes, ...about } = mapped;
  const times = timesOf(parsed, now);
  const labels = cutLabels(parsed.labels);
  const alert = `${hook.name}-${digest([parsed.key], 24)}`;
  const data: Alert = {
    alert,
    hook: hook.name,
    dialect: hook.dialect,
    status: parsed.status,
    severity,
    title: cut(parsed.title, 300) || 'alert',
    description: cut(parsed.description, 2000),
    labels: labels.kept,
    startsAt: times.startsAt,
    ...(times.endsAt === undefined ? {} : { endsAt: times.endsAt }),
    ...urlOf(parsed.url),
    ...about,
    ...(parsed.test === true ? { test: true } : {}),
    ...notesOf([...times.notes, ...labels.notes, ...(parsed.notes ?? []), ...notes]),
  };
  const began = parsed.startsAt ?? parsed.occurrence ?? String(Math.floor(now / bucket));
  const said = [data.status, began, severity, about.application, about.service, about.scope, data.test];
  const id = `alert-${digest([alert, ...said.map((each) => String(each ?? ''))], 32)}`;
  return originate(alertReceived.draft(data), id, { clock, request }) as Envelope<Alert>;
}

/** Every part with its length, so that no two lists read the same. */
function digest(parts: readonly string[], length: number): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, length);
}

interface Times {
  readonly startsAt: string;
  readonly endsAt?: string;
  readonly notes: readonly string[];
}

/** Nothing begins or ends later than now: what is still to come would outlast every word that is said meanwhile. */
function timesOf({ startsAt, endsAt }: ParsedAlert, now: number): Times {
  const start = startsAt === undefined ? now : Date.parse(startsAt);
  const from = Math.min(start, now);
  const end = endsAt === undefined ? undefined : Date.parse(endsAt);
  const until = end === undefined ? undefined : Math.max(from, Math.min(end, now));
  return {
    startsAt: toTime(from),
    ...(until === undefined ? {} : { endsAt: toTime(until) }),
    notes: [
      ...(startsAt === undefined ? ['the sender says no start: it is dated as it came'] : []),
      ...late('startsAt', start, now),
      ...(end === undefined ? [] : late('endsAt', end, now)),
      ...(end !== undefined && end < from ? [`endsAt ${toTime(end)} is before its start`] : []),
    ],
  };
}

function late(what: string, at: number, now: number): readonly string[] {
  if (at <= now + skew) return [];
  return [
    `${what} ${toTime(at)} was ${Math.round((at - now) / 1000)} s ahead of the time here, and is cut back to it: set the sender's clock`,
  ];
}

/** The first ones are kept: those who send more than 64 repeat themselves. */
function cutLabels(labels: Labels): { readonly kept: Labels; readonly notes: readonly string[] } {
  const all = Object.entries(labels);
  const kept = all.slice(0, most.labels).map(([name, value]) => [cut(name, 200), cut(value, 500)] as const);
  const left = all.length - most.labels;
  return {
    kept: Object.fromEntries(kept),
    notes: left > 0 ? [`${left} of its ${all.length} labels are left out`] : [],
  };
}

/** Cut between characters, never within one. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** A link that people click: only what a browser opens as a page. */
function urlOf(url: string | undefined): { readonly url?: string } {
  if (url === undefined || url.length > most.url || !/^https?:\/\//i.test(url) || !URL.canParse(url)) return {};
  return { url };
}

function notesOf(notes: readonly string[]): { readonly notes?: string[] } {
  return notes.length === 0 ? {} : { notes: notes.slice(0, most.notes).map((each) => cut(each, 300)) };
}
