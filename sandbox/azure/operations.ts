import { randomUUID } from 'node:crypto';
import type { Fault, SandboxContext } from '../core/types.ts';
import type { ErrorBody } from './errors.ts';

export type OperationStatus = 'InProgress' | 'Succeeded' | 'Failed' | 'Canceled';

/** One long-running operation, as its status document shows it. */
export interface Operation {
  readonly id: string;
  readonly kind: 'create' | 'update' | 'delete' | 'start' | 'stop' | 'restart';
  readonly subscription: string;
  readonly region: string;
  readonly resourceId: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** When it should end; meaningless while it is held by a `stuck` fault. */
  dueAt: number;
  endedAt?: number;
  status: OperationStatus;
  error?: ErrorBody;
  /** What the result address answers once it has succeeded; undefined means 204. */
  result?: () => unknown;
}

/** What an operation does. A returned error makes it `Failed`. */
export interface Work {
  readonly kind: Operation['kind'];
  readonly subscription: string;
  readonly region: string;
  readonly resource: { readonly id: string; readonly name: string };
  readonly durationMs: number;
  /** At once (never while held). */
  begin?(): Promise<void>;
  /** After `durationMs`. `failure` is what went wrong in `begin`: it must come back, so that the resource shows it too. */
  finish(failure: ErrorBody | undefined): Promise<ErrorBody | undefined>;
  readonly result?: () => unknown;
}

export interface Operations {
  /** Starts the work; resolves once `begin` has run, or at once when a `stuck` fault holds it. */
  start(work: Work): Promise<Operation>;
  get(id: string): Operation | undefined;
  /** The resource went away or another operation took over: the work will not be finished. */
  cancel(operation: Operation | undefined): void;
  /** Whole seconds a client should wait before it asks again. */
  retryAfter(operation: Operation): string;
  close(): void;
}

/** A defect of the sandbox must be seen by whoever polls, not vanish in a timer. */
const defect = (error: unknown): ErrorBody => ({
  code: 'InternalServerError',
  message: `The sandbox failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
});

/** Ended operations are remembered this long in number, so that a long run does not grow without bound. */
const kept = 5_000;

export function createOperations({ clock, faults, timings }: SandboxContext): Operations {
  const all = new Map<string, Operation>();
  const held = new Map<Operation, { readonly fault: Fault; readonly work: Work }>();
  const timers = new Map<Operation, () => void>();

  function end(operation: Operation, status: OperationStatus, error?: ErrorBody): void {
    if (operation.status !== 'InProgress') return;
    operation.status = status;
    operation.endedAt = clock.now();
    if (error) operation.error = error;
    timers.delete(operation);
    if (all.size > kept) forgetOldest();
  }

  function forgetOldest(): void {
    for (const [id, operation] of all) {
      if (operation.status === 'InProgress') continue;
      all.delete(id);
      return;
    }
  }

  async function complete(operation: Operation, work: Work, failure: ErrorBody | undefined): Promise<void> {
    const error = await work.finish(failure).catch(defect);
    end(operation, error ? 'Failed' : 'Succeeded', error);
  }

  async function run(operation: Operation, work: Work): Promise<void> {
    operation.dueAt = clock.now() + work.durationMs;
    const failure = await work.begin?.().then(() => undefined, defect);
    if (operation.status !== 'InProgress') return;
    timers.set(
      operation,
      clock.after(work.durationMs, () => void complete(operation, work, failure)),
    );
  }

  faults.onChange(() => {
    const standing = faults.list();
    for (const [operation, { fault, work }] of held) {
      // A fault with `times` leaves the book on its last hit; what it holds stays held until all faults are cleared.
      const over = fault.times === undefined ? !standing.some(({ id }) => id === fault.id) : standing.length === 0;
      if (!over) continue;
      held.delete(operation);
      void run(operation, work);
    }
  });

  return {
    async start(work) {
      const operation: Operation = {
        id: randomUUID(),
        kind: work.kind,
        subscription: work.subscription,
        region: work.region,
        resourceId: work.resource.id,
        startedAt: clock.now(),
        dueAt: clock.now() + work.durationMs,
        status: 'InProgress',
        ...(work.result ? { result: work.result } : {}),
      };
      all.set(operation.id, operation);
      const fault = faults.strikes('stuck', { cloud: 'azure', region: work.region, resource: work.resource.name });
      if (fault) held.set(operation, { fault, work });
      else await run(operation, work);
      return operation;
    },
    get: (id) => all.get(id.toLowerCase()),
    cancel(operation) {
      if (operation?.status !== 'InProgress') return;
      timers.get(operation)?.();
      held.delete(operation);
      end(operation, 'Canceled', { code: 'OperationPreempted', message: 'Another operation took over.' });
    },
    retryAfter(operation) {
      const seconds = Math.ceil((operation.dueAt - clock.now() + timings.apiLatencyMs) / 1000);
      return String(Math.min(15, Math.max(1, seconds)));
    },
    close() {
      for (const cancelTimer of timers.values()) cancelTimer();
      timers.clear();
      held.clear();
    },
  };
}
