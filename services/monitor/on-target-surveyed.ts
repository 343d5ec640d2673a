import { targetSurveyed } from '../../shared/contracts/target-surveyed.ts';
import type { DeploymentIdentity } from '../../shared/contracts/values.ts';
import { handler, nothing, type Handler, type Reader } from '../../shared/pipeline/handler.ts';
import { decideHealth } from './decide-health.ts';
import { emptyHealth } from './health-record.ts';
import { emptyDeployment } from './decide-report.ts';
import { observe } from './follow.ts';
import { withNeighbours } from './neighbours.ts';
import {
  deploymentKey,
  expectationKey,
  healthKey,
  type DeploymentRecord,
  type HealthRecord,
  type ServiceExpectation,
} from './record.ts';
import type { MonitorSettings } from './settings.ts';

/**
 * What stands in a region, or that it does not answer. What should not be there is looked at, and the report that follows says the
 * rest. What belongs to an application never heard of is left alone: it may be another control plane's.
 */
export function onTargetSurveyed(settings: MonitorSettings): Handler {
  return handler({
    consumer: 'monitor/on-target-surveyed',
    contract: targetSurveyed,
    handle: async ({ id, time, dryrun, data }, context) => {
      if (dryrun) return nothing;
      const { records } = context;
      const { scope, phase, message, reason, standing } = data;
      // Said for whoever waits for an answer: a cloud that is asked too often is neither well nor silent.
      if (reason === 'Throttled') return nothing;
      const key = healthKey(scope);
      const region = (await records.get<HealthRecord>(key)) ?? emptyHealth(scope);
      const verdict = phase === 'unreachable' ? 'silent' : 'answered';
      const sign = { at: Date.parse(time), id, deployment: scope, reason: message, verdict } as const;
      const health = decideHealth(region, sign, settings.health);
      const looks = [];
      for (const found of standing) {
        const record = await records.get<DeploymentRecord>(deploymentKey(found));
        if (!(await isStray(found, record, records))) continue;
        looks.push(observe(record ?? emptyDeployment(found), 'reconcile', 0));
      }
      const around = await withNeighbours(health.events, context);
      const writes = health.record === undefined ? [] : [{ key, value: health.record }];
      return { writes: [...writes, ...around.writes], events: [...looks, ...around.events] };
    },
  });
}

/** Removed, or never heard of in a service that was. All else is looked at by the sweep anyway. */
async function isStray(
  { application, service }: DeploymentIdentity,
  record: DeploymentRecord | undefined,
  records: Reader,
): Promise<boolean> {
  if (record?.expected !== undefined) return record.status === 'removed';
  return (await records.get<ServiceExpectation>(expectationKey(application, service))) !== undefined;
}
