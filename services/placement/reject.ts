import type { Draft } from '../../shared/contracts/contract.ts';
import { placementRejected } from '../../shared/contracts/placement-rejected.ts';
import { counted } from '../../shared/domain/counted.ts';
import type { Change, HandlerContext, Outcome } from '../../shared/pipeline/handler.ts';
import type { Infeasible } from './decision.ts';
import type { PlaceRequest } from './place-request.ts';
import { applicationKey, rejectionKey, type ApplicationRecord, type Rejection } from './record.ts';
import { isOwed, withRetry } from './retry.ts';
import type { PlacementSettings } from './settings.ts';

interface Around {
  readonly settings: PlacementSettings;
  readonly context: HandlerContext;
}

/**
 * Nothing fits: what ran before still runs; the refusal is remembered and, where a place is owed, looked at again.
 * @param known absent: it was never placed
 */
export async function rejected(
  request: PlaceRequest,
  infeasible: readonly Infeasible[],
  known: ApplicationRecord | undefined,
  { settings, context }: Around,
): Promise<Outcome> {
  const { application, cause, avoid } = request;
  const why = await whyOf(request, infeasible, { context, outcome: 'nothing was changed' });
  if (known === undefined || !isOwed(cause)) return refusal(application.name, known, why, context.now);
  const tried = cause === 'target-failed' ? { ...known, avoid } : known;
  const { record, events } = withRetry(tried, cause, settings, context.now);
  const refused = refusal(application.name, { ...record, reviewOwed: true }, why, context.now);
  return { ...refused, events: [...(refused.events ?? []), ...events] };
}

/** Some fit nowhere while the others move: those are said to be rejected, and are owed a place. */
export async function strandedBy(
  request: PlaceRequest,
  infeasible: readonly Infeasible[],
  record: ApplicationRecord,
  { settings, context }: Around,
): Promise<{ readonly record: ApplicationRecord; readonly events: readonly Draft[] }> {
  if (infeasible.length === 0) return { record, events: [] };
  const outcome = 'they stay where they were, the others move';
  const why = await whyOf(request, infeasible, { context, outcome });
  const owed = withRetry(record, request.cause, settings, context.now);
  const rejection = rejectionOf(why, context.now);
  const said = placementRejected.draft({ application: record.application, ...why });
  return { record: { ...owed.record, reviewOwed: true, rejection }, events: [said, ...owed.events] };
}

async function whyOf(
  { application, cause }: PlaceRequest,
  infeasible: readonly Infeasible[],
  { context, outcome }: { readonly context: HandlerContext; readonly outcome: string },
): Promise<Refusal> {
  const decision = await context.documents.put({ application: application.name, cause, infeasible });
  const services = infeasible
    .slice(0, 50)
    .map(({ service, message }) => ({ service, message: message.slice(0, 2000) }));
  const names = infeasible.map(({ service }) => service);
  const all = counted(application.services.length, 'service');
  const first = `${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`;
  const message = `${names.length} of ${all} ${names.length === 1 ? 'fits' : 'fit'} nowhere: ${first}; ${outcome}`;
  return { cause, reason: 'NoFeasiblePlacement', message, services, decision };
}

export function isRefused({ events = [] }: Outcome): boolean {
  return events.some(({ type }) => type === placementRejected.type);
}

export type Refusal = Omit<Parameters<typeof placementRejected.draft>[0], 'application'>;

export function refusal(name: string, record: ApplicationRecord | undefined, why: Refusal, now: number): Outcome {
  return {
    writes: remembered(name, record, why, now),
    events: [placementRejected.draft({ application: name, ...why })],
  };
}

/** A name that nobody ever placed is not worth a record for every slip of the hand. */
function remembered(name: string, record: ApplicationRecord | undefined, why: Refusal, now: number): Change[] {
  const { cause, reason } = why;
  const rejection = rejectionOf(why, now);
  if (record === undefined)
    return reason === 'UnknownApplication' ? [] : [{ key: rejectionKey(name), value: rejection }];
  // Its rollout has failed, and there is nowhere else to go: it does not roll out any more.
  const over = cause === 'target-failed' || cause === 'rolled-back';
  const value: ApplicationRecord = { ...record, rejection, ...(over ? { status: 'failed' as const } : {}) };
  return [{ key: applicationKey(name), value }];
}

function rejectionOf({ cause, reason, message, decision }: Refusal, now: number): Rejection {
  const found = decision === undefined ? {} : { decision };
  return { kind: 'refused', cause, reason, message, ...found, at: now };
}
