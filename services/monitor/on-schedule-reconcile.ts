import { scheduleReconcile } from '../../shared/contracts/schedule-reconcile.ts';
import { regionScope } from '../../shared/domain/target.ts';
import { handler, type Change, type Handler, type Outcome, type Reader } from '../../shared/pipeline/handler.ts';
import { emptyHealth } from './decide-health.ts';
import { decideSweep, pageSize } from './decide-sweep.ts';
import { deploymentPrefix, healthKey, type DeploymentRecord, type HealthRecord } from './record.ts';
import type { MonitorSettings } from './settings.ts';

/** One step of the sweep over everything that is deployed; the next step follows by the same event with `after`. */
export function onScheduleReconcile(settings: MonitorSettings): Handler {
  return handler({
    consumer: 'monitor/on-schedule-reconcile',
    contract: scheduleReconcile,
    handle: async ({ data }, { records, now }) => {
      const after = data.after === undefined ? {} : { after: `${deploymentPrefix}${data.after}` };
      const page = await records.list<DeploymentRecord>(deploymentPrefix, { ...after, limit: pageSize(settings) });
      const writes: Change[] = [];
      const events: NonNullable<Outcome['events']>[number][] = [];
      for (const { key, value } of page.items) {
        const region = await regionOf(value, records);
        const swept = decideSweep(value, { now, settings, region });
        if (swept.record !== undefined)
          writes.push({ key, value: swept.record === 'forget' ? undefined : swept.record });
        events.push(...swept.events);
      }
      if (page.next !== undefined) {
        events.push(scheduleReconcile.draft({ after: page.next.slice(deploymentPrefix.length) }));
      }
      return { writes, events };
    },
  });
}

async function regionOf({ target }: DeploymentRecord, records: Reader) {
  const scope = regionScope(target);
  return ((await records.get<HealthRecord>(healthKey(scope))) ?? emptyHealth(scope)).status;
}
