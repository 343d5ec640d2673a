import { catalogue } from '../../shared/catalogue/index.ts';
import { placementPageDue } from '../../shared/contracts/placement-page-due.ts';
import type { HandlerContext, Outcome } from '../../shared/pipeline/handler.ts';
import { atClock } from './at-clock.ts';
import { stillHeld, withSchedule } from './by-clock.ts';
import { decide } from './decide.ts';
import type { Decided } from './input.ts';
import type { DecisionSummary } from './decision.ts';
import { paginate } from './pages.ts';
import { withDecided } from './decided.ts';
import { applicationKey, ledgerKey, usageKey, type ApplicationRecord, type Revision } from './record.ts';
import { refusedByBudget } from './over-budget.ts';
import { rejected, strandedBy } from './reject.ts';
import type { PlaceRequest } from './place-request.ts';
import type { PlacementSettings } from './settings.ts';
import { combine, usedByOthers, type PlacementState } from './state.ts';
import { standsOf } from './tiers.ts';
import { totalsOf } from './totals.ts';

export function decideNow(
  request: Omit<PlaceRequest, 'spec' | 'attempts' | 'request' | 'rejection' | 'retry'>,
  state: PlacementState,
  settings: PlacementSettings,
  now: number,
): Decided {
  return decide({
    application: atClock(request.application, now, request.byHand ?? state.application?.byHand),
    cause: request.cause,
    catalogue: state.catalogue,
    settings,
    exclusions: state.exclusions,
    avoid: request.avoid,
    current: state.current,
    lastGoodGeneration: request.above === undefined ? (state.application?.lastGood?.generation ?? 0) : 0,
    ...(request.returnTo === undefined ? {} : { returnTo: request.returnTo }),
    ...(request.prefer === undefined ? {} : { prefer: request.prefer }),
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
  if (decided.kind === 'infeasible') {
    return rejected(request, decided.infeasible, state.application, { settings, context });
  }
  const generation = Math.max(state.application?.generation ?? 0, request.above ?? 0) + 1;
  const estimate = totalsOf(request.application, decided, state.catalogue.offerings, context.now);
  const { services, ...estimated } = estimate;
  const refused = await refusedByBudget(request, services, state, { settings, context });
  if (refused !== undefined) return refused;
  const { pages, commandPages } = paginate(services, decided.removed, request.cause === 'target-excluded');
  const refs = await Promise.all(pages.map((page) => context.documents.put(page)));
  const summary: DecisionSummary = {
    application: request.application.name,
    generation,
    cause: request.cause,
    spec: request.spec,
    catalogueVersion: state.catalogue.version,
    weights: decided.weights,
    services: decided.services.length,
    changed: decided.services.filter(({ changed }) => changed).length,
    removed: decided.removed,
    ...estimated,
    gap: decided.gap,
    freeGrants: freeGrantsOf(decided),
    pages: refs,
    commandPages,
  };
  const decision = await context.documents.put(summary);
  const revision = { generation, spec: request.spec, decision };
  const record = recordOf(request, revision, decided, { before: state.application, now: context.now });
  const clocked = withSchedule(record, request.application, context.now);
  const owed = await strandedBy(request, decided.stranded, clocked.record, { settings, context });
  return {
    writes: [
      { key: applicationKey(record.application), value: owed.record },
      { key: usageKey(record.application), value: { application: record.application, loads: decided.loads } },
      { key: ledgerKey, value: { loads: combine(usedByOthers(state), decided.loads, 1) } },
    ],
    events: [
      placementPageDue.draft({
        application: record.application,
        generation,
        cause: request.cause,
        page: 1,
        pages: commandPages,
        decision,
      }),
      ...clocked.events,
      ...owed.events,
    ],
  };
}

function recordOf(
  request: PlaceRequest,
  revision: Revision,
  { services, exposed }: Decided & { readonly kind: 'placed' },
  { before, now }: { readonly before: ApplicationRecord | undefined; readonly now: number },
): ApplicationRecord {
  const { name, labels } = request.application;
  return {
    application: name,
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
    ...revision,
    status: 'rolling-out',
    cause: request.cause,
    services: services.length,
    stands: standsOf(services),
    ...given({ lastGood: before?.lastGood, rejection: request.rejection, retry: request.retry }),
    avoid: request.avoid,
    attempts: request.attempts,
    reviewOwed: exposed.length > 0,
    ...given({ scheduled: before?.scheduled }),
    ...stillHeld(request.byHand ?? before?.byHand, now),
    decided: withDecided(before, request.request),
    decidedAt: now,
  };
}

/** Without the members that are not there. */
function given<T extends object>(members: T): { readonly [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never;
}

function freeGrantsOf(decided: Decided & { readonly kind: 'placed' }): string[] {
  const used = new Set(decided.services.flatMap(({ placed }) => placed.map(({ target }) => target)));
  const keys = new Set([...used].map((target) => target.split('/')).map(([cloud, , runtime]) => `${cloud}/${runtime}`));
  return catalogue.freeGrants
    .filter(({ cloud, appliesTo }) => keys.has(`${cloud}/${appliesTo}`))
    .map(({ cloud, item, quantity, unit }) => `${cloud}: ${quantity.value} ${unit} ${item} a month`);
}
