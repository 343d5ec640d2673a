import type { Draft } from '../../shared/contracts/contract.ts';
import { placementPlanned, type PlannedMove } from '../../shared/contracts/placement-planned.ts';
import type { Decided } from './input.ts';
import { mustLeave } from './exclusions.ts';
import type { Exclusion, PlacementRecord } from './record.ts';
import { byTier } from './tiers.ts';

/** Services on one page: with long names and reasons it still stays far below the bus limit. */
const pageSize = 80;

export interface Rehearsal {
  readonly drill: string;
  readonly application: string;
  readonly scope: string;
  /** What stands now. */
  readonly current: ReadonlyMap<string, PlacementRecord>;
  /** Those that hold, and the one that is rehearsed. */
  readonly exclusions: readonly Exclusion[];
}

/** What would become of every service that stands in the scope, the most important first. */
export function planned(decided: Decided, { drill, application, scope, current, exclusions }: Rehearsal): Draft[] {
  const moves = [...current.values()]
    .filter(({ service, targets }) => targets.some(({ target }) => mustLeave(exclusions, service, target)))
    .map((record) => moveOf(record, exclusions, decided))
    .sort(byTier);
  const pages = Math.ceil(moves.length / pageSize);
  return Array.from({ length: pages }, (_, i) =>
    placementPlanned.draft({
      drill,
      application,
      scope,
      page: i + 1,
      pages,
      services: moves.slice(i * pageSize, (i + 1) * pageSize),
    }),
  );
}

function moveOf(
  { service, tier, targets }: PlacementRecord,
  exclusions: readonly Exclusion[],
  decided: Decided,
): PlannedMove {
  const from = targets.map(({ target }) => target);
  const left = from.filter((target) => !mustLeave(exclusions, service, target));
  const next = decided.kind === 'placed' ? decided.services.find((each) => each.service === service) : undefined;
  const missing = missingIn(decided, service);
  const to = missing === undefined ? (next?.placed ?? []).map(({ target, replicas }) => ({ target, replicas })) : [];
  const outcome = left.length > 0 ? 'serves' : missing === undefined ? 'moves' : 'lost';
  const reason = missing === undefined ? (next?.note ?? '') : `no place is left to go to: ${missing}`;
  return { service, tier, from, to, outcome, reason: reason.slice(0, 1000) };
}

/** Why the service would not be placed anew, if it would not. */
function missingIn(decided: Decided, service: string): string | undefined {
  const infeasible = decided.kind === 'placed' ? decided.stranded : decided.infeasible;
  const own = infeasible.find((each) => each.service === service);
  if (own !== undefined || decided.kind === 'placed') return own?.message;
  const others = infeasible.map((each) => each.service);
  return `its application would not be placed, because of ${others.slice(0, 5).join(', ')}`;
}
