/** One transaction of a hub: what it handled, and what it said because of it. */
export interface Commit {
  readonly hub: 'a' | 'b';
  readonly epoch: number;
  readonly handled?: string;
  readonly says: readonly string[];
  /** Milliseconds between the moment its function looked at the clock and the moment it was written. */
  readonly underWayMs?: number;
}

/** A region's table: marks and outgoing events by the event's id, and whose history it holds. */
export class Table {
  history = 0;
  /** Event handled → what was committed with it. */
  readonly marks = new Map<string, Commit>();
  readonly outbox = new Map<string, Commit>();
  /** Let in from outside: true whoever accepted them. */
  readonly accepted = new Set<string>();
  /** Highest epoch in which anything was committed or admitted. */
  newest = 0;

  apply(commit: Commit): void {
    this.newest = Math.max(this.newest, commit.epoch);
    if (commit.handled !== undefined) this.marks.set(commit.handled, commit);
    for (const said of commit.says) this.outbox.set(said, commit);
  }

  /** Brings it up to another hub's history; what was let in here stays. */
  become(other: Table): void {
    this.history = other.history;
    this.newest = other.newest;
    this.marks.clear();
    this.outbox.clear();
    for (const [id, commit] of other.marks) this.marks.set(id, commit);
    for (const [id, commit] of other.outbox) this.outbox.set(id, commit);
    for (const id of other.accepted) this.accepted.add(id);
  }
}
