import type { ApplicationSpec } from '../../shared/contracts/application-spec.ts';
import { serviceReturn } from '../../shared/contracts/service-return.ts';
import { counted } from '../../shared/domain/counted.ts';
import { handler, nothing, type Handler } from '../../shared/pipeline/handler.ts';
import { isDecided } from './decided.ts';
import { decideNow, place } from './place.ts';
import { refusal } from './reject.ts';
import { isWanted } from './record.ts';
import { notReturned } from './returned.ts';
import type { PlacementSettings } from './settings.ts';
import { readSpec } from './spec.ts';
import { loadState } from './state.ts';

/**
 * Services go back to where they stood before a recovery, without regard to gain and cooldown, but under all constraints; nothing else
 * moves. Where not one of them can go back, that is said and nothing is changed.
 */
export function onServiceReturn(settings: PlacementSettings): Handler {
  return handler({
    consumer: 'placement/on-service-return',
    contract: serviceReturn,
    handle: async (event, context) => {
      const { data, dryrun } = event;
      const state = await loadState(context.records, data.application);
      const { application: record } = state;
      if (dryrun || isDecided(record, event)) return nothing;
      const refuse = (reason: 'UnknownApplication' | 'InvalidSpec' | 'NoFeasiblePlacement', message: string) => ({
        because: (services: { service: string; message: string }[]) =>
          refusal(data.application, record, { cause: 'failed-back', reason, message, services }, context.now),
      });
      if (!isWanted(record)) {
        return refuse('UnknownApplication', `there is no application ${data.application} to bring back`).because([]);
      }
      const read = readSpec(await context.documents.get<ApplicationSpec>(record.spec), data.application, settings);
      if ('problem' in read) return refuse('InvalidSpec', read.problem).because([]);
      const { spec, avoid } = record;
      const prefer = new Map(data.services.map(({ service, targets }) => [service, targets]));
      const wish = { application: read.application, cause: 'failed-back', avoid, prefer } as const;
      const decided = decideNow(wish, state, settings, context.now);
      const left = decided.kind === 'placed' ? notReturned(decided.services, prefer) : [];
      if (left.length === prefer.size) {
        const message = `${counted(left.length, 'service')} cannot go back; nothing was changed`;
        return refuse('NoFeasiblePlacement', message).because(left.slice(0, 50));
      }
      return place({ ...wish, spec, attempts: 0, request: event }, state, settings, context);
    },
  });
}
