import type { Envelope } from '../contracts/envelope.ts';
import type { EventPattern } from '../contracts/event-pattern.ts';

/** Events in, at least once to every consumer whose pattern matches. */
export interface EventBus {
  /**
   * Resolves when every event is durable, with one result per entry in order. An event whose (source, id) was published before
   * is `duplicate` and delivered to nobody again.
   * @throws EventTooLarge before anything is stored; BusUnavailable when durability could not be reached (retry: ids make it safe).
   */
  publish(entries: readonly Publication[]): Promise<readonly PublishResult[]>;
  /**
   * Registers a consumer; delivery starts with `start`. Events published while no such consumer was known are not delivered to it.
   * @throws CommandAlreadyHasReader when a second consumer's pattern selects the same command for the same cloud.
   */
  subscribe(subscription: Subscription): void;
  /** Begins (or resumes, after a restart) delivery of everything that is due. */
  start(): Promise<void>;
  /** Stops handing out events and waits for the handlers under way. */
  stop(): Promise<void>;
}

export interface Publication {
  readonly event: Envelope;
  /** Milliseconds since the epoch; delivered no sooner. */
  readonly dueAt?: number;
}

export type PublishResult = 'accepted' | 'duplicate';

export interface Subscription {
  /** Name of the consumer, stable over restarts: `placement/on-application-submitted`. */
  readonly consumer: string;
  readonly pattern: EventPattern;
  /** The command type this consumer is the one reader of, if it is one. */
  readonly command?: { readonly type: string; readonly cloud?: string };
  /**
   * Resolving acknowledges. A thrown error retries with backoff and jitter until `retry.maximumAttempts`, then dead-letters;
   * an error with `terminal: true`, which no waiting would mend, dead-letters at once. `retryAfterMs` on the error is honoured.
   */
  deliver(event: Envelope, delivery: Delivery): Promise<void>;
  readonly retry?: Partial<RetryPolicy>;
  /** Deliveries under way at once, default 16. Events with the same subject are handed out one after another. */
  readonly concurrency?: number;
}

export interface Delivery {
  readonly consumer: string;
  /** 1 on the first try. */
  readonly attempt: number;
}

export interface RetryPolicy {
  readonly maximumAttempts: number;
  readonly initialMs: number;
  readonly maximumMs: number;
}

export const defaultRetry: RetryPolicy = { maximumAttempts: 12, initialMs: 200, maximumMs: 60_000 };

export class EventTooLarge extends Error {
  override readonly name = 'EventTooLarge';
  readonly terminal = true;
  constructor(type: string, bytes: number, maximum: number) {
    super(
      `event ${type} is ${bytes} bytes; the bus takes at most ${maximum}: store the body as a document and refer to it`,
    );
  }
}

export class BusUnavailable extends Error {
  override readonly name = 'BusUnavailable';
}

export class CommandAlreadyHasReader extends Error {
  override readonly name = 'CommandAlreadyHasReader';
  constructor(type: string, reader: string, second: string) {
    super(`command ${type} is read by ${reader}; ${second} cannot read it too: a command has exactly one reader`);
  }
}
