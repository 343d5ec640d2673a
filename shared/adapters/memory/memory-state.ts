import type { Clock } from '../../ports/clock.ts';
import { DocumentMissing } from '../../ports/document-store.ts';
import type { PublishResult } from '../../ports/event-bus.ts';
import { UnknownConsumer, type DeadLetter } from '../../ports/event-log.ts';
import { AlreadyProcessed } from '../../ports/record-store.ts';
import { Deliveries } from './deliveries.ts';
import { documentBody } from './document-body.ts';
import type { Packed, PackedTransaction } from './measure.ts';
import { MemoryLog } from './memory-log.ts';
import { MemoryRecords } from './memory-records.ts';
import { Routes } from './routes.ts';

/** What a restart would find again: log, queue, records, marks, documents. Every change is one synchronous, whole step. */
export class MemoryState {
  readonly routes = new Routes();
  readonly log = new MemoryLog();
  readonly records = new MemoryRecords();
  readonly deliveries = new Deliveries();
  readonly #marks = new Set<string>();
  readonly #documents = new Map<string, string>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  append(packed: readonly Packed[]): PublishResult[] {
    const appended: number[] = [];
    const results = packed.map((one): PublishResult => {
      if (this.log.has(one.event)) return 'duplicate';
      const consumers = this.routes.match(one.event);
      const sequence = this.log.append(one, consumers.length);
      appended.push(sequence);
      const dueAt = Math.max(one.dueAt, this.#clock.now());
      const { subject } = one.event;
      for (const consumer of consumers) this.deliveries.queue({ consumer, sequence, subject, dueAt, attempts: 0 });
      return 'accepted';
    });
    for (const sequence of appended) this.log.announce(sequence);
    return results;
  }

  /** @throws AlreadyProcessed, VersionConflict: nothing has changed then. */
  commit({ mark, writes, events }: PackedTransaction): void {
    if (mark !== undefined && this.#marks.has(markOf(mark))) {
      throw new AlreadyProcessed(mark.consumer, mark.source, mark.id);
    }
    this.records.check(writes);
    if (mark !== undefined) this.#marks.add(markOf(mark));
    this.records.apply(writes);
    this.append(events);
  }

  put(value: unknown) {
    const { ref, json } = documentBody(value);
    this.#documents.set(ref.sha256, json);
    return ref;
  }

  document<T>(sha256: string): T {
    const json = this.#documents.get(sha256);
    if (json === undefined) throw new DocumentMissing(sha256);
    return JSON.parse(json) as T;
  }

  replay(request: { readonly consumer: string; readonly after: number; readonly until?: number }): number {
    const { consumer, after, until = this.log.last } = request;
    if (this.routes.get(consumer) === undefined) throw new UnknownConsumer(consumer, this.routes.consumers());
    const dueAt = this.#clock.now();
    let queued = 0;
    for (let sequence = after + 1; sequence <= Math.min(until, this.log.last); sequence++) {
      const { event } = this.log.entry(sequence);
      if (!this.routes.match(event).includes(consumer)) continue;
      this.#marks.delete(markOf({ consumer, source: event.source, id: event.id }));
      if (this.deliveries.queue({ consumer, sequence, subject: event.subject, dueAt, attempts: 0 })) queued++;
    }
    return queued;
  }

  deadLetters({ after = '', limit = 100 }: { readonly after?: string; readonly limit?: number } = {}): DeadLetter[] {
    const page = this.deliveries
      .dead()
      .filter(({ id }) => id > after)
      .slice(0, limit);
    return page.map(({ sequence, ...dead }) => ({ ...dead, event: this.log.event(sequence) }));
  }

  redrive(ids: readonly string[] | 'all'): number {
    return this.deliveries.exhume(ids, this.#clock.now(), (sequence) => this.log.event(sequence).subject);
  }
}

function markOf(mark: { readonly consumer: string; readonly source: string; readonly id: string }): string {
  return `${mark.consumer}\n${mark.source}\n${mark.id}`;
}
