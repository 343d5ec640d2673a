import { applicationScaled } from '../../shared/contracts/application-scaled.ts';
import type { ApplicationSpec } from '../../shared/contracts/application-spec.ts';
import type { NormalizedApplication } from '../../shared/domain/spec/normalized.ts';
import { nextChange } from '../../shared/domain/spec/schedule.ts';
import { handler, nothing, type Handler } from '../../shared/pipeline/handler.ts';
import { isDecided } from './decided.ts';
import { place } from './place.ts';
import { refusal } from './reject.ts';
import type { PlacementSettings } from './settings.ts';
import { readSpec } from './spec.ts';
import { isWanted, type ByHand } from './record.ts';
import { loadState } from './state.ts';

/** New replica counts are a new spec, and so a new generation: nothing about scaling is special. */
export function onApplicationScaled(settings: PlacementSettings): Handler {
  return handler({
    consumer: 'placement/on-application-scaled',
    contract: applicationScaled,
    handle: async (event, context) => {
      const { data } = event;
      const state = await loadState(context.records, data.application);
      const { application: record } = state;
      if (isDecided(record, event)) return nothing;
      const refuse = (reason: 'UnknownApplication' | 'UnknownService' | 'InvalidSpec', message: string) =>
        refusal(data.application, record, { cause: 'scaled', reason, message, services: [] }, context.now);
      if (!isWanted(record)) {
        return refuse('UnknownApplication', `there is no application ${data.application} to scale`);
      }
      const spec = await context.documents.get<ApplicationSpec>(record.spec);
      const known = new Set(spec.spec.services.map(({ name }) => name));
      const unknown = data.services.find(({ name }) => !known.has(name));
      if (unknown !== undefined) {
        return refuse('UnknownService', `there is no service ${unknown.name}; there are ${[...known].join(', ')}`);
      }
      const changes = new Map(data.services.map(({ name, replicas }) => [name, replicas]));
      const scaled = withReplicas(spec, changes);
      const read = readSpec(scaled, data.application, settings);
      if ('problem' in read) return refuse('InvalidSpec', read.problem);
      const byHand = { ...record.byHand, ...handsOn(read.application, changes, context.now) };
      return place(
        {
          application: read.application,
          spec: await context.documents.put(scaled),
          cause: 'scaled',
          avoid: record.avoid,
          attempts: 0,
          byHand,
          request: event,
        },
        state,
        settings,
        context,
      );
    },
  });
}

type Changes = ReadonlyMap<string, number>;

/** A service with a schedule keeps its spec: see `handsOn`. */
function withReplicas(spec: ApplicationSpec, changes: Changes): ApplicationSpec {
  const services = spec.spec.services.map((service) => {
    const replicas = changes.get(service.name);
    return replicas === undefined || service.schedule !== undefined ? service : { ...service, replicas };
  });
  return { ...spec, spec: { ...spec.spec, services } };
}

/** What a hand says of a service with a schedule holds until the clock asks for another number; nobody has to remember to undo it. */
function handsOn({ services }: NormalizedApplication, changes: Changes, now: number): ByHand {
  const scheduled = services.filter(({ name, schedule }) => schedule !== undefined && changes.has(name));
  return Object.fromEntries(
    scheduled.map((service) => {
      const until = nextChange(service, now) ?? Number.MAX_SAFE_INTEGER;
      return [service.name, { replicas: changes.get(service.name) ?? service.replicas, until }];
    }),
  );
}
