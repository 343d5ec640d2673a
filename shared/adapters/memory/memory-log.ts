import type { Envelope } from '../../contracts/envelope.ts';
import type { LogEntry, LogQuery } from '../../ports/event-log.ts';
import type { Packed } from './measure.ts';

interface Row {
  readonly json: string;
  readonly event: Envelope;
  readonly consumers: number;
}

/** Every accepted event, and the identities that tell a duplicate. Position in the list is the sequence number less one. */
export class MemoryLog {
  readonly #rows: Row[] = [];
  readonly #sequenceOf = new Map<string, number>();
  readonly #listeners = new Set<(entry: LogEntry) => void>();

  /** @returns the sequence number. */
  append({ event, json }: Packed, consumers: number): number {
    const sequence = this.#rows.push({ json, event: JSON.parse(json) as Envelope, consumers });
    this.#sequenceOf.set(identity(event), sequence);
    return sequence;
  }

  has(event: Envelope): boolean {
    return this.#sequenceOf.has(identity(event));
  }

  /** A fresh copy: what one reader does to its event must not reach another. */
  event(sequence: number): Envelope {
    return JSON.parse(this.#row(sequence).json) as Envelope;
  }

  entry(sequence: number): LogEntry {
    return { sequence, event: this.event(sequence), consumers: this.#row(sequence).consumers };
  }

  get last(): number {
    return this.#rows.length;
  }

  read({ after = 0, before = Infinity, limit = 100, reverse = false, ...filter }: LogQuery): LogEntry[] {
    const found: LogEntry[] = [];
    const last = Math.min(this.last, before - 1);
    for (let count = 0; count < last - after && found.length < limit; count++) {
      const sequence = reverse ? last - count : after + 1 + count;
      if (selects(filter, this.#row(sequence).event)) found.push(this.entry(sequence));
    }
    return found;
  }

  follow(listener: (entry: LogEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  announce(sequence: number): void {
    for (const listener of this.#listeners) listener(this.entry(sequence));
  }

  #row(sequence: number): Row {
    const row = this.#rows[sequence - 1];
    if (row === undefined) throw new RangeError(`the log has no event ${sequence}`);
    return row;
  }
}

function identity({ source, id }: Envelope): string {
  return `${source}\n${id}`;
}

function selects(filter: Omit<LogQuery, 'after' | 'before' | 'limit' | 'reverse'>, event: Envelope): boolean {
  if (filter.type !== undefined && event.type !== filter.type) return false;
  if (filter.subjectPrefix !== undefined && event.subject?.startsWith(filter.subjectPrefix) !== true) return false;
  return filter.correlationid === undefined || event.correlationid === filter.correlationid;
}
