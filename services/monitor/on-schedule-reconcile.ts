import type { Draft } from '../../shared/contracts/contract.ts';
import { scheduleReconcile } from '../../shared/contracts/schedule-reconcile.ts';
import { regionScope } from '../../shared/domain/target.ts';
import {
  handler,
  nothing,
  type Change,
  type Handler,
  type HandlerContext,
  type Outcome,
  type Reader,
} from '../../shared/pipeline/handler.ts';
import { emptyHealth } from './health-record.ts';
import { dueRound, roundKey, type RoundRecord } from './metrics/collect-round.ts';
import { forgetSeries, mostForgotten } from './metrics/forget-series.ts';
import { decideSweep, pageSize } from './decide-sweep.ts';
import {
  deploymentPrefix,
  healthKey,
  sweepKey,
  type DeploymentRecord,
  type HealthRecord,
  type SweepRecord,
} from './record.ts';
import type { MonitorSettings } from './settings.ts';
import { dueSurveys, type Surveys } from './survey.ts';
import { dayRoundKey, dueDayRound, type DayRoundRecord } from './usage/day-round.ts';

/**
 * One step of the sweep over everything that is deployed; the next step follows by the same event with `after`. One sweep at a time,
 * at a pace: when the fleet is so large that the next one is due before the last has ended, looks become rarer, and do not pile up.
 */
export function onScheduleReconcile(settings: MonitorSettings): Handler {
  return handler({
    consumer: 'monitor/on-schedule-reconcile',
    contract: scheduleReconcile,
    handle: async ({ data }, context) => {
      if (data.after !== undefined) return sweepStep(data.after, context, settings);
      const round = await beginRound(context, settings);
      const summing = await beginSummingUp(context, settings);
      const step = await beginSweep(context, settings);
      return {
        writes: [...(round.writes ?? []), ...(summing.writes ?? []), ...(step.writes ?? [])],
        events: [...(round.events ?? []), ...(summing.events ?? []), ...(step.events ?? [])],
      };
    },
  });
}

/** A metrics round goes its own way from here, by notes. */
async function beginRound({ records, now }: HandlerContext, { metrics }: MonitorSettings): Promise<Outcome> {
  const events = dueRound(await records.get<RoundRecord>(roundKey), now, metrics);
  if (events.length === 0) return nothing;
  return { writes: [{ key: roundKey, value: { at: now } satisfies RoundRecord }], events };
}

/** What was used on a day that is over goes its own way too. */
async function beginSummingUp({ records, now }: HandlerContext, { metrics }: MonitorSettings): Promise<Outcome> {
  if (!metrics.enabled) return nothing;
  const due = dueDayRound(await records.get<DayRoundRecord>(dayRoundKey), now);
  return due === undefined ? nothing : { writes: [{ key: dayRoundKey, value: due.record }], events: [due.event] };
}

async function beginSweep(context: HandlerContext, settings: MonitorSettings): Promise<Outcome> {
  const { records, now } = context;
  if (isUnderWay(await records.get<SweepRecord>(sweepKey), now, settings)) return nothing;
  const surveys = await dueSurveys(records, { now, settings });
  return surveys.events.length > 0 ? withSurveys(surveys, now) : sweepStep('', context, settings);
}

/** Items of a transaction that a step may fill, its mark, its next step and the beginnings of rounds aside. */
const budget = 90;

async function sweepStep(from: string, context: HandlerContext, settings: MonitorSettings): Promise<Outcome> {
  const { records, now } = context;
  await records.get<SweepRecord>(sweepKey);
  const after = from === '' ? {} : { after: `${deploymentPrefix}${from}` };
  const page = await records.list<DeploymentRecord>(deploymentPrefix, { ...after, limit: pageSize(settings) });
  const writes: Change[] = [{ key: sweepKey, value: { at: now, done: page.next === undefined } satisfies SweepRecord }];
  const events: Draft[] = [];
  for (const [index, { key, value }] of page.items.entries()) {
    const region = await regionOf(value, records);
    const { record, events: said } = decideSweep(value, { now, settings, region });
    events.push(...said);
    if (record === undefined) continue;
    const room = budget - writes.length - events.length - 3 * (page.items.length - index - 1);
    writes.push(
      ...(record === 'forget' ? await forgotten({ key, value }, { records, room, writes }) : [{ key, value: record }]),
    );
  }
  if (page.next === undefined) return { writes, events };
  const delayMs = Math.round((settings.sweepPaceMs * events.length) / pageSize(settings));
  const next = scheduleReconcile.draft({ after: page.next.slice(deploymentPrefix.length) }, { delayMs });
  return { writes, events: [...events, next] };
}

interface Standing {
  readonly key: string;
  readonly value: DeploymentRecord;
}

/** What does not fit is forgotten by the next sweep: there is no hurry. */
async function forgotten(
  { key, value }: Standing,
  { records, room, writes }: { records: Reader; room: number; writes: readonly Change[] },
): Promise<readonly Change[]> {
  if (room < mostForgotten) return [];
  const gone = new Set(writes.filter((each) => each.value === undefined).map((each) => each.key));
  return [{ key, value: undefined }, ...(await forgetSeries(value, gone, records))];
}

/** Surveys are a step of their own, so that no step exceeds a transaction; the deployments follow, from the first. */
function withSurveys({ writes, events }: Surveys, now: number): Outcome {
  const sweep: SweepRecord = { at: now, done: false };
  return {
    writes: [{ key: sweepKey, value: sweep }, ...writes],
    events: [...events, scheduleReconcile.draft({ after: '' })],
  };
}

function isUnderWay(sweep: SweepRecord | undefined, now: number, { lostAfterMs }: MonitorSettings): boolean {
  return sweep !== undefined && !sweep.done && now - sweep.at < lostAfterMs;
}

async function regionOf({ target }: DeploymentRecord, records: Reader) {
  const scope = regionScope(target);
  return ((await records.get<HealthRecord>(healthKey(scope))) ?? emptyHealth(scope)).status;
}
