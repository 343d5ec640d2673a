import type { Draft } from '../../../shared/contracts/contract.ts';
import {
  monitorMeasuredDue,
  type Measured,
  type MeasuredName,
} from '../../../shared/contracts/monitor-measured-due.ts';
import type { Change, HandlerContext, Outcome } from '../../../shared/pipeline/handler.ts';
import { deploymentKey, expectationKey, type DeploymentRecord } from '../record.ts';
import type { MonitorSettings } from '../settings.ts';
import { absorb, type Points } from './absorb.ts';
import { weigh, type Weighed } from './weigh.ts';
import { resolutions, type Resolution } from './ring.ts';
import { spreadKey, withHours, type SpreadRecord } from '../usage/spread.ts';
import { router, seriesKey, type Kept, type SeriesKey, type SeriesRecord } from './series.ts';

/** What one message says was measured. */
export interface Report {
  readonly asOf: number;
  readonly adds: boolean;
  /** `cloud/region` that measured; absent for the router. */
  readonly scope?: string;
  /** A Prometheus told it. */
  readonly prometheus?: true;
  readonly measured: readonly Measured[];
}

/** Services in places that one step keeps: four records each at most, of a transaction's 100 items and 4 MB. */
const atOnce = 15;
/** What a note may carry: an event holds 256 KB. */
const noteBytes = 150_000;

/** Keeps as much of a report as fits one transaction and says what it means for the region's health; the rest follows by notes. */
export async function keepMeasured(
  report: Report,
  context: HandlerContext,
  settings: MonitorSettings,
): Promise<Outcome> {
  const groups = grouped(report.measured);
  const writes: Change[] = [];
  const weighed: Weighed[] = [];
  for (const group of groups.slice(0, atOnce)) {
    const kept = await keepOne(group, report, context);
    if (kept === undefined) continue;
    writes.push(...kept.writes);
    if (kept.minutes !== undefined) weighed.push({ of: group.of, minutes: kept.minutes });
  }
  const health =
    report.scope === undefined ? {} : await weigh(report.scope, weighed, { context, settings, at: report.asOf });
  const rest = notes(report, groups.slice(atOnce));
  return { writes: [...writes, ...(health.writes ?? [])], events: [...(health.events ?? []), ...rest] };
}

interface Group {
  readonly of: SeriesKey;
  readonly measured: Measured[];
}

function grouped(measured: readonly Measured[]): Group[] {
  const groups = new Map<string, Group>();
  for (const each of measured) {
    const { application, service, place } = each;
    const key = `${application}/${service}/${place}`;
    const group = groups.get(key) ?? { of: { application, service, place }, measured: [] };
    group.measured.push(each);
    groups.set(key, group);
  }
  return [...groups.values()];
}

interface KeptOne {
  readonly writes: readonly Change[];
  readonly minutes: SeriesRecord | undefined;
}

async function keepOne({ of, measured }: Group, report: Report, context: HandlerContext): Promise<KeptOne | undefined> {
  if (!(await isOurs(of, context))) return undefined;
  const before = await readKept(of, context);
  const { now } = context;
  const { asOf, adds, prometheus: told = false } = report;
  const after = absorb(before, arrivedOf(measured), { now, asOf, adds, told });
  const writes = (Object.keys(after) as Resolution[]).map((resolution) => ({
    key: seriesKey(resolution, of),
    value: after[resolution],
  }));
  const minutes = after['1m'] ?? before['1m'];
  // An hour is over, or is known better: the only time the minutes' spread is read.
  const spread = after['1h'] === undefined || of.place === router ? [] : await spreadOf(of, minutes, context);
  return { writes: [...writes, ...spread], minutes };
}

async function spreadOf(
  of: SeriesKey,
  minutes: SeriesRecord | undefined,
  { records, now }: HandlerContext,
): Promise<readonly Change[]> {
  const key = spreadKey(of);
  const before = await records.get<SpreadRecord>(key);
  const value = withHours(before, minutes, now);
  return value === before ? [] : [{ key, value }];
}

/** Nothing is kept of what nobody here has placed: a stranger's word would stay for ever. */
async function isOurs({ application, service, place }: SeriesKey, { records }: HandlerContext): Promise<boolean> {
  if (place === router) return (await records.get(expectationKey(application, service))) !== undefined;
  const record = await records.get<DeploymentRecord>(deploymentKey({ application, service, target: place }));
  return record?.expected !== undefined;
}

async function readKept(of: SeriesKey, { records }: HandlerContext): Promise<Kept> {
  const found: Partial<Record<Resolution, SeriesRecord>> = {};
  for (const resolution of Object.keys(resolutions) as Resolution[]) {
    const record = await records.get<SeriesRecord>(seriesKey(resolution, of));
    if (record !== undefined) found[resolution] = record;
  }
  return found;
}

function arrivedOf(measured: readonly Measured[]): Map<MeasuredName, Points> {
  const arrived = new Map<MeasuredName, Points>();
  for (const { metric, points } of measured) arrived.set(metric, [...(arrived.get(metric) ?? []), ...points]);
  return arrived;
}

function notes({ measured: _, ...about }: Report, groups: readonly Group[]): Draft[] {
  const pages: Measured[][] = [];
  let room = 0;
  for (const { measured } of groups) {
    const bytes = JSON.stringify(measured).length;
    if (bytes > room) {
      pages.push([]);
      room = noteBytes;
    }
    pages.at(-1)?.push(...measured);
    room -= bytes;
  }
  return pages.map((measured) => monitorMeasuredDue.draft({ ...about, measured }));
}
