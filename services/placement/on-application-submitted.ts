import { applicationSubmitted } from '../../shared/contracts/application-submitted.ts';
import type { ApplicationSpec } from '../../shared/contracts/application-spec.ts';
import { handler, nothing, type Handler } from '../../shared/pipeline/handler.ts';
import { isDecided } from './decided.ts';
import { place } from './place.ts';
import { refusal } from './reject.ts';
import type { PlacementSettings } from './settings.ts';
import { readSpec } from './spec.ts';
import { loadState } from './state.ts';

/** A desired spec arrived: decide where its services go, or say why they cannot. */
export function onApplicationSubmitted(settings: PlacementSettings): Handler {
  return handler({
    consumer: 'placement/on-application-submitted',
    contract: applicationSubmitted,
    handle: async (event, context) => {
      const { data } = event;
      const state = await loadState(context.records, data.application);
      if (isDecided(state.application, event)) return nothing;
      const refuse = (reason: 'GenerationConflict' | 'InvalidSpec', message: string) =>
        refusal(
          data.application,
          state.application,
          { cause: 'submitted', reason, message, services: [] },
          context.now,
        );
      const conflict = conflictWith(data.ifGeneration, state.application?.generation ?? 0);
      if (conflict !== undefined) return refuse('GenerationConflict', conflict);
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
        { application: read.application, spec, cause: 'submitted', avoid: {}, attempts: 0, byHand: {}, request: event },
        state,
        settings,
        context,
      );
    },
  });
}

function conflictWith(wanted: number | undefined, standing: number): string | undefined {
  if (wanted === undefined || wanted === standing) return undefined;
  return `the application is at generation ${standing}, not ${wanted}: read it again and submit your change on top`;
}
