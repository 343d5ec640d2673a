import type { DecisionCause, ServicePlacement } from '../../shared/contracts/placement-decided.ts';
import { isNewerFact } from './facts.ts';
import type { ServiceRecord, TargetState } from './record.ts';

export interface ServiceInput {
  readonly application: string;
  readonly service: string;
  readonly generation: number;
  readonly cause: DecisionCause;
  readonly page: number;
  /** Absent when the service is removed. */
  readonly placement?: ServicePlacement;
}

export function emptyService(application: string, service: string): ServiceRecord {
  return {
    application,
    service,
    generation: 0,
    page: 0,
    cause: 'submitted',
    routed: false,
    removed: false,
    steps: [],
    stepSeconds: 0,
    targets: {},
    pool: [],
    cut: false,
    sequence: 0,
    settled: false,
  };
}

/**
 * A placement of this service. A newer generation takes the record over; an older one that comes late only tells which targets were
 * commanded then, and those nobody wants now are to go.
 */
export function placeService(record: ServiceRecord, input: ServiceInput): ServiceRecord {
  if (input.generation > record.generation) return takeOver(record, input);
  if (input.generation === record.generation) return record;
  const forgotten = (input.placement?.targets ?? []).filter(({ target }) => !knows(record, target));
  const orphans = forgotten.map(({ target }): [string, TargetState] => [
    target,
    { ...record.targets[target], wanted: false, replicas: 0, orphan: true },
  ]);
  return orphans.length === 0 ? record : { ...record, targets: { ...record.targets, ...Object.fromEntries(orphans) } };
}

/** Known from a placement or a fact of its time; a fact that runs ahead does not count. */
function knows({ targets }: ServiceRecord, target: string): boolean {
  const state = targets[target];
  return state !== undefined && (state.fact !== undefined || state.early === undefined);
}

function takeOver(record: ServiceRecord, { placement, ...input }: ServiceInput): ServiceRecord {
  const listed = new Map(placement?.targets.map((each) => [each.target, each]));
  const names = new Set([...Object.keys(record.targets), ...listed.keys()]);
  const targets = [...names].flatMap((target): [string, TargetState][] => {
    const state = promoted(record.targets[target] ?? { wanted: false, replicas: 0 }, input.generation);
    const wish = listed.get(target);
    if (wish !== undefined) return [[target, want(state, wish)]];
    // Gone for good: a late fact about it would be an orphan's.
    const gone = state.fact?.kind === 'removed' && state.early === undefined;
    return gone ? [] : [[target, { ...state, wanted: false, replicas: 0 }]];
  });
  const { canary: _canary, ...rest } = record;
  return {
    ...rest,
    ...input,
    routed: placement?.routed ?? record.routed,
    removed: placement === undefined,
    steps: placement?.steps ?? [],
    stepSeconds: placement?.stepSeconds ?? 0,
    targets: Object.fromEntries(targets),
    cut: false,
    settled: false,
  };
}

function want(
  { removal, fact, place, early }: TargetState,
  { replicas, role }: Pick<ServicePlacement['targets'][number], 'replicas' | 'role'>,
): TargetState {
  // What is being taken away there does not serve until it reports anew.
  const after = removal?.generation ?? 0;
  const stands = fact !== undefined && fact.generation > after && fact.kind !== 'removed';
  return {
    wanted: true,
    replicas,
    ...(role === undefined ? {} : { role }),
    ...(stands ? { fact } : {}),
    ...(place !== undefined && place.generation > after ? { place } : {}),
    ...(early === undefined ? {} : { early }),
  };
}

function promoted(state: TargetState, generation: number): TargetState {
  const { early, ...rest } = state;
  if (early === undefined || early.generation > generation) return state;
  return isNewerFact(early, rest.fact) ? { ...rest, fact: early } : rest;
}
