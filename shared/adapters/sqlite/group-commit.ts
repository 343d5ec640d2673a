import { BusUnavailable } from '../../ports/event-bus.ts';
import type { Logger } from '../../ports/logger.ts';
import { AlreadyProcessed, VersionConflict } from '../../ports/record-store.ts';
import type { Statements } from './statements.ts';

interface Job {
  run(): unknown;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** Thrown by a job before it has changed anything. After any other error the group may hold half of a job: none of it is kept. */
function refusedUnchanged(error: unknown): boolean {
  return error instanceof VersionConflict || error instanceof AlreadyProcessed;
}

interface Hooks {
  /** The group is on disk; its writers go on right after this. */
  committed(): void;
  /** After the group was rolled back: whatever memory holds of it is wrong. */
  rolledBack(): void;
}

/** Acknowledgements wait at most this long for a group that is written anyway, and at most so many of them. */
const idleFlushMs = 20;
const mostDeferred = 1024;

/**
 * Shares one SQLite transaction, and so one sync to disk, among all that arrives in the same turn of the event loop. A job checks
 * its own conditions first: one that throws before it has changed anything is refused alone.
 */
export class GroupCommit {
  readonly #statements: Statements;
  readonly #hooks: Hooks;
  readonly #logger: Logger;
  #jobs: Job[] = [];
  #deferred: (() => void)[] = [];
  #scheduled = false;
  #idle: NodeJS.Timeout | undefined;
  #closed = false;
  #written = 0;

  constructor(statements: Statements, hooks: Hooks, logger: Logger) {
    this.#statements = statements;
    this.#hooks = hooks;
    this.#logger = logger;
  }

  /** Resolves when what `run` changed is durable. @throws what `run` throws; BusUnavailable. */
  submit<T>(run: () => T): Promise<T> {
    if (this.#closed) return Promise.reject(new BusUnavailable('the data file is closed'));
    return new Promise<T>((resolve, reject) => {
      this.#jobs.push({ run, resolve: resolve as (value: unknown) => void, reject });
      this.#schedule();
    });
  }

  /** For what may be lost in a crash, because it would only be done again: acknowledgements. */
  defer(run: () => void): void {
    this.#deferred.push(run);
    if (this.#deferred.length >= mostDeferred) this.#schedule();
    else this.#soon();
  }

  /** Transactions written so far. */
  get written(): number {
    return this.#written;
  }

  flush(): void {
    clearTimeout(this.#idle);
    this.#idle = undefined;
    this.#scheduled = false;
    const jobs = this.#jobs;
    const deferred = this.#deferred;
    if (jobs.length + deferred.length === 0 || this.#closed) return;
    this.#jobs = [];
    this.#deferred = [];
    let settle: readonly (() => void)[];
    try {
      settle = this.#write(jobs, deferred);
    } catch (error) {
      return this.#failed(jobs, deferred, error);
    }
    for (const go of settle) go();
    this.#hooks.committed();
  }

  /** Writes what is waiting and takes no more. */
  close(): void {
    this.flush();
    this.#closed = true;
    for (const { reject } of this.#jobs) reject(new BusUnavailable('the data file is closed'));
  }

  #soon(): void {
    // Not a flush of its own: that would split a group that is just gathering.
    this.#idle ??= setTimeout(() => this.#schedule(), idleFlushMs);
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => this.flush());
  }

  #write(jobs: readonly Job[], deferred: readonly (() => void)[]): (() => void)[] {
    const settle: (() => void)[] = [];
    this.#statements.begin.run();
    for (const run of deferred) run();
    for (const { run, resolve, reject } of jobs) {
      try {
        const done = run();
        settle.push(() => resolve(done));
      } catch (error) {
        if (!refusedUnchanged(error)) throw error;
        settle.push(() => reject(error));
      }
    }
    this.#statements.commit.run();
    this.#written++;
    return settle;
  }

  #failed(jobs: readonly Job[], deferred: readonly (() => void)[], cause: unknown): void {
    this.#logger.error('sqlite.commit-failed', { error: String(cause), transactions: jobs.length });
    // SQLite rolls back by itself after some errors; then there is nothing left to roll back.
    if (this.#statements.inTransaction()) this.#statements.rollback();
    this.#hooks.rolledBack();
    this.#deferred = [...deferred, ...this.#deferred];
    if (this.#deferred.length > 0) this.#soon();
    const error = new BusUnavailable(`the data file could not be written: ${String(cause)}`, { cause });
    for (const { reject } of jobs) reject(error);
  }
}
