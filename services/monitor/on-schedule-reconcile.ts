import type { Draft } from '../../shared/contracts/contract.ts';
import { scheduleReconcile } from '../../shared/contracts/schedule-reconcile.ts';
import { regionScope } from '../../shared/domain/target.ts';
import {
  handler,
  nothing,
  type Change,
  type Handler,
  type Outcome,
  type Reader,
} from '../../shared/pipeline/handler.ts';
import { emptyHealth } from './decide-health.ts';
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

/**
 * One step of the sweep over everything that is deployed; the next step follows by the same event with `after`. One sweep at a time,
 * at a pace: when the fleet is so large that the next one is due before the last has ended, looks become rarer, and do not pile up.
 */
export function onScheduleReconcile(settings: MonitorSettings): Handler {
  return handler({
    consumer: 'monitor/on-schedule-reconcile',
    contract: scheduleReconcile,
    handle: async ({ data }, { records, now }) => {
      const last = await records.get<SweepRecord>(sweepKey);
      if (data.after === undefined) {
        if (isUnderWay(last, now, settings)) return nothing;
        const surveys = await dueSurveys(records, { now, settings });
        if (surveys.events.length > 0) return withSurveys(surveys, now);
      }
      const after = data.after === undefined ? {} : { after: `${deploymentPrefix}${data.after}` };
      const page = await records.list<DeploymentRecord>(deploymentPrefix, { ...after, limit: pageSize(settings) });
      const writes: Change[] = [
        { key: sweepKey, value: { at: now, done: page.next === undefined } satisfies SweepRecord },
      ];
      const events: Draft[] = [];
      for (const { key, value } of page.items) {
        const region = await regionOf(value, records);
        const swept = decideSweep(value, { now, settings, region });
        if (swept.record !== undefined)
          writes.push({ key, value: swept.record === 'forget' ? undefined : swept.record });
        events.push(...swept.events);
      }
      if (page.next === undefined) return { writes, events };
      const delayMs = Math.round((settings.sweepPaceMs * events.length) / pageSize(settings));
      const next = scheduleReconcile.draft({ after: page.next.slice(deploymentPrefix.length) }, { delayMs });
      return { writes, events: [...events, next] };
    },
  });
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
