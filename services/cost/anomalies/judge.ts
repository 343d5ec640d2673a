import { hash } from 'node:crypto';
import { costAnomaly } from '../../../shared/contracts/cost-anomaly.ts';
import { cloudNames, type CloudName } from '../../../shared/contracts/values.ts';
import { dayAt, dayName, dayNumber } from '../../../shared/domain/calendar.ts';
import { listAll } from '../../../shared/pipeline/reading.ts';
import { onePage } from '../budgets/page.ts';
import { growthKey, type GrowthRecord } from '../forecast/growth.ts';
import { readTotals, type Sight } from '../forecast/outlook.ts';
import type { Judge, Judged, Judging } from '../judge.ts';
import { anomalyPrefix } from '../keys.ts';
import type { Run } from './detect.ts';
import { explain } from './explain.ts';
import { anomalyKey, type AnomalyRecord } from './record.ts';
import { runsOf } from './runs.ts';
import { anomalyId, readSeries, seriesName, type Series, type SeriesKey } from './series.ts';

/** Days that are compared anew each time: a monthly item has to be seen twice, a new level believed. */
const comparedDays = 38;
/** What ended earlier is not told any more: the first bills of a year should not ring for each week of it. */
const toldDays = 14;
const keptDays = 180;
/** Growth that was last seen no longer ago goes on. */
const slowApart = 14;
/** Each that is told asks the ledger for its rows. */
const mostSteps = 25;

interface Found {
  readonly name: string;
  readonly key: SeriesKey;
  readonly run: Run;
}

/** Says each run of days that cost more than days like them once, and keeps what becomes of it. */
export const judgeAnomalies: Judge = async (judging) => {
  const { context, cursor } = judging;
  const today = dayAt(context.now);
  const records = await listAll<AnomalyRecord>(context.records, anomalyPrefix);
  const found = (await look(judging, today))
    .filter(({ name, run }) => run.day >= today - toldDays && (cursor === undefined || name > cursor))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const old = records.filter(({ day }) => dayNumber(day) < today - keptDays).slice(0, 10);
  const writes = cursor === undefined ? old.map(({ anomaly }) => ({ key: anomalyKey(anomaly), value: undefined })) : [];
  return onePage(found, (each) => judgeOne(each, records, judging), { writes, mostSteps });
};

async function look({ spend, context, given }: Judging, today: number): Promise<readonly Found[]> {
  const growth = await context.records.get<GrowthRecord>(growthKey);
  const sight: Sight = { today, totals: await readTotals(spend, today), growth };
  const { sensitivity, minimumImpact, days } = given.settings.anomalies;
  const from = dayName(today - comparedDays - days);
  const series = await readSeries(spend, sight, { from, to: dayName(today + 1) });
  const options = { sensitivity, minimumMicros: Math.round(minimumImpact * 1e6), days, from: today - comparedDays };
  const dear = series.filter((each) => isDear(each, options.minimumMicros));
  return dear.flatMap(({ key, days: own }) =>
    runsOf(own, options).map((run) => ({ name: nameOf(key, run), key, run })),
  );
}

/** Short whatever the tags hold: it is the cursor of a page. */
const nameOf = (key: SeriesKey, { since, kind }: Run): string =>
  `${hash('sha256', seriesName(key), 'hex').slice(0, 32)} ${dayName(since)} ${kind}`;

/** A series that never cost as much as is worth telling needs no looking at. */
function isDear({ days }: Series, minimumMicros: number): boolean {
  return days.some(({ micros }) => micros >= minimumMicros);
}

async function judgeOne({ key, run }: Found, records: readonly AnomalyRecord[], judging: Judging): Promise<Judged> {
  const { spend, context } = judging;
  const known = records.find((each) => seriesName(each.series) === seriesName(key) && meets(each, run));
  if (known !== undefined && !goesOn(known, run)) return {};
  const anomaly = known?.anomaly ?? idOf(key, run);
  // Read to be written.
  await context.records.get<AnomalyRecord>(anomalyKey(anomaly));
  const { kind, actualMicros, expectedMicros, impactMicros, score, shifted } = run;
  const figures = { kind, actualMicros, expectedMicros, impactMicros, score };
  const days = { since: sinceOf(known, run), day: dayName(run.day) };
  const rows = await explain(spend, key, run);
  const toldAt = known?.toldAt ?? context.now;
  const value: AnomalyRecord = { anomaly, series: key, ...days, ...figures, rows, shifted, toldAt };
  const { currency } = key;
  const events =
    known === undefined
      ? [costAnomaly.draft({ anomaly, ...namesOf(key), ...days, currency, ...figures, rows: [...rows] })]
      : [];
  return { writes: [{ key: anomalyKey(anomaly), value }], events };
}

/** A day may jump out of what creeps up: those are two. */
const idOf = (key: SeriesKey, { day, kind }: Run): string =>
  `${anomalyId(key, dayName(day))}${kind === 'sudden' ? '' : `-${kind}`}`;

/** What creeps up for longer than is compared began when it was first seen to. */
function sinceOf(known: AnomalyRecord | undefined, { since, kind }: Run): string {
  const own = dayName(since);
  return kind === 'slow' && known !== undefined && known.since < own ? known.since : own;
}

/** Bills that came late may have moved its first day by one; a slope's first day is a guess that each day moves. */
function meets({ since, day, kind = 'sudden' }: AnomalyRecord, run: Run): boolean {
  const apart = kind === 'slow' ? slowApart : 1;
  return kind === run.kind && run.since <= dayNumber(day) + apart && run.day >= dayNumber(since) - apart;
}

function goesOn(known: AnomalyRecord, { day, impactMicros, shifted }: Run): boolean {
  const before = dayNumber(known.day);
  return day > before || (day === before && (known.impactMicros !== impactMicros || known.shifted !== shifted));
}

/** Tags may hold anything; what is no name of ours is only in the record. */
function namesOf({ provider, application, service, serviceName }: SeriesKey) {
  const cloud = cloudNames.find((each): each is CloudName => each === provider);
  const isName = (text: string | undefined): text is string => /^[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?$/.test(text ?? '');
  return {
    ...(cloud === undefined ? {} : { cloud }),
    ...(isName(application) ? { application } : {}),
    ...(isName(service) ? { service } : {}),
    ...(serviceName === undefined ? {} : { serviceName: serviceName.slice(0, 300) }),
  };
}
