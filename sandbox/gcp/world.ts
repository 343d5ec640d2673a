import type { MinuteBook } from '../core/metrics/minute-book.ts';
import type { SandboxContext } from '../core/types.ts';
import type { Reconciler } from './reconcile.ts';
import type { Store } from './store.ts';
import type { Quotas } from './validate.ts';

/** What every method works on. */
export interface World {
  readonly context: SandboxContext;
  readonly store: Store;
  readonly reconciler: Reconciler;
  readonly quotas: Quotas;
  /** What replicas did, by workload id. */
  readonly minutes: MinuteBook;
}

/** A method: its request has been read against the published message, its answer is written against the published one. */
export type Method = (world: World, request: object) => object | Promise<object>;
