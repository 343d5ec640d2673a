import type { Envelope } from '../contracts/envelope.ts';

/** The log keeps every event that was ever accepted. */
export interface EventLog {
  /** Oldest first, behind `after` (a sequence number, 0 from the beginning) and ahead of `before`; newest first with `reverse`. */
  read(query: LogQuery): Promise<readonly LogEntry[]>;
  /**
   * Hands events to one consumer again, as if they had just been published; its processed marks for them are cleared.
   * @returns how many. @throws UnknownConsumer
   */
  replay(request: { readonly consumer: string; readonly after: number; readonly until?: number }): Promise<number>;
  /** Called for each event once it is durable; returns the way to stop. */
  follow(listener: (entry: LogEntry) => void): () => void;
}

export interface LogQuery {
  readonly after?: number;
  /** Only events with a lower sequence number: the way back, page by page, together with `reverse`. */
  readonly before?: number;
  readonly limit?: number;
  readonly type?: string;
  readonly subjectPrefix?: string;
  readonly correlationid?: string;
  /** Newest first instead. */
  readonly reverse?: boolean;
}

export interface LogEntry {
  /** Counts up without reuse. */
  readonly sequence: number;
  readonly event: Envelope;
  /** How many consumers it was routed to; 0 means nobody reads this type. */
  readonly consumers: number;
}

/** Asked to replay to a consumer that nobody subscribed: a slip of the hand, or a service that does not run here. */
export class UnknownConsumer extends Error {
  override readonly name = 'UnknownConsumer';
  readonly consumer: string;
  /** Who could have been meant, in alphabetical order. */
  readonly known: readonly string[];
  constructor(consumer: string, known: readonly string[]) {
    super(`consumer ${consumer} is not subscribed: nothing to replay to`);
    this.consumer = consumer;
    this.known = [...known].sort();
  }
}

/** What could not be handled, with what is needed to understand and to try again. */
export interface DeadLetters {
  list(query?: { readonly after?: string; readonly limit?: number }): Promise<readonly DeadLetter[]>;
  /** Puts it back in its consumer's queue with fresh attempts. @returns how many were found. */
  redrive(ids: readonly string[] | 'all'): Promise<number>;
}

export interface DeadLetter {
  readonly id: string;
  readonly consumer: string;
  readonly event: Envelope;
  readonly attempts: number;
  readonly error: { readonly name: string; readonly message: string };
  /** RFC 3339 */
  readonly deadSince: string;
}
