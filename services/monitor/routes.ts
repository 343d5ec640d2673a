import { deploymentId } from '../../shared/contracts/values.ts';
import { badRequest, notFound, type QueryRoute } from '../../shared/ports/http.ts';
import type { RecordStore } from '../../shared/ports/record-store.ts';
import { readyOf } from './conditions.ts';
import { metricsRoutes } from './metrics/routes.ts';
import { trackOf } from './track.ts';
import { deploymentPrefix, healthPrefix, servicePrefix, type DeploymentRecord, type HealthRecord } from './record.ts';

/** Most that one answer holds; `next` continues. */
const largestPage = 500;

/** Reads of what the monitor owns: deployments with their conditions, regions with their health, what was measured of services. */
export function routes(records: RecordStore): readonly QueryRoute[] {
  return [
    {
      method: 'GET',
      path: '/deployments',
      answer: async ({ search }) => {
        const { application, service } = search;
        if (service !== undefined && application === undefined)
          return badRequest('service needs application beside it');
        const prefix = application === undefined ? deploymentPrefix : prefixOf(application, service);
        const after = search['after'] === undefined ? {} : { after: search['after'] };
        const page = await records.list<DeploymentRecord>(prefix, { limit: largestPage, ...after });
        const deployments = page.items.map(({ value }) => shown(value));
        return { status: 200, body: { deployments, ...(page.next === undefined ? {} : { next: page.next }) } };
      },
    },
    {
      method: 'GET',
      path: '/deployments/:application/:service',
      answer: async ({ params }) => {
        const { application = '', service = '' } = params;
        const page = await records.list<DeploymentRecord>(servicePrefix(application, service), { limit: largestPage });
        if (page.items.length === 0) return notFound(`nothing is deployed for ${application}/${service}`);
        return { status: 200, body: { deployments: page.items.map(({ value }) => shown(value)) } };
      },
    },
    {
      method: 'GET',
      path: '/health/regions',
      answer: async () => {
        const page = await records.list<HealthRecord>(healthPrefix, { limit: largestPage });
        return { status: 200, body: { regions: page.items.map(({ value }) => value) } };
      },
    },
    ...metricsRoutes(records),
  ];
}

const prefixOf = (application: string, service: string | undefined): string =>
  service === undefined ? `${deploymentPrefix}${application}/` : servicePrefix(application, service);

/** The record as people read it: with its id, and Ready derived. */
function shown(record: DeploymentRecord) {
  const { track: _track, whole: _whole, expected, said: _said, early: _early, ...rest } = record;
  const { answer } = trackOf(record);
  return {
    id: deploymentId(record),
    ...rest,
    ready: readyOf(record.conditions),
    generation: expected?.generation,
    wanted: expected?.wanted ?? false,
    replicas: answer?.replicas ?? { desired: expected?.replicas ?? 0, ready: 0 },
    endpoint: answer?.endpoint,
  };
}
