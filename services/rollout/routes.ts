import { notFound, type QueryRoute } from '../../shared/ports/http.ts';
import type { RecordStore } from '../../shared/ports/record-store.ts';
import { rolloutKey, servicesPrefix, type RolloutRecord, type ServiceRecord } from './record.ts';

/** Most services that one answer holds; `next` continues. */
const largestPage = 500;

/** Reads of what rollout owns: how far an application's generation is, service by service. */
export function routes(records: RecordStore): readonly QueryRoute[] {
  return [
    {
      method: 'GET',
      path: '/rollouts/:application',
      answer: async ({ params, search }) => {
        const { application = '' } = params;
        const found = await records.get<RolloutRecord>(rolloutKey(application));
        if (found === undefined) return notFound(`nothing was rolled out for application ${application}`);
        const after = search['after'] === undefined ? {} : { after: search['after'] };
        const page = await records.list<ServiceRecord>(servicesPrefix(application), { limit: largestPage, ...after });
        const next = page.next === undefined ? {} : { next: page.next };
        return {
          status: 200,
          body: { ...found.value, progress: page.items.map(({ value }) => shown(value)), ...next },
        };
      },
    },
  ];
}

function shown({
  service,
  generation,
  removed,
  settled,
  cut,
  canary,
  targets,
  commanded,
  confirmed,
  steps,
}: ServiceRecord) {
  return {
    service,
    generation,
    removed,
    settled,
    takenOver: cut,
    ...(canary === undefined
      ? {}
      : { canary: { step: canary.step + 1, of: steps.length, percent: steps[canary.step] } }),
    targets: Object.entries(targets).map(([target, { wanted, replicas, role, fact, place, removal }]) => ({
      target,
      wanted,
      replicas,
      ...(role === undefined ? {} : { role }),
      phase: fact?.kind ?? 'pending',
      ...(fact === undefined ? {} : { generation: fact.generation, ready: fact.ready, message: fact.message }),
      ...(place === undefined ? {} : { endpoint: place.endpoint }),
      removalOwed: removal !== undefined && fact?.kind !== 'removed',
    })),
    traffic: { commanded: commanded?.routes ?? [], confirmed: confirmed?.routes ?? [] },
  };
}
