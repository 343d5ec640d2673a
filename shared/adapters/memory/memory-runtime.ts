import type { DocumentStore } from '../../ports/document-store.ts';
import type { EventBus } from '../../ports/event-bus.ts';
import type { DeadLetters, EventLog } from '../../ports/event-log.ts';
import type { RecordStore } from '../../ports/record-store.ts';
import { pack, packTransaction } from './measure.ts';
import { MemoryState } from './memory-state.ts';
import { Pump } from './pump.ts';
import { Stepper, type StepOptions, type StepResult } from './stepper.ts';
import type { Timer } from './timer.ts';

export interface MemoryRuntime {
  readonly bus: EventBus;
  readonly records: RecordStore;
  readonly documents: DocumentStore;
  readonly log: EventLog;
  readonly deadLetters: DeadLetters;
  /** Runs exactly one due delivery to its end, and says what became of it. */
  step(): Promise<StepResult>;
  /** When the next delivery to a subscribed consumer is due (milliseconds since the epoch); undefined when nothing waits. */
  nextDueAt(): number | undefined;
  stats(): MemoryStats;
}

export interface MemoryStats {
  readonly queued: number;
  readonly oldestDueAgeMs: number;
  readonly retries: number;
  readonly deadLetters: number;
  readonly published: number;
}

export interface MemoryOptions extends StepOptions {
  /** With a timer, `bus.start()` delivers by itself, one event after another; without one, only `step()` does. */
  readonly timer?: Timer;
}

/**
 * The embedded runtime in memory, deterministic: the clock, the jitter, the choice of the next delivery and the points where the
 * process dies all come from outside. Same contract as the SQLite one (test/contract runs on both).
 *
 * @example
 * const runtime = createMemoryRuntime({ clock, schedule: (due) => Math.floor(random() * due.length), probe });
 * while ((await runtime.step()).kind !== 'idle');
 */
export function createMemoryRuntime(options: MemoryOptions): MemoryRuntime {
  const state = new MemoryState(options.clock);
  const stepper = new Stepper(state, options);
  const pump = new Pump({ clock: options.clock, timer: options.timer, step: () => stepper.step(), nextDueAt });

  function nextDueAt(): number | undefined {
    const known = waiting(state);
    return known.length === 0 ? undefined : known.reduce((least, { dueAt }) => Math.min(least, dueAt), Infinity);
  }
  /** Everything a handler can ask for: refused after its process died, otherwise done at once and whole. */
  const alive = async <T>(act: () => T): Promise<T> => {
    stepper.alive();
    const done = act();
    pump.wake();
    return Promise.resolve(done);
  };
  const durably = <T>(act: () => T): Promise<T> =>
    alive(() => {
      stepper.probe('before-commit');
      const done = act();
      stepper.probe('after-commit');
      return done;
    });

  return {
    bus: {
      publish: (entries) => durably(() => state.append(pack(entries))),
      subscribe(subscription) {
        state.routes.add(subscription);
        pump.wake();
      },
      start: () => pump.start(),
      stop: () => pump.stop(),
    },
    records: {
      get: (key) => alive(() => state.records.get(key)),
      list: (prefix, page) => alive(() => state.records.list(prefix, page)),
      commit: (transaction) => durably(() => state.commit(packTransaction(transaction))),
    },
    documents: {
      put: (value) => alive(() => state.put(value)),
      get: <T>({ sha256 }: { readonly sha256: string }) => alive(() => state.document<T>(sha256)),
    },
    log: {
      read: (query) => alive(() => state.log.read(query)),
      replay: (request) => alive(() => state.replay(request)),
      follow: (listener) => state.log.follow(listener),
    },
    deadLetters: {
      list: (query) => alive(() => state.deadLetters(query)),
      redrive: (ids) => alive(() => state.redrive(ids)),
    },
    step: () => stepper.step(),
    nextDueAt,
    stats: () => statsOf(state, options.clock.now()),
  };
}

function waiting({ deliveries, routes }: MemoryState) {
  return deliveries.pending().filter(({ consumer }) => routes.get(consumer) !== undefined);
}

function statsOf(state: MemoryState, now: number): MemoryStats {
  const known = waiting(state);
  return {
    queued: known.length,
    oldestDueAgeMs: known.reduce((age, { dueAt }) => Math.max(age, now - dueAt), 0),
    retries: known.filter(({ attempts }) => attempts > 0).length,
    deadLetters: state.deliveries.dead().length,
    published: state.log.last,
  };
}
