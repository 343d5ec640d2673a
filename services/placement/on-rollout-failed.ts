import { rolloutFailed } from '../../shared/contracts/rollout-failed.ts';
import type { ApplicationSpec } from '../../shared/contracts/application-spec.ts';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import { handler, nothing, type Handler, type HandlerContext, type Outcome } from '../../shared/pipeline/handler.ts';
import { afterFailure } from './after-failure.ts';
import type { DecisionPage, DecisionSummary } from './decision.ts';
import { isRefused, place } from './place.ts';
import { applicationKey, isWanted, type ApplicationRecord, type Revision } from './record.ts';
import { underWay } from './retry.ts';
import type { PlacementSettings } from './settings.ts';
import { readSpec } from './spec.ts';
import { loadState, type PlacementState } from './state.ts';

/** A generation did not become ready: the same spec elsewhere, the last good spec again, or rest. */
export function onRolloutFailed(settings: PlacementSettings): Handler {
  return handler({
    consumer: 'placement/on-rollout-failed',
    contract: rolloutFailed,
    handle: async (event, context) => {
      const { data } = event;
      const state = await loadState(context.records, data.application);
      const { application: record } = state;
      if (!isWanted(record) || record.generation !== data.generation) return nothing;
      // It came right after all, and the word about that was quicker: a generation that completed does not fail any more.
      if (record.status === 'running') return nothing;
      const next = afterFailure(record, data, settings, context.now);
      switch (next.kind) {
        case 'rest':
          return { writes: [{ key: applicationKey(data.application), value: next.record }], events: next.events };
        case 'elsewhere':
          return elsewhere(record, next, { state, settings, context, request: event });
        case 'return':
          return again(next.to, next, { state, settings, context, request: event });
      }
    },
  });
}

/** Nobody is asked to wait for room that may never come: where no other place fits, what ran before is wanted again. */
async function elsewhere(
  record: ApplicationRecord,
  next: ReturnType<typeof afterFailure> & { readonly kind: 'elsewhere' },
  around: Again,
): Promise<Outcome> {
  const placed = await again(record, next, around);
  if (!isRefused(placed) || next.otherwise === undefined) return placed;
  return again(next.otherwise.to, next.otherwise, around);
}

interface Again {
  readonly state: PlacementState;
  readonly settings: PlacementSettings;
  readonly context: HandlerContext;
  readonly request: Envelope;
}

async function again(
  to: Pick<Revision, 'spec'> & Partial<Revision>,
  next: Exclude<ReturnType<typeof afterFailure>, { readonly kind: 'rest' }>,
  { state, settings, context, request }: Again,
): Promise<Outcome> {
  const name = state.application?.application ?? '';
  const read = readSpec(await context.documents.get<ApplicationSpec>(to.spec), name, settings);
  if ('problem' in read) return nothing;
  const returnTo = next.kind === 'return' ? await targetsOf(next.to, context) : undefined;
  return place(
    {
      application: read.application,
      spec: to.spec,
      cause: next.kind === 'return' ? 'rolled-back' : 'target-failed',
      avoid: next.avoid,
      attempts: next.attempts,
      retry: underWay(state.application?.retry),
      request,
      ...(returnTo === undefined ? {} : { returnTo }),
      ...(next.kind === 'return' ? { rejection: next.rejection } : {}),
    },
    state,
    settings,
    context,
  );
}

async function targetsOf(
  { decision }: Revision,
  { documents }: HandlerContext,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { pages } = await documents.get<DecisionSummary>(decision);
  const services = await Promise.all(pages.map(async (ref) => (await documents.get<DecisionPage>(ref)).services));
  return new Map(services.flat().map(({ service, targets }) => [service, targets.map(({ target }) => target)]));
}
