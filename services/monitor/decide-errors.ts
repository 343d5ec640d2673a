import { holdMs, recentTurns } from './flap.ts';
import { concluded, reportedStatus, type HealthDecision } from './health-record.ts';
import type { ErrorEntry, ErrorVerdict, HealthRecord } from './record.ts';
import type { HealthSettings } from './settings.ts';

/** What the requests of one deployment say. */
export interface ErrorSign {
  readonly deployment: string;
  readonly verdict: ErrorVerdict;
  /** `ErrorRatio 0.43 of 210 requests` */
  readonly reason: string;
}

/** Verdicts kept per region. */
const mostEntries = 200;

/**
 * Requests that fail speak against a region. Only while any do are the others' verdicts kept beside them: they tell whether it is the
 * region. What was judged too long ago counts no more: traffic may have left, and unknown is neither ill nor well.
 */
export function decideErrors(
  known: HealthRecord,
  signs: readonly ErrorSign[],
  { at, settings }: { readonly at: number; readonly settings: HealthSettings },
): HealthDecision {
  const before = currentErrors(known, at, settings);
  const after = { ...before, ...Object.fromEntries(signs.map((sign) => [sign.deployment, entryOf(sign, before, at)])) };
  if (!fails(after) && known.errors === undefined && known.ailing === undefined) return { events: [] };
  const next = withErrors(known, after, { at, settings });
  const evidence = evidenceOf(after, next.ailing === undefined);
  return concluded(known, next, { since: next.ailing ?? at, evidence });
}

/** The record without verdicts that are too old, for whoever looks at it next. */
export function forgetErrors(known: HealthRecord, at: number, settings: HealthSettings): HealthRecord {
  if (known.errors === undefined && known.ailing === undefined) return known;
  const left = currentErrors(known, at, settings);
  const same = Object.keys(left).length === Object.keys(known.errors ?? {}).length;
  return same && known.servingSince === undefined ? known : withErrors(known, left, { at, settings });
}

type Errors = Readonly<Record<string, ErrorEntry>>;

function currentErrors({ errors = {} }: HealthRecord, at: number, { errorsForgetMs }: HealthSettings): Errors {
  return Object.fromEntries(Object.entries(errors).filter(([, entry]) => at - entry.at < errorsForgetMs));
}

function entryOf({ deployment, verdict, reason }: ErrorSign, before: Errors, at: number): ErrorEntry {
  const known = before[deployment];
  return { verdict, reason, at, since: known?.verdict === verdict ? known.since : at };
}

const fails = (errors: Errors): boolean => Object.values(errors).some(({ verdict }) => verdict !== 'serves');

function withErrors(
  known: HealthRecord,
  errors: Errors,
  { at, settings }: { readonly at: number; readonly settings: HealthSettings },
): HealthRecord {
  const { errors: _errors, ailing, servingSince, ailed = [], ...rest } = known;
  // From here on the status no longer tells what reports say by themselves.
  const kept = { ...rest, reported: reportedStatus(known), ...(fails(errors) ? { errors: newest(errors) } : {}) };
  const turns = recentTurns(ailed, at, settings);
  if (isAiling(Object.values(errors), at, settings)) {
    return { ...kept, ailing: ailing ?? at, ailed: ailing === undefined ? [...turns, at] : turns };
  }
  const remembered = turns.length === 0 ? {} : { ailed: turns };
  const since = servingSince ?? at;
  if (ailing === undefined || at - since >= holdMs(turns, at, settings)) return { ...kept, ...remembered };
  return { ...kept, ...remembered, ailing, servingSince: since };
}

function newest(errors: Errors): Errors {
  return Object.fromEntries(
    Object.entries(errors)
      .sort(([, a], [, b]) => b.at - a.at)
      .slice(0, mostEntries),
  );
}

/**
 * At least as many as for failing health checks, and no fewer than serve: of a hundred deployments two that fail are no region. Or all
 * there are, when the same services do well elsewhere. What fails wherever it stands is no region's doing; where nobody has been heard of
 * from elsewhere yet, the next round is waited for, or the first region to answer would be blamed for all.
 */
function isAiling(entries: readonly ErrorEntry[], at: number, settings: HealthSettings): boolean {
  const { unhealthyDeployments, errorsSpanMs } = settings;
  const onlyHere = entries.filter(({ verdict }) => verdict === 'fails only here').length;
  const lasting = entries.filter(({ verdict, since }) => verdict === 'fails' && at - since >= errorsSpanMs).length;
  const serving = entries.filter(({ verdict }) => verdict === 'serves').length;
  if (onlyHere + lasting >= unhealthyDeployments) return onlyHere + lasting >= serving;
  return onlyHere > 0 && serving === 0 && entries.every(({ verdict }) => verdict !== 'fails');
}

function evidenceOf(errors: Errors, well: boolean): string[] {
  const wanted = Object.entries(errors).filter(([, { verdict }]) => (verdict === 'serves') === well);
  return wanted.map(([deployment, { reason }]) => `${deployment}: ${reason}`);
}
