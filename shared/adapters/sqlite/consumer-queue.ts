import type { Envelope } from '../../contracts/envelope.ts';
import type { Subscription } from '../../ports/event-bus.ts';
import { Fifo } from './fifo.ts';

/** One event on its way to one consumer, as memory keeps it; its row in the file is what survives. */
export interface Entry {
  readonly queue: ConsumerQueue;
  readonly sequence: number;
  readonly subject: string | undefined;
  /** Absent while so much is queued that bodies stay in the file until they are handed out. */
  event: Envelope | undefined;
  /** Characters of the body while it is held. */
  readonly size: number;
  /** Milliseconds since the epoch. */
  dueAt: number;
  /** Attempts so far. */
  attempts: number;
}

/** Handed out. `release` lets its subject go on. */
export interface Taken {
  readonly entry: Entry;
  release(): void;
}

/** Entries of one subject: one is under way at a time. */
interface Lane {
  readonly subject: string | undefined;
  readonly entries: Fifo<Entry>;
}

/** What is due for one consumer: subjects take turns, and each is served in order. */
export class ConsumerQueue {
  readonly id: number;
  readonly name: string;
  /** Absent while no such consumer has subscribed in this process: its rows wait for it. */
  subscription: Subscription | undefined;
  /** Under way, by event id: how a processed mark finds the sequence number of its event. */
  readonly underWay = new Map<string, Entry>();
  readonly #lanes = new Map<string, Lane>();
  readonly #ready = new Fifo<Lane>();
  #active = 0;

  constructor(id: number, name: string) {
    this.id = id;
    this.name = name;
  }

  get active(): number {
    return this.#active;
  }

  push(entry: Entry): void {
    const { subject } = entry;
    const known = subject === undefined ? undefined : this.#lanes.get(subject);
    if (known !== undefined) return known.entries.push(entry);
    const lane: Lane = { subject, entries: new Fifo() };
    lane.entries.push(entry);
    if (subject !== undefined) this.#lanes.set(subject, lane);
    this.#ready.push(lane);
  }

  /** Takes the next entry whose subject is free, within the consumer's concurrency. */
  take(): Taken | undefined {
    if (this.subscription === undefined || this.#active >= (this.subscription.concurrency ?? 16)) return undefined;
    const lane = this.#ready.shift();
    const entry = lane?.entries.shift();
    if (lane === undefined || entry === undefined) return undefined;
    this.#active++;
    return { entry, release: () => this.#release(lane) };
  }

  *entries(): Iterable<Entry> {
    for (const lane of this.#lanes.values()) yield* { [Symbol.iterator]: () => lane.entries[Symbol.iterator]() };
    for (const lane of this.#ready) {
      if (lane.subject === undefined) yield* { [Symbol.iterator]: () => lane.entries[Symbol.iterator]() };
    }
    yield* this.underWay.values();
  }

  #release(lane: Lane): void {
    this.#active--;
    if (lane.entries.length > 0) this.#ready.push(lane);
    else if (lane.subject !== undefined) this.#lanes.delete(lane.subject);
  }
}
