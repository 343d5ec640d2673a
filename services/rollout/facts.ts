import type { DeploymentState } from '../../shared/contracts/deployment-state.ts';
import type { Fact, FactKind, ServiceRecord, TargetState } from './record.ts';

export function factOf(
  kind: FactKind,
  state: DeploymentState,
  envelope: { readonly id: string; readonly time: string },
): Fact {
  const { generation, reason, message, replicas, endpoint, standing } = state;
  return {
    kind,
    generation,
    reason,
    message,
    ready: replicas.ready,
    desired: replicas.desired,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(standing === undefined ? {} : { standing }),
    at: Date.parse(envelope.time),
    id: envelope.id,
  };
}

type Moment = Pick<Fact, 'generation' | 'at' | 'id'>;

export function isNewerFact(a: Moment, b: Moment | undefined): boolean {
  if (b === undefined) return true;
  if (a.generation !== b.generation) return a.generation > b.generation;
  return a.at > b.at || (a.at === b.at && a.id > b.id);
}

export interface Learned {
  readonly record: ServiceRecord;
  /** The target's removal was commanded and it is seen alive: command it once more. */
  readonly remind: boolean;
}

/**
 * Files a fact: of a later generation it is kept until that generation's placement arrives; of an unknown target it is an orphan that
 * has to go. Facts in any order leave the same state.
 */
export function learn(record: ServiceRecord, target: string, fact: Fact): Learned {
  const found = record.targets[target];
  const early = fact.generation > record.generation;
  if (found === undefined && !early) {
    // A word of farewell about something we never knew: nothing is left to do.
    if (fact.kind === 'removed') return { record, remind: false };
    const orphan: TargetState = { wanted: false, replicas: 0, orphan: true, fact };
    return { record: withTarget(record, target, withPlace(orphan, fact)), remind: false };
  }
  const state = withPlace(found ?? { wanted: false, replicas: 0 }, fact);
  const next = early ? learnEarly(state, fact) : learnNow(state, fact);
  if (next === found) return { record, remind: false };
  const remind = !early && next.fact === fact && next.removal !== undefined && fact.kind !== 'removed';
  return { record: withTarget(record, target, next), remind };
}

function learnEarly(state: TargetState, fact: Fact): TargetState {
  return isNewerFact(fact, state.early) ? { ...state, early: fact } : state;
}

function learnNow(state: TargetState, fact: Fact): TargetState {
  // An older generation was removed there; the one that is wanted comes, or came, after.
  if (state.wanted && fact.kind === 'removed') return state;
  return isNewerFact(fact, state.fact) ? { ...state, fact } : state;
}

function withPlace(state: TargetState, { endpoint, generation, at, id }: Fact): TargetState {
  if (endpoint === undefined || !isNewerFact({ generation, at, id }, state.place)) return state;
  return { ...state, place: { endpoint, generation, at, id } };
}

function withTarget(record: ServiceRecord, target: string, state: TargetState): ServiceRecord {
  return { ...record, targets: { ...record.targets, [target]: state } };
}
