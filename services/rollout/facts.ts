import type { DeploymentState } from '../../shared/contracts/deployment-state.ts';
import type { Fact, FactKind, ServiceRecord, TargetState } from './record.ts';

export function factOf(
  kind: FactKind,
  state: DeploymentState,
  envelope: { readonly id: string; readonly time: string },
): Fact {
  const { generation, reason, message, replicas, endpoint } = state;
  return {
    kind,
    generation,
    reason,
    message,
    ready: replicas.ready,
    desired: replicas.desired,
    ...(endpoint === undefined ? {} : { endpoint }),
    at: Date.parse(envelope.time),
    id: envelope.id,
  };
}

export function isNewerFact(a: Fact, b: Fact | undefined): boolean {
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
  const state = record.targets[target];
  if (fact.generation > record.generation) {
    const known = state ?? { wanted: false, replicas: 0 };
    if (!isNewerFact(fact, known.early)) return { record, remind: false };
    return { record: withTarget(record, target, { ...known, early: fact }), remind: false };
  }
  if (state === undefined) {
    // A word of farewell about something we never knew: nothing is left to do.
    if (fact.kind === 'removed') return { record, remind: false };
    return { record: withTarget(record, target, { wanted: false, replicas: 0, orphan: true, fact }), remind: false };
  }
  if (!isNewerFact(fact, state.fact) || isFarewellOfBefore(record, state, fact)) return { record, remind: false };
  const remind = state.removal !== undefined && fact.kind !== 'removed';
  return { record: withTarget(record, target, { ...state, fact: joined(fact, state.fact) }), remind };
}

/** Its older generation was removed there; this one is wanted and comes, or came, after. */
function isFarewellOfBefore(record: ServiceRecord, state: TargetState, fact: Fact): boolean {
  return state.wanted && fact.kind === 'removed' && fact.generation < record.generation;
}

/** A failing target's last known endpoint still counts: it is where it would serve again. */
export function joined(fact: Fact, before: Fact | undefined): Fact {
  if (fact.endpoint !== undefined || before?.endpoint === undefined || fact.kind === 'removed' || fact.kind === 'ready')
    return fact;
  return { ...fact, endpoint: before.endpoint };
}

export function withTarget(record: ServiceRecord, target: string, state: TargetState): ServiceRecord {
  return { ...record, targets: { ...record.targets, [target]: state } };
}
