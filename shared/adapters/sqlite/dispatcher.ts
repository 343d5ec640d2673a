import type { Envelope } from '../../contracts/envelope.ts';
import type { Clock } from '../../ports/clock.ts';
import { defaultRetry, type Subscription } from '../../ports/event-bus.ts';
import type { Logger } from '../../ports/logger.ts';
import { describeError, verdict } from '../memory/backoff.ts';
import type { Timer } from '../memory/timer.ts';
import { ConsumerQueue, type Entry } from './consumer-queue.ts';
import { DueHeap } from './due-heap.ts';
import type { DeliveryRows } from './delivery-rows.ts';
import { Turns, type Precedence } from './precedence.ts';

/** Bodies of queued events are held in memory up to about so many characters; beyond, they are read when handed out. */
const mostHeld = 32 * 1024 * 1024;
/** Retries of one delivery that are worth a line only to somebody who asked for every line. */
const quietRetries = 5;

interface Surroundings {
  readonly rows: DeliveryRows;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly random: () => number;
  readonly logger: Logger;
  readonly precedenceOf?: ((consumer: string) => Precedence) | undefined;
}

/** Hands out what is due, from memory. Rows in the file only change behind it, with the next group. */
export class Dispatcher {
  readonly #with: Surroundings;
  readonly #queues = new Map<number, ConsumerQueue>();
  readonly #delayed = new DueHeap<Entry>();
  readonly #turns: Turns;
  #wake: { readonly at: number; cancel(): void } | undefined;
  #started = false;
  #scheduled = false;
  #held = 0;
  #stopped: (() => void) | undefined;

  constructor(surroundings: Surroundings) {
    this.#with = surroundings;
    this.#turns = new Turns(surroundings.precedenceOf);
  }

  queueOf(id: number, name: string): ConsumerQueue {
    const known = this.#queues.get(id);
    if (known !== undefined) return known;
    const queue = new ConsumerQueue(id, name);
    this.#queues.set(id, queue);
    this.#turns.add(queue);
    return queue;
  }

  /** The consumer's queue is found by name: what an earlier process left for it is there. */
  subscribe(subscription: Subscription, id: number): void {
    this.queueOf(id, subscription.consumer).subscription = subscription;
    this.schedule();
  }

  get queues(): Iterable<ConsumerQueue> {
    return this.#queues.values();
  }

  get delayed(): Iterable<Entry> {
    return this.#delayed;
  }

  add(entry: Entry): void {
    if (this.#held + entry.size > mostHeld) entry.event = undefined;
    if (entry.event !== undefined) this.#held += entry.size;
    if (entry.dueAt > this.#with.clock.now()) {
      this.#delayed.push(entry);
      this.#arm();
    } else {
      entry.queue.push(entry);
      this.schedule();
    }
  }

  start(): void {
    this.#started = true;
    this.#arm();
    this.schedule();
  }

  async stop(): Promise<void> {
    this.#started = false;
    this.#disarm();
    if (this.#idle()) return;
    await new Promise<void>((resolve) => (this.#stopped = resolve));
  }

  /** Looks for work in the turn after this one: by then, what the last group let go on has been written or is free. */
  schedule(): void {
    if (this.#scheduled || !this.#started) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#handOut();
    });
  }

  #handOut(): void {
    if (!this.#started) return;
    for (const { entry, release } of this.#turns.take()) this.#deliver(entry, release);
    if (this.#turns.heldBack) this.schedule();
  }

  #deliver(entry: Entry, release: () => void): void {
    const { queue } = entry;
    const event = this.#body(entry);
    const key = underWayKey(event);
    queue.underWay.set(key, entry);
    const settle = (failure?: { readonly error: unknown }) => {
      queue.underWay.delete(key);
      if (failure === undefined) this.#with.rows.acknowledge(entry);
      else this.#failed(entry, event, failure.error);
      release();
      this.schedule();
      if (this.#idle()) this.#stopped?.();
    };
    run(queue.subscription as Subscription, event, entry.attempts + 1).then(
      () => settle(),
      (error: unknown) => settle({ error }),
    );
  }

  /** Whoever comes back for a retry reads it again: what waits longest should weigh least. */
  #body(entry: Entry): Envelope {
    const { event } = entry;
    if (event === undefined) return this.#with.rows.event(entry.sequence);
    this.#held -= entry.size;
    entry.event = undefined;
    return event;
  }

  #failed(entry: Entry, event: Envelope, error: unknown): void {
    const { rows, clock, random, logger } = this.#with;
    const policy = { ...defaultRetry, ...entry.queue.subscription?.retry };
    entry.attempts += 1;
    const decided = verdict(error, entry.attempts, { policy, random });
    const described = describeError(error);
    const facts = {
      consumer: entry.queue.name,
      event: event.id,
      type: event.type,
      attempt: entry.attempts,
      error: described,
    };
    if (decided.kind === 'dead') {
      logger.error('bus.dead-letter', facts);
      return rows.bury(entry, described, clock.now());
    }
    // A retry or two is what retries are for; a person should hear of the ones that go on.
    const speak = facts.attempt > quietRetries ? logger.warn : logger.info;
    speak('bus.retry', { ...facts, afterMs: decided.afterMs });
    entry.dueAt = clock.now() + decided.afterMs;
    rows.postpone(entry);
    this.add(entry);
  }

  #idle(): boolean {
    for (const queue of this.#queues.values()) if (queue.active > 0) return false;
    return true;
  }

  /** One timer, for the earliest of what waits. */
  #arm(): void {
    const next = this.#delayed.peek();
    if (!this.#started || next === undefined || (this.#wake !== undefined && this.#wake.at <= next.dueAt)) return;
    this.#disarm();
    const { clock, timer } = this.#with;
    this.#wake = { at: next.dueAt, cancel: timer.set(() => this.#release(), next.dueAt - clock.now()) };
  }

  #disarm(): void {
    this.#wake?.cancel();
    this.#wake = undefined;
  }

  #release(): void {
    this.#wake = undefined;
    const now = this.#with.clock.now();
    for (let next = this.#delayed.peek(); next !== undefined && next.dueAt <= now; next = this.#delayed.peek()) {
      this.#delayed.pop();
      next.queue.push(next);
    }
    this.#arm();
    this.schedule();
  }
}

export function underWayKey({ source, id }: Pick<Envelope, 'source' | 'id'>): string {
  return `${source}\n${id}`;
}

/** A handler that throws before it returns a promise has failed like any other. */
async function run(subscription: Subscription, event: Envelope, attempt: number): Promise<void> {
  await subscription.deliver(event, { consumer: subscription.consumer, attempt });
}
