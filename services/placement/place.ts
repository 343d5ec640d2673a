import { catalogue } from '../../shared/catalogue/index.ts';
import type { DecisionCause } from '../../shared/contracts/placement-decided.ts';
import { placementPageDue } from '../../shared/contracts/placement-page-due.ts';
import { placementRejected } from '../../shared/contracts/placement-rejected.ts';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import type { DocumentRef } from '../../shared/contracts/values.ts';
import { counted } from '../../shared/domain/counted.ts';
import type { NormalizedApplication } from '../../shared/domain/spec/normalized.ts';
import type { Change, HandlerContext, Outcome } from '../../shared/pipeline/handler.ts';
import { decide } from './decide.ts';
import type { Decided } from './input.ts';
import type { DecisionSummary } from './decision.ts';
import { paginate } from './pages.ts';
import { withDecided } from './decided.ts';
import {
  applicationKey,
  ledgerKey,
  rejectionKey,
  usageKey,
  type ApplicationRecord,
  type Rejection,
  type Retry,
} from './record.ts';
import { isOwed, withRetry } from './retry.ts';
import type { PlacementSettings } from './settings.ts';
import { combine, usedByOthers, type PlacementState } from './state.ts';
import { totalsOf } from './totals.ts';

/** A wish to have the application placed: as submitted, or again. */
export interface PlaceRequest {
  readonly application: NormalizedApplication;
  readonly spec: DocumentRef;
  readonly cause: DecisionCause;
  readonly avoid: ApplicationRecord['avoid'];
  readonly attempts: number;
  readonly returnTo?: ReadonlyMap<string, readonly string[]>;
  /** What this goes back from: people shall know it as long as nothing newer came. */
  readonly rejection?: Rejection;
  /** Stands in a cloud already, although it was never decided here: all is commanded anew, above it. */
  readonly above?: number;
  /** The chain of tries that this goes on with. */
  readonly retry?: Retry | undefined;
  /** The event that asks for it. */
  readonly request: Envelope;
}

export function decideNow(
  request: Omit<PlaceRequest, 'spec' | 'attempts' | 'request' | 'rejection' | 'retry'>,
  state: PlacementState,
  settings: PlacementSettings,
  now: number,
): Decided {
  return decide({
    application: request.application,
    cause: request.cause,
    catalogue,
    settings,
    exclusions: state.exclusions,
    avoid: request.avoid,
    current: state.current,
    lastGoodGeneration: request.above === undefined ? (state.application?.lastGood?.generation ?? 0) : 0,
    ...(request.returnTo === undefined ? {} : { returnTo: request.returnTo }),
    usedByOthers: usedByOthers(state),
    now,
  });
}

/** Decides, keeps the decision as documents, and returns the new generation with a note to carry its first page out. */
export async function place(
  request: PlaceRequest,
  state: PlacementState,
  settings: PlacementSettings,
  context: HandlerContext,
): Promise<Outcome> {
  const decided = decideNow(request, state, settings, context.now);
  if (decided.kind === 'infeasible') return rejected(request, decided, { state, settings, context });
  const generation = Math.max(state.application?.generation ?? 0, request.above ?? 0) + 1;
  const { pages, commandPages } = paginate(decided.services, decided.removed);
  const refs = await Promise.all(pages.map((page) => context.documents.put(page)));
  const { totals, links, pricesAsOf } = totalsOf(request.application, decided, catalogue.offerings);
  const summary: DecisionSummary = {
    application: request.application.name,
    generation,
    cause: request.cause,
    catalogueVersion: catalogue.version,
    weights: decided.weights,
    pricesAsOf,
    services: decided.services.length,
    changed: decided.services.filter(({ changed }) => changed).length,
    removed: decided.removed,
    totals,
    links,
    gap: decided.gap,
    freeGrants: freeGrantsOf(decided),
    pages: refs,
    commandPages,
  };
  const decision = await context.documents.put(summary);
  const name = request.application.name;
  const record: ApplicationRecord = {
    application: name,
    ...(Object.keys(request.application.labels).length === 0 ? {} : { labels: request.application.labels }),
    generation,
    spec: request.spec,
    decision,
    status: 'rolling-out',
    cause: request.cause,
    services: decided.services.length,
    ...(state.application?.lastGood === undefined ? {} : { lastGood: state.application.lastGood }),
    avoid: request.avoid,
    attempts: request.attempts,
    ...(request.rejection === undefined ? {} : { rejection: request.rejection }),
    reviewOwed: false,
    ...(request.retry === undefined ? {} : { retry: request.retry }),
    decided: withDecided(state.application, request.request),
    decidedAt: context.now,
  };
  return {
    writes: [
      { key: applicationKey(name), value: record },
      { key: usageKey(name), value: { application: name, loads: decided.loads } },
      { key: ledgerKey, value: { loads: combine(usedByOthers(state), decided.loads, 1) } },
    ],
    events: [
      placementPageDue.draft({
        application: name,
        generation,
        cause: request.cause,
        page: 1,
        pages: commandPages,
        decision,
      }),
    ],
  };
}

function freeGrantsOf(decided: Decided & { readonly kind: 'placed' }): string[] {
  const used = new Set(decided.services.flatMap(({ placed }) => placed.map(({ target }) => target)));
  const keys = new Set([...used].map((target) => target.split('/')).map(([cloud, , runtime]) => `${cloud}/${runtime}`));
  return catalogue.freeGrants
    .filter(({ cloud, appliesTo }) => keys.has(`${cloud}/${appliesTo}`))
    .map(({ cloud, item, quantity, unit }) => `${cloud}: ${quantity.value} ${unit} ${item} a month`);
}

interface Around {
  readonly state: PlacementState;
  readonly settings: PlacementSettings;
  readonly context: HandlerContext;
}

/** What ran before still runs; the refusal is remembered and, where a place is owed, looked at again. */
async function rejected(
  { application, cause, avoid }: PlaceRequest,
  { infeasible }: Decided & { readonly kind: 'infeasible' },
  { state, settings, context }: Around,
): Promise<Outcome> {
  const { documents, now } = context;
  const decision = await documents.put({ application: application.name, cause, infeasible });
  const services = infeasible
    .slice(0, 50)
    .map(({ service, message }) => ({ service, message: message.slice(0, 2000) }));
  const names = infeasible.map(({ service }) => service);
  const all = counted(application.services.length, 'service');
  const first = `${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`;
  const message = `${names.length} of ${all} ${names.length === 1 ? 'fits' : 'fit'} nowhere: ${first}; nothing was changed`;
  const why = { cause, reason: 'NoFeasiblePlacement', message, services, decision } as const;
  const known = state.application;
  if (known === undefined || !isOwed(cause)) return refusal(application.name, known, why, now);
  const tried = cause === 'target-failed' ? { ...known, avoid } : known;
  const { record, events } = withRetry(tried, cause, settings, now);
  const refused = refusal(application.name, { ...record, reviewOwed: true }, why, now);
  return { ...refused, events: [...(refused.events ?? []), ...events] };
}

export function isRefused({ events = [] }: Outcome): boolean {
  return events.some(({ type }) => type === placementRejected.type);
}

type Refusal = Omit<Parameters<typeof placementRejected.draft>[0], 'application'>;

export function refusal(name: string, record: ApplicationRecord | undefined, why: Refusal, now: number): Outcome {
  return {
    writes: remembered(name, record, why, now),
    events: [placementRejected.draft({ application: name, ...why })],
  };
}

/** A name that nobody ever placed is not worth a record for every slip of the hand. */
function remembered(
  name: string,
  record: ApplicationRecord | undefined,
  { cause, reason, message, decision }: Refusal,
  now: number,
): Change[] {
  const found = decision === undefined ? {} : { decision };
  const rejection: Rejection = { kind: 'refused', cause, reason, message, ...found, at: now };
  if (record === undefined)
    return reason === 'UnknownApplication' ? [] : [{ key: rejectionKey(name), value: rejection }];
  // Its rollout has failed, and there is nowhere else to go: it does not roll out any more.
  const over = cause === 'target-failed' || cause === 'rolled-back';
  const value: ApplicationRecord = { ...record, rejection, ...(over ? { status: 'failed' as const } : {}) };
  return [{ key: applicationKey(name), value }];
}
