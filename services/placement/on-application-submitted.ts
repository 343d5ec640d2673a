import { applicationSubmitted } from '../../shared/contracts/application-submitted.ts';
import type { ApplicationSpec } from '../../shared/contracts/application-spec.ts';
import { handler, type Handler } from '../../shared/pipeline/handler.ts';
import { place, refusal } from './place.ts';
import type { PlacementSettings } from './settings.ts';
import { readSpec } from './spec.ts';
import { loadState } from './state.ts';

/** A desired spec arrived: decide where its services go, or say why they cannot. */
export function onApplicationSubmitted(settings: PlacementSettings): Handler {
  return handler({
    consumer: 'placement/on-application-submitted',
    contract: applicationSubmitted,
    handle: async ({ data }, context) => {
      const state = await loadState(context.records, data.application);
      const refuse = (reason: 'GenerationConflict' | 'InvalidSpec', message: string) =>
        refusal(data.application, state.application, { cause: 'submitted', reason, message, services: [] });
      const standing = state.application?.generation ?? 0;
      if (data.ifGeneration !== undefined && data.ifGeneration !== standing) {
        return refuse(
          'GenerationConflict',
          `the application is at generation ${standing}, not ${data.ifGeneration}: read it again and submit your change on top`,
        );
      }
      if (data.spec === undefined && data.document === undefined) {
        return refuse('InvalidSpec', 'the event carries neither a spec nor a document');
      }
      const spec = data.document ?? (await context.documents.put(data.spec));
      const read = readSpec(
        data.spec ?? (await context.documents.get<ApplicationSpec>(spec)),
        data.application,
        settings,
      );
      if ('problem' in read) return refuse('InvalidSpec', read.problem);
      return place(
        { application: read.application, spec, cause: 'submitted', avoid: {}, attempts: 0 },
        state,
        settings,
        context,
      );
    },
  });
}
