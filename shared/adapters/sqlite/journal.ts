import type { Envelope } from '../../contracts/envelope.ts';
import type { Clock } from '../../ports/clock.ts';
import type { PublishResult } from '../../ports/event-bus.ts';
import type { Logger } from '../../ports/logger.ts';
import type { LogEntry } from '../../ports/event-log.ts';
import type { Packed } from '../memory/measure.ts';
import type { Routes } from '../memory/routes.ts';
import type { Entry } from './consumer-queue.ts';
import type { Dispatcher } from './dispatcher.ts';
import { hash53, identityHash } from './identity.ts';
import type { Names } from './names.ts';
import type { Statements } from './statements.ts';

interface Surroundings {
  readonly statements: Statements;
  readonly names: Names;
  readonly routes: Routes;
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Appends to the log and to the queues of the consumers that an event goes to. What it adds becomes visible to dispatch and to
 * followers only when the group is on disk.
 */
export class Journal {
  readonly #with: Surroundings;
  readonly #listeners = new Set<(entry: LogEntry) => void>();
  #last: number;
  #written: { readonly entries: Entry[]; readonly log: LogEntry[] } = { entries: [], log: [] };

  constructor(surroundings: Surroundings) {
    this.#with = surroundings;
    this.#last = this.#stored();
  }

  get last(): number {
    return this.#last;
  }

  /** Inside a transaction. */
  append(packed: readonly Packed[]): PublishResult[] {
    return packed.map((one) => this.#appendOne(one));
  }

  /** Inside a transaction. @returns whether it was not queued already. */
  requeue(consumer: string, sequence: number, event: Envelope): boolean {
    const { statements, names, dispatcher, clock } = this.#with;
    const id = names.idOf(consumer);
    const dueAt = clock.now();
    if (statements.queue.run(id, sequence, dueAt).changes === 0) return false;
    const queue = dispatcher.queueOf(id, consumer);
    this.#written.entries.push({
      queue,
      sequence,
      subject: event.subject,
      event: undefined,
      size: 0,
      dueAt,
      attempts: 0,
    });
    return true;
  }

  /** The sequence number of a logged event. */
  find(event: Pick<Envelope, 'source' | 'id'>): number | undefined {
    for (let identity = identityHash(event); ; identity++) {
      const row = this.#with.statements.byIdentity.get(identity);
      if (row === undefined) return undefined;
      const logged = JSON.parse(String(row['body'])) as Envelope;
      if (logged.id === event.id && logged.source === event.source) return Number(row['sequence']);
    }
  }

  follow(listener: (entry: LogEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  committed(): void {
    const { entries, log } = this.#written;
    this.#written = { entries: [], log: [] };
    for (const entry of entries) this.#with.dispatcher.add(entry);
    for (const entry of log) this.#announce(entry);
  }

  rolledBack(): void {
    this.#written = { entries: [], log: [] };
    this.#last = this.#stored();
  }

  /** A follower that fails must not take down what it follows. */
  #announce(entry: LogEntry): void {
    for (const listener of this.#listeners) {
      try {
        listener(entry);
      } catch (error) {
        this.#with.logger.error('log.follower-failed', { sequence: entry.sequence, error: String(error) });
      }
    }
  }

  #appendOne({ event, json, dueAt }: Packed): PublishResult {
    const { statements, routes, names, dispatcher, clock } = this.#with;
    const consumers = routes.match(event);
    const sequence = this.#last + 1;
    if (!this.#insert(event, json, { sequence, consumers: consumers.length })) return 'duplicate';
    this.#last = sequence;
    const due = Math.max(dueAt, clock.now());
    for (const consumer of consumers) {
      const id = names.idOf(consumer);
      statements.queue.run(id, sequence, due);
      const queue = dispatcher.queueOf(id, consumer);
      this.#written.entries.push({
        queue,
        sequence,
        subject: event.subject,
        event,
        size: json.length,
        dueAt: due,
        attempts: 0,
      });
    }
    if (this.#listeners.size > 0) this.#written.log.push({ sequence, event, consumers: consumers.length });
    return 'accepted';
  }

  /** Different events may share a hash: the later one takes the next free number, and whoever looks for it goes on likewise. */
  #insert(event: Envelope, json: string, row: { readonly sequence: number; readonly consumers: number }): boolean {
    const { appendLog } = this.#with.statements;
    const correlation = hash53(event.correlationid);
    const subject = event.subject ?? null;
    for (let identity = identityHash(event); ; identity++) {
      const { changes } = appendLog.run(row.sequence, identity, correlation, event.type, subject, row.consumers, json);
      if (changes === 1) return true;
      if (this.find(event) !== undefined) return false;
    }
  }

  #stored(): number {
    return Number(this.#with.statements.lastSequence.get()?.['last']);
  }
}
