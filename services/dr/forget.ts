import type { Reader } from '../../shared/pipeline/handler.ts';
import type { FailbackRecord } from './failback-record.ts';
import type { DrillRecord } from './drill-record.ts';
import {
  alertPrefix,
  drillPlanOf,
  drillPrefix,
  failbackPrefix,
  forgettingKey,
  incidentPrefix,
  recoveryPrefix,
  scopeGroundPrefix,
  serviceGroundPrefix,
  serviceRecoveriesPrefix,
} from './keys.ts';
import type { AlertRecord, GroundRecord, IncidentRecord, RecoveryRecord } from './record.ts';
import { isOver } from './failback-record.ts';
import type { DrSettings } from './settings.ts';
import { budget, type Sheet } from './sheet.ts';

/** A kind of record that grows with what happens. */
interface Kind {
  readonly prefix: string;
  /** When it was over; undefined while it is not: it stays, however old. */
  readonly overAt: (record: never, id: string, around: Kept) => number | undefined;
  /** What else is kept of it. */
  readonly parts?: (id: string) => string;
}

/** What still stands for something. */
interface Kept {
  /** Recoveries whose ground is out of use still. */
  readonly recoveries: ReadonlySet<string>;
}

const kinds: readonly Kind[] = [
  {
    prefix: incidentPrefix,
    overAt: ({ status, resolvedAt }: IncidentRecord) => whenOver(status === 'open', resolvedAt),
  },
  {
    prefix: alertPrefix,
    // One that nobody ever resolves and that moves nothing is noise: it is as old as its last word.
    overAt: ({ status, holds, at, receivedAt }: AlertRecord) =>
      whenOver(status === 'firing' && holds !== undefined, Math.max(at, receivedAt)),
  },
  {
    prefix: failbackPrefix,
    overAt: (record: FailbackRecord) => whenOver(!isOver(record), record.endedAt),
  },
  {
    prefix: recoveryPrefix,
    overAt: ({ state, endedAt }: RecoveryRecord, id: string, { recoveries }: Kept) =>
      whenOver((state !== 'completed' && state !== 'aborted') || recoveries.has(id), endedAt),
    parts: serviceRecoveriesPrefix,
  },
  {
    prefix: drillPrefix,
    overAt: ({ state, endedAt }: DrillRecord) => whenOver(state !== 'completed', endedAt),
    parts: drillPlanOf,
  },
];

const whenOver = (open: boolean, at: number | undefined): number | undefined => (open ? undefined : (at ?? 0));

/** How far the search for what is old has come: kind by kind, page by page, step by step. */
export interface ForgettingRecord {
  readonly kind: number;
  readonly after: string;
  /** Of this kind, how many were over on which day. */
  readonly days: Readonly<Record<string, number>>;
  /** Of each kind, what ended before this is one too many. */
  readonly tooMany: Readonly<Record<string, number>>;
  /** Nothing is done before. */
  readonly notBefore: number;
}

const pageSize = 100;
const day = 86_400_000;
/** From one search to the next. */
const restMs = 3_600_000;

/** Forgets what is over for longer than it is to be kept, or is one too many, as much as the step has room for. The next goes on. */
export async function forgetOld({ history }: Pick<DrSettings, 'history'>, step: Step): Promise<void> {
  const { sheet, records, now } = step;
  const fresh: ForgettingRecord = { kind: 0, after: '', days: {}, tooMany: {}, notBefore: now };
  const state = (await records.get<ForgettingRecord>(forgettingKey)) ?? fresh;
  const kind = kinds[state.kind];
  if (kind === undefined || now < state.notBefore) return;
  const before = Math.max(now - history.keptMs, state.tooMany[kind.prefix] ?? 0);
  const { days, after, done } = await forgetPage(kind, state, { ...step, before });
  sheet.write(
    forgettingKey,
    done ? following(state, kind, { days, most: history.records, now }) : { ...state, after, days },
  );
}

interface Step {
  readonly sheet: Sheet;
  readonly records: Reader;
  readonly now: number;
}

type Come = Pick<ForgettingRecord, 'days' | 'after'> & { readonly done: boolean };

/** As far as there is room. */
async function forgetPage(
  { prefix, overAt, parts }: Kind,
  state: ForgettingRecord,
  { sheet, records, before }: Step & { readonly before: number },
): Promise<Come> {
  const from = state.after === '' ? {} : { after: state.after };
  const { items, next } = await records.list(prefix, { limit: pageSize, ...from });
  const kept: Kept = { recoveries: await heldRecoveries(records) };
  let { days, after } = state;
  for (const { key, value } of items) {
    const id = key.slice(prefix.length);
    const at = overAt(value as never, id, kept);
    const old = at !== undefined && at < before;
    if (old && !(await forgotten(key, parts?.(id), sheet, records))) return { days, after, done: false };
    if (at !== undefined && !old) days = counted(days, Math.floor(at / day));
    after = key;
  }
  return { days, after, done: next === undefined };
}

const counted = (days: ForgettingRecord['days'], at: number): ForgettingRecord['days'] => ({
  ...days,
  [at]: (days[at] ?? 0) + 1,
});

/** The next kind; after the last one, a rest. */
function following(
  { kind, tooMany }: ForgettingRecord,
  { prefix }: Kind,
  { days, most, now }: { readonly days: ForgettingRecord['days']; readonly most: number; readonly now: number },
): ForgettingRecord {
  const last = kind + 1 === kinds.length;
  return {
    kind: last ? 0 : kind + 1,
    after: '',
    days: {},
    tooMany: { ...tooMany, [prefix]: cutoff(days, most) },
    notBefore: last ? now + restMs : now,
  };
}

async function heldRecoveries(records: Reader): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const prefix of [scopeGroundPrefix, serviceGroundPrefix]) {
    const { items } = await records.list<GroundRecord>(prefix, { limit: 1000 });
    for (const { value } of items) if (value.held !== undefined) found.add(value.held.recovery);
  }
  return found;
}

/** Its parts first, as many as fit. @returns false when there is more of it than that. */
async function forgotten(key: string, parts: string | undefined, sheet: Sheet, records: Reader): Promise<boolean> {
  const room = budget - sheet.items - 2;
  if (room <= 0) return false;
  const items = parts === undefined ? [] : (await records.list(parts, { limit: room })).items;
  for (const each of items) sheet.write(each.key, undefined);
  if (items.length >= room) return false;
  sheet.write(key, undefined);
  return true;
}

/** The days that together hold no more than so many, the newest first, and never less than one day. */
export function cutoff(days: Readonly<Record<string, number>>, most: number): number {
  let sum = 0;
  for (const each of Object.keys(days)
    .map(Number)
    .sort((a, b) => b - a)) {
    const next = sum + (days[each] ?? 0);
    if (next > most && sum > 0) return (each + 1) * day;
    sum = next;
  }
  return 0;
}
