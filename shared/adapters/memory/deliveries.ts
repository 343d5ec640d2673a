import type { DeadLetter } from '../../ports/event-log.ts';

/** One event on its way to one consumer. */
export interface Pending {
  readonly consumer: string;
  readonly sequence: number;
  readonly subject: string | undefined;
  /** Milliseconds since the epoch. */
  readonly dueAt: number;
  /** Attempts so far. */
  readonly attempts: number;
  /** Order among equals: counts up with every time something is queued. */
  readonly order: number;
}

export type Dead = Omit<DeadLetter, 'event'> & { readonly sequence: number };

/** Everything not yet acknowledged, and what is under way now. */
export class Deliveries {
  readonly #pending = new Map<string, Pending>();
  readonly #underWay = new Set<string>();
  readonly #dead = new Map<string, Dead>();
  #order = 0;
  #deadIds = 0;

  /** @returns false when this event is queued for this consumer already. */
  queue(entry: Omit<Pending, 'order'>): boolean {
    const key = keyOf(entry);
    if (this.#pending.has(key)) return false;
    this.#pending.set(key, { ...entry, order: ++this.#order });
    return true;
  }

  begin(entry: Pending): void {
    this.#underWay.add(keyOf(entry));
  }

  acknowledge(entry: Pending): void {
    this.#forget(entry);
  }

  retry(entry: Pending, dueAt: number): void {
    this.#forget(entry);
    this.queue({ ...entry, attempts: entry.attempts + 1, dueAt });
  }

  bury(entry: Pending, error: DeadLetter['error'], deadSince: string): void {
    this.#forget(entry);
    const id = String(++this.#deadIds).padStart(12, '0');
    const attempts = entry.attempts + 1;
    this.#dead.set(id, { id, consumer: entry.consumer, sequence: entry.sequence, attempts, error, deadSince });
  }

  /** A process died: what was under way was never acknowledged. */
  lose(): void {
    this.#underWay.clear();
  }

  /** What may be handed out now: due, with nothing of the same subject under way at the consumer. Oldest due first. */
  due(now: number): Pending[] {
    const busy = new Set<string>();
    for (const entry of this.#pending.values()) {
      if (this.#underWay.has(keyOf(entry))) busy.add(laneOf(entry));
    }
    const free = (entry: Pending) =>
      entry.dueAt <= now && !this.#underWay.has(keyOf(entry)) && !busy.has(laneOf(entry));
    return [...this.#pending.values()].filter(free).sort((a, b) => a.dueAt - b.dueAt || a.order - b.order);
  }

  pending(): readonly Pending[] {
    return [...this.#pending.values()];
  }

  dead(): readonly Dead[] {
    return [...this.#dead.values()];
  }

  exhume(ids: readonly string[] | 'all', now: number, subjectOf: (sequence: number) => string | undefined): number {
    const chosen = ids === 'all' ? this.dead() : ids.flatMap((id) => this.#dead.get(id) ?? []);
    for (const { id, consumer, sequence } of chosen) {
      this.#dead.delete(id);
      this.queue({ consumer, sequence, subject: subjectOf(sequence), dueAt: now, attempts: 0 });
    }
    return chosen.length;
  }

  #forget(entry: Pending): void {
    this.#pending.delete(keyOf(entry));
    this.#underWay.delete(keyOf(entry));
  }
}

function keyOf({ sequence, consumer }: Pick<Pending, 'sequence' | 'consumer'>): string {
  return `${sequence} ${consumer}`;
}

/** Events without a subject stand for themselves. */
function laneOf({ consumer, subject, sequence }: Pending): string {
  return `${consumer}\n${subject === undefined ? sequence : `/${subject}`}`;
}
