import { randomUUID } from 'node:crypto';
import type { Entity, Operation } from './model.ts';
import type { Kind, Location } from './names.ts';
import type { RpcStatus } from './status.ts';

/** Finished operations kept for reading afterwards; the oldest go first. */
const operationsKept = 10_000;

export type Outcome = { readonly response: object } | { readonly error: RpcStatus };

/** Everything the GCP face remembers. One store, three faces. */
export interface Store {
  readonly entities: Map<string, Entity>;
  readonly operations: Map<string, Operation>;
  sequence(): number;
  /** Entities of a place, the newest first. */
  list(kind: Kind, place: Location): Entity[];
  count(kind: Kind, place: Location): number;
  open(place: Location, type: string, entity: Entity | undefined, metadata: object): Operation;
  finish(operation: Operation, outcome: Outcome): void;
  /** Runs `work` when the operation is done, at once when it is; the returned function stops waiting. */
  whenDone(operation: Operation, work: () => void): () => void;
}

export function createStore(): Store {
  const entities = new Map<string, Entity>();
  const operations = new Map<string, Operation>();
  const waiting = new Map<Operation, Set<() => void>>();
  let sequence = 0;

  const at = (kind: Kind, place: Location): Entity[] =>
    [...entities.values()].filter(
      ({ kind: own, ref }) => own === kind && ref.project === place.project && ref.location === place.location,
    );

  function forgetOldest(): void {
    for (const [name, operation] of operations) {
      if (operations.size <= operationsKept) return;
      if (operation.outcome !== undefined) operations.delete(name);
    }
  }

  return {
    entities,
    operations,
    sequence: () => ++sequence,
    list: (kind, place) => [...at(kind, place)].sort((left, right) => right.sequence - left.sequence),
    count: (kind, place) => at(kind, place).length,
    open(place, type, entity, metadata) {
      const id = randomUUID();
      const name = `projects/${place.project}/locations/${place.location}/operations/${id}`;
      const { project, location } = place;
      const operation: Operation = {
        id,
        name,
        project,
        location,
        sequence: ++sequence,
        entity,
        type,
        metadata,
        outcome: undefined,
      };
      operations.set(name, operation);
      forgetOldest();
      return operation;
    },
    finish(operation, outcome) {
      operation.outcome = outcome;
      const works = waiting.get(operation) ?? new Set();
      waiting.delete(operation);
      for (const work of works) work();
    },
    whenDone(operation, work) {
      if (operation.outcome !== undefined) {
        work();
        return () => undefined;
      }
      const works = waiting.get(operation) ?? new Set();
      waiting.set(operation, works.add(work));
      return () => void works.delete(work);
    },
  };
}
