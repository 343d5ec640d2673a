import type { ApplicationSpec } from '../../shared/contracts/application-spec.ts';
import { costScopeName, type CostScope } from '../../shared/contracts/cost-values.ts';
import type { DecisionCause } from '../../shared/contracts/placement-decided.ts';
import { recommendationAccepted } from '../../shared/contracts/recommendation-accepted.ts';
import { cloudOf } from '../../shared/contracts/values.ts';
import type { NormalizedApplication } from '../../shared/domain/spec/normalized.ts';
import type { HandlerContext, Outcome } from '../../shared/pipeline/handler.ts';
import { listAll } from '../../shared/pipeline/reading.ts';
import { budgetBlockPrefix, type BudgetBlockRecord } from './budget-block.ts';
import type { ServiceDecision } from './decision.ts';
import type { PlaceRequest } from './place-request.ts';
import { refusal, type Refusal } from './reject.ts';
import { isWanted } from './record.ts';
import type { PlacementSettings } from './settings.ts';
import { readSpec } from './spec.ts';
import { standingCost } from './standing-cost.ts';
import type { PlacementState } from './state.ts';

/** What a service costs in each of its places, whether it stands there or is to. */
export type Priced = Pick<ServiceDecision, 'cost'>;

export interface Wish {
  readonly application: NormalizedApplication;
  readonly services: readonly Priced[];
}

export interface Around extends HandlerContext {
  readonly settings: PlacementSettings;
}

/** Cents that come and go with the way shares are rounded are no reason to refuse. Micro-dollars. */
const negligible = 10_000;

/** Somebody asks for more. What restores, follows the clock as agreed, or goes back is never held up for money. */
function isCapped({ cause, above, request }: Pick<PlaceRequest, 'cause' | 'above' | 'request'>): boolean {
  if (above !== undefined) return false;
  const isWayBack =
    request.type === recommendationAccepted.type && recommendationAccepted.parse(request).data.direction === 'revert';
  return !isWayBack && asksForMore[cause];
}

const asksForMore: Readonly<Record<DecisionCause, boolean>> = {
  submitted: true,
  scaled: true,
  recommended: true,
  withdrawn: false,
  'rolled-back': false,
  'target-excluded': false,
  'target-readmitted': false,
  'failed-back': false,
  'target-failed': false,
  scheduled: false,
};

/** The answer to a wish that an exceeded budget forbids; undefined: nothing is in its way. */
export async function refusedByBudget(
  request: PlaceRequest,
  services: readonly Priced[],
  state: PlacementState,
  { settings, context }: { readonly settings: PlacementSettings; readonly context: HandlerContext },
): Promise<Outcome | undefined> {
  if (!isCapped(request)) return undefined;
  const { application, cause } = request;
  const message = await overBudget({ application, services }, state, { settings, ...context });
  if (message === undefined) return undefined;
  const why: Refusal = { cause, reason: 'OverBudget', message, services: [] };
  return refusal(application.name, state.application, why, context.now);
}

/**
 * Why an exceeded budget does not let it happen; undefined: none stands in the way. Compared is what it would cost a month in the
 * budget's scope with what stands there now, both at today's prices: what does not cost more passes.
 */
export async function overBudget(wish: Wish, state: PlacementState, around: Around): Promise<string | undefined> {
  const blocks = await listAll<BudgetBlockRecord>(around.records, budgetBlockPrefix);
  const concerning = blocks.filter(({ blocked, scope }) => blocked && concerns(scope, wish.application));
  if (concerning.length === 0) return undefined;
  const before = await standing(state, around);
  const told = concerning.flatMap((block) => {
    const [from, to] = [monthlyIn(block.scope, before), monthlyIn(block.scope, wish)];
    return to - from > negligible ? [messageOf(block, from, to)] : [];
  });
  return told.length === 0 ? undefined : `${told.slice(0, mostTold).join('; ')}; ${wayOut}`.slice(0, longest);
}

const mostTold = 5;
const longest = 4000;
const wayOut =
  'make the change cheaper, raise the budget in the configuration, or wait until it is restored; recoveries are never held up';

function messageOf({ budget, scope, reason }: BudgetBlockRecord, from: number, to: number): string {
  const [before, after, more] = [from, to, to - from].map((micros) => `$${(micros / 1e6).toFixed(2)}`);
  return (
    `budget ${budget} (${costScopeName(scope)}) is exceeded (${reason}), ` +
    `and this would cost ${more} a month more there: ${after} instead of ${before}`
  );
}

function concerns({ application, team }: CostScope, wish: NormalizedApplication): boolean {
  if (application !== undefined) return application === wish.name;
  return team === undefined || team === wish.labels['team'];
}

function monthlyIn({ team, cloud }: CostScope, { application, services }: Wish): number {
  // Where it stood under another team, it was none of this one's cost.
  if (team !== undefined && application.labels['team'] !== team) return 0;
  const targets = services.flatMap(({ cost }) => cost.targets ?? []);
  return targets
    .filter(({ target }) => cloud === undefined || cloudOf(target) === cloud)
    .reduce((sum, { total }) => sum + total.expected, 0);
}

async function standing(state: PlacementState, { settings, documents, now }: Around): Promise<Wish> {
  const { application: record, current } = state;
  const nothing = {
    application: { name: '', labels: {}, placement: { minimumClouds: 1 }, services: [] },
    services: [],
  };
  if (!isWanted(record)) return nothing;
  const read = readSpec(await documents.get<ApplicationSpec>(record.spec), record.application, settings);
  if ('problem' in read) return nothing;
  return standingCost(read.application, { current, byHand: record.byHand, offerings: state.catalogue.offerings, now });
}
