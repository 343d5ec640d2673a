import type { TSchema } from 'typebox';
import type { Contract, Draft, Message } from '../contracts/contract.ts';
import type { EventPattern } from '../contracts/event-pattern.ts';
import type { DocumentStore } from '../ports/document-store.ts';
import type { Page } from '../ports/record-store.ts';

/**
 * One subscription of a service: what it reads, and what it does about it. `handle` loads what a pure `decide` needs, calls it,
 * and returns what should become true; the pipeline makes it true in one transaction, once.
 */
export interface Handler<S extends TSchema = TSchema> {
  /** `<service>/on-<event>`: the file's path tells the consumer's name. */
  readonly consumer: string;
  readonly contract: Contract<S>;
  /** For a command: the cloud whose commands this reads. */
  readonly cloud?: string;
  /**
   * May run more than once for one event (a conflict, a crash): reads and idempotent effects only.
   * Every record it wants to write it must have read through the context first.
   */
  handle(event: Message<S>, context: HandlerContext): Promise<Outcome>;
}

export interface HandlerContext {
  readonly records: Reader;
  readonly documents: DocumentStore;
  /** Milliseconds since the epoch, fixed for this run of the handler. */
  readonly now: number;
}

/** Reads remember the versions they saw: the commit is guarded by them. */
export interface Reader {
  get<T>(key: string): Promise<T | undefined>;
  list<T>(prefix: string, page?: { readonly after?: string; readonly limit?: number }): Promise<Page<T>>;
}

export interface Outcome {
  readonly writes?: readonly Change[];
  readonly events?: readonly Draft[];
}

export interface Change {
  readonly key: string;
  /** `undefined` deletes. */
  readonly value: unknown;
}

export const nothing: Outcome = {};

/** Fixes the type parameter, so that `handle` is inferred from the contract. */
export function handler<S extends TSchema>(definition: Handler<S>): Handler {
  return definition as unknown as Handler;
}

export function patternOf(definition: Handler): EventPattern {
  return definition.contract.pattern(definition.cloud === undefined ? undefined : { cloud: definition.cloud });
}
