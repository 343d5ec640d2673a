import { listAll } from '../../shared/pipeline/reading.ts';
import type { DocumentStore } from '../../shared/ports/document-store.ts';
import { notFound, type Query, type QueryAnswer, type QueryRoute } from '../../shared/ports/http.ts';
import type { DecisionPage, DecisionSummary, Infeasible, ServiceDecision } from './decision.ts';
import { brief } from './brief.ts';
import type { RoutePorts } from './plan.ts';
import {
  applicationKey,
  applicationPrefix,
  exclusionPrefix,
  rejectionKey,
  serviceExclusionsPrefix,
  type ApplicationRecord,
  type ExclusionRecord,
  type Rejection,
  type ServiceExclusionRecord,
} from './record.ts';
import type { PlacementSettings } from './settings.ts';

/** Reads of what placement owns, and `plan`, which decides without changing anything. */
export function routes(ports: RoutePorts, settings: PlacementSettings): readonly QueryRoute[] {
  const { records, documents } = ports;
  const withApplication =
    (answer: (record: ApplicationRecord, query: Query) => Promise<QueryAnswer>) =>
    async (query: Query): Promise<QueryAnswer> => {
      const name = query.params['application'] ?? '';
      const found = await records.get<ApplicationRecord>(applicationKey(name));
      return found === undefined || found.value.status === 'removed'
        ? notFound(`there is no application ${name}`)
        : answer(found.value, query);
    };
  return [
    // Solver, catalogue and parser are loaded by the first plan: whoever mounts the reads alone starts without them.
    {
      method: 'POST',
      path: '/plan',
      answer: async (query) => (await import('./plan.ts')).plan(query, ports, settings),
    },
    {
      method: 'GET',
      path: '/applications',
      answer: async () => {
        const all = await listAll<ApplicationRecord>(records, applicationPrefix);
        return ok({ applications: all.filter(({ status }) => status !== 'removed') });
      },
    },
    { method: 'GET', path: '/applications/:application', answer: withApplication(async (record) => ok(record)) },
    {
      method: 'GET',
      path: '/applications/:application/spec',
      answer: withApplication(async (record) => ok(await documents.get(record.spec))),
    },
    {
      method: 'GET',
      path: '/applications/:application/decision',
      answer: withApplication(async (record, { search }) => {
        const summary = await documents.get<DecisionSummary>(record.decision);
        const services = await servicesOf(summary, documents);
        const told = { ...summary, services: search['explain'] === 'true' ? services : services.map(brief) };
        if (search['compare'] !== 'true') return ok(told);
        // As with the plan: the catalogue comes with the first comparison.
        const { compareStanding } = await import('./compare-standing.ts');
        return ok({ ...told, comparison: await compareStanding(record, services, ports, settings) });
      }),
    },
    {
      method: 'GET',
      path: '/applications/:application/decision/:service',
      answer: withApplication(async (record, { params }) => {
        const summary = await documents.get<DecisionSummary>(record.decision);
        const found = (await servicesOf(summary, documents)).find(({ service }) => service === params['service']);
        return found === undefined
          ? notFound(`application ${record.application} has no service ${params['service']}`)
          : ok({ ...found, weights: summary.weights, pricesAsOf: summary.pricesAsOf, generation: summary.generation });
      }),
    },
    {
      method: 'GET',
      path: '/applications/:application/rejection',
      answer: async ({ params }) => {
        const name = params['application'] ?? '';
        const found = await lastRejection(name, ports);
        return found === undefined
          ? notFound(`nothing of application ${name} was refused or has failed since it last ran`)
          : ok({ application: name, ...found });
      },
    },
    {
      method: 'GET',
      path: '/exclusions',
      answer: async () =>
        ok({
          exclusions: [
            ...(await listAll<ExclusionRecord>(records, exclusionPrefix)),
            ...(await listAll<ServiceExclusionRecord>(records, serviceExclusionsPrefix)),
          ].filter(({ excluded }) => excluded),
        }),
    },
  ];
}

/**
 * Why the last change is not what runs; with every candidate where there was no place, and when it is tried again. Also of what
 * never was placed.
 */
async function lastRejection(name: string, { records, documents }: RoutePorts) {
  const application = (await records.get<ApplicationRecord>(applicationKey(name)))?.value;
  const found =
    application === undefined ? (await records.get<Rejection>(rejectionKey(name)))?.value : application.rejection;
  if (found === undefined) return undefined;
  const retryAt = application?.retry?.at;
  const known = { ...found, ...(retryAt === undefined ? {} : { retryAt }) };
  if (found.decision === undefined) return known;
  const { infeasible } = await documents.get<{ readonly infeasible: readonly Infeasible[] }>(found.decision);
  return { ...known, services: infeasible };
}

async function servicesOf({ pages }: DecisionSummary, documents: DocumentStore): Promise<ServiceDecision[]> {
  const read = await Promise.all(pages.map((ref) => documents.get<DecisionPage>(ref)));
  return read.flatMap(({ services }) => services).sort((a, b) => (a.service < b.service ? -1 : 1));
}

const ok = (body: unknown): QueryAnswer => ({ status: 200, body });
