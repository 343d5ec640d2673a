import { rolloutFailed } from '../../shared/contracts/rollout-failed.ts';
import type { ApplicationSpec } from '../../shared/contracts/application-spec.ts';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import { handler, nothing, type Handler, type HandlerContext, type Outcome } from '../../shared/pipeline/handler.ts';
import { afterFailure, type AfterFailure } from './after-failure.ts';
import type { DecisionPage, DecisionSummary } from './decision.ts';
import { place } from './place.ts';
import type { PlaceRequest } from './place-request.ts';
import { isRefused } from './reject.ts';
import { applicationKey, isWanted, type ApplicationRecord, type Revision } from './record.ts';
import { underWay } from './retry.ts';
import type { PlacementSettings } from './settings.ts';
import { readSpec } from './spec.ts';
import { standingBySlot } from './slots.ts';
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
      const around = { record, state, settings, context, request: event };
      switch (next.kind) {
        case 'rest':
          return { writes: [{ key: applicationKey(data.application), value: next.record }], events: next.events };
        case 'elsewhere':
          return elsewhere(next, around);
        case 'return':
          return again(next.to, next, around);
        case 'take-over':
          return takeOver(next, around);
      }
    },
  });
}

/** Nobody is asked to wait for room that may never come: where no other place fits, what ran before is wanted again. */
async function elsewhere(next: Next & { readonly kind: 'elsewhere' }, around: Again): Promise<Outcome> {
  const placed = await again(around.record, next, around);
  if (!isRefused(placed) || next.otherwise === undefined) return placed;
  return again(next.otherwise.to, next.otherwise, around);
}

async function takeOver(next: Next & { readonly kind: 'take-over' }, around: Again): Promise<Outcome> {
  const { record } = around;
  const placed = await again(record, next, around);
  return isRefused(placed) ? { writes: [{ key: applicationKey(record.application), value: next.failed }] } : placed;
}

interface Again {
  readonly record: ApplicationRecord;
  readonly state: PlacementState;
  readonly settings: PlacementSettings;
  readonly context: HandlerContext;
  readonly request: Envelope;
}

type Next = Exclude<AfterFailure, { readonly kind: 'rest' }>;

async function again(
  to: Pick<Revision, 'spec'>,
  next: Next,
  { record, state, settings, context, request }: Again,
): Promise<Outcome> {
  const read = readSpec(await context.documents.get<ApplicationSpec>(to.spec), record.application, settings);
  if ('problem' in read) return nothing;
  return place(
    {
      application: read.application,
      spec: to.spec,
      avoid: next.avoid,
      attempts: next.attempts,
      retry: underWay(record.retry),
      request,
      ...(await wishOf(next, record, context)),
    },
    state,
    settings,
    context,
  );
}

async function wishOf(
  next: Next,
  record: ApplicationRecord,
  context: HandlerContext,
): Promise<Pick<PlaceRequest, 'cause' | 'returnTo' | 'rejection' | 'above'>> {
  switch (next.kind) {
    case 'elsewhere':
      return { cause: 'target-failed' };
    case 'return':
      return { cause: 'rolled-back', returnTo: await targetsOf(next.to, context), rejection: next.rejection };
    case 'take-over': {
      // The same wish for the same places, where what is to be taken over stands; only the number was wrong.
      const { cause, rejection } = record;
      const returnTo = await targetsOf(record, context);
      return { cause, above: next.above, returnTo, ...(rejection === undefined ? {} : { rejection }) };
    }
  }
}

async function targetsOf(
  { decision }: Revision,
  { documents }: HandlerContext,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { pages } = await documents.get<DecisionSummary>(decision);
  const services = await Promise.all(pages.map(async (ref) => (await documents.get<DecisionPage>(ref)).services));
  return standingBySlot(services.flat().map(({ service, placed }) => ({ service, targets: placed })));
}
