import type { ApplicationSpec } from '../../shared/contracts/application-spec.ts';
import { placementRejected } from '../../shared/contracts/placement-rejected.ts';
import { recommendationAccepted } from '../../shared/contracts/recommendation-accepted.ts';
import { recommendationApplied } from '../../shared/contracts/recommendation-applied.ts';
import { handler, nothing, type Handler, type Outcome } from '../../shared/pipeline/handler.ts';
import { changeService } from './change-spec.ts';
import { isDecided } from './decided.ts';
import { place } from './place.ts';
import { applicationKey, isWanted, type ApplicationRecord } from './record.ts';
import type { PlacementSettings } from './settings.ts';
import { readSpec } from './spec.ts';
import { loadState } from './state.ts';

/**
 * A recommendation, or the way back of one, becomes an ordinary revision of what is wanted now: the same checks, the same rollout, and
 * the spec that is read back afterwards. Whatever became of it is said.
 */
export function onRecommendationAccepted(settings: PlacementSettings): Handler {
  return handler({
    consumer: 'placement/on-recommendation-accepted',
    contract: recommendationAccepted,
    handle: async (event, context) => {
      const { data, dryrun } = event;
      const { recommendation, direction, application, service } = data;
      const about = { recommendation, direction, application, service };
      const state = await loadState(context.records, application);
      const { application: record } = state;
      if (dryrun || isDecided(record, event)) return nothing;
      const refused = (reason: string): Outcome => ({
        events: [recommendationApplied.draft({ ...about, outcome: 'refused', reason: reason.slice(0, 1000) })],
      });
      if (!isWanted(record)) return refused(`there is no application ${application}`);
      const changed = changeService(await context.documents.get<ApplicationSpec>(record.spec), service, data.change);
      if ('problem' in changed) return refused(`the spec has changed since: ${changed.problem}`);
      const read = readSpec(changed.spec, application, settings);
      if ('problem' in read) return refused(`the changed spec is not valid: ${read.problem}`);
      const spec = await context.documents.put(changed.spec);
      const wish = { application: read.application, spec, cause: 'recommended', avoid: record.avoid } as const;
      const placed = await place({ ...wish, attempts: 0, request: event }, state, settings, context);
      const said = recommendationApplied.draft({ ...about, ...resultOf(placed, data) });
      return { ...placed, events: [...(placed.events ?? []), said] };
    },
  });
}

type Result = Pick<Parameters<typeof recommendationApplied.draft>[0], 'outcome' | 'generation' | 'reason'>;

function resultOf(
  { writes = [], events = [] }: Outcome,
  { application, acceptedBy }: { readonly application: string; readonly acceptedBy: string },
): Result {
  const rejection = events.find(({ type }) => type === placementRejected.type);
  if (rejection !== undefined) {
    const { message, services } = rejection.data as Parameters<typeof placementRejected.draft>[0];
    const reasons = [message, ...services.map((each) => `${each.service}: ${each.message}`)];
    return { outcome: 'refused', reason: reasons.join('; ').slice(0, 1000) };
  }
  const written = writes.find(({ key }) => key === applicationKey(application))?.value as ApplicationRecord;
  const { generation } = written;
  return { outcome: 'applied', generation, reason: `accepted by ${acceptedBy}; it is generation ${generation}` };
}
