import { applicationScaled } from '../../shared/contracts/application-scaled.ts';
import type { ApplicationSpec } from '../../shared/contracts/application-spec.ts';
import { handler, nothing, type Handler } from '../../shared/pipeline/handler.ts';
import { isDecided } from './decided.ts';
import { place } from './place.ts';
import { refusal } from './reject.ts';
import type { PlacementSettings } from './settings.ts';
import { readSpec } from './spec.ts';
import { isWanted } from './record.ts';
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
      const spec = scaled(await context.documents.get<ApplicationSpec>(record.spec), data.services);
      if (typeof spec === 'string') return refuse('UnknownService', spec);
      const read = readSpec(spec, data.application, settings);
      if ('problem' in read) return refuse('InvalidSpec', read.problem);
      const ref = await context.documents.put(spec);
      return place(
        { application: read.application, spec: ref, cause: 'scaled', avoid: record.avoid, attempts: 0, request: event },
        state,
        settings,
        context,
      );
    },
  });
}

function scaled(
  spec: ApplicationSpec,
  changes: readonly { readonly name: string; readonly replicas: number }[],
): ApplicationSpec | string {
  const replicas = new Map(changes.map((change) => [change.name, change.replicas]));
  const known = new Set(spec.spec.services.map(({ name }) => name));
  const unknown = [...replicas.keys()].find((name) => !known.has(name));
  if (unknown !== undefined) return `there is no service ${unknown}; there are ${[...known].join(', ')}`;
  const services = spec.spec.services.map((service) => {
    const count = replicas.get(service.name);
    return count === undefined ? service : { ...service, replicas: count };
  });
  return { ...spec, spec: { ...spec.spec, services } };
}
