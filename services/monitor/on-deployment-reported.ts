import { deploymentReported } from '../../shared/contracts/deployment-reported.ts';
import { deploymentId } from '../../shared/contracts/values.ts';
import { regionScope } from '../../shared/domain/target.ts';
import { handler, nothing, type Handler, type Reader } from '../../shared/pipeline/handler.ts';
import { decideHealth, verdictOf } from './decide-health.ts';
import { emptyHealth } from './health-record.ts';
import { decideReport, emptyDeployment, seenOf } from './decide-report.ts';
import { adopt } from './expectation.ts';
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

/** A deployer says what it did or saw: about one deployment, and thereby about the region it stands in. */
export function onDeploymentReported(settings: MonitorSettings): Handler {
  return handler({
    consumer: 'monitor/on-deployment-reported',
    contract: deploymentReported,
    handle: async (event, context) => {
      const { records, now } = context;
      // A rehearsal touched no cloud: what it reports is no fact.
      if (event.dryrun) return nothing;
      const key = deploymentKey(event.data);
      const scope = regionScope(event.data.target);
      const found = (await records.get<DeploymentRecord>(key)) ?? emptyDeployment(event.data);
      const before = found.expected === undefined ? await adopted(found, event.data.generation, records) : found;
      const region = (await records.get<HealthRecord>(healthKey(scope))) ?? emptyHealth(scope);
      const seen = seenOf(event.data, event);
      const verdict = verdictOf(before, seen);
      const sign = { at: seen.at, id: seen.id, deployment: deploymentId(event.data), reason: seen.reason };
      const health =
        verdict === undefined ? { events: [] } : decideHealth(region, { ...sign, verdict }, settings.health);
      const around = await withNeighbours(health.events, context);
      const status = health.record?.status ?? region.status;
      const decided = decideReport(before, seen, { now, region: status, settings }, event.data.retryAfterMs);
      const healthWrite = health.record === undefined ? [] : [{ key: healthKey(scope), value: health.record }];
      return {
        writes: [{ key, value: decided.record }, ...healthWrite, ...around.writes],
        events: [...decided.events, ...around.events],
      };
    },
  });
}

async function adopted(record: DeploymentRecord, generation: number, records: Reader): Promise<DeploymentRecord> {
  const key = expectationKey(record.application, record.service);
  return adopt(record, await records.get<ServiceExpectation>(key), generation);
}
