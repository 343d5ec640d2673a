import type { Clock } from '../../../shared/ports/clock.ts';
import { toTime } from '../../../shared/ports/clock.ts';
import type { Logger } from '../../../shared/ports/logger.ts';

/** What came to a hook since this process started. */
export interface Tally {
  /** Alerts that became events. */
  readonly accepted: number;
  /** … and those that were known already. */
  readonly duplicates: number;
  /** What was in a body and is no alert. */
  readonly skipped: number;
  /** Alerts that were told to come again. */
  readonly deferred: number;
  /** Requests that were refused. */
  readonly refused: number;
  /** RFC 3339. */
  readonly lastAccepted?: string;
  readonly lastRefusal?: { readonly at: string; readonly status: number; readonly detail: string };
}

/** Who is refused a thousand times a second gets a line in the log every ten. Milliseconds. */
const quiet = 10_000;
const nothing: Tally = { accepted: 0, duplicates: 0, skipped: 0, deferred: 0, refused: 0 };

/** Counts and logs what hooks do, without a flood becoming one of log lines. */
export class Tallies {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #tallies = new Map<string, Tally>();
  readonly #told = new Map<string, number>();

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  of(hook: string): Tally {
    return this.#tallies.get(hook) ?? nothing;
  }

  taken(hook: string, counts: Pick<Tally, 'accepted' | 'duplicates' | 'deferred'>, skipped: readonly string[]): void {
    const before = this.of(hook);
    this.#tallies.set(hook, {
      ...before,
      accepted: before.accepted + counts.accepted,
      duplicates: before.duplicates + counts.duplicates,
      deferred: before.deferred + counts.deferred,
      skipped: before.skipped + skipped.length,
      ...(counts.accepted === 0 ? {} : { lastAccepted: toTime(this.#clock.now()) }),
    });
    if (skipped.length > 0) this.#tell('hooks.skipped', hook, { skipped: skipped.length, first: skipped[0] });
    if (counts.deferred > 0) this.#tell('hooks.deferred', hook, { deferred: counts.deferred });
  }

  refused(hook: string, status: number, detail: string): void {
    const before = this.of(hook);
    const lastRefusal = { at: toTime(this.#clock.now()), status, detail };
    this.#tallies.set(hook, { ...before, refused: before.refused + 1, lastRefusal });
    this.#tell('hooks.refused', hook, { status, message: detail, refused: before.refused + 1 });
  }

  #tell(what: string, hook: string, facts: Readonly<Record<string, unknown>>): void {
    const [key, now] = [`${what} ${hook}`, this.#clock.now()];
    const before = this.#told.get(key);
    if (before !== undefined && now - before < quiet) return;
    this.#told.set(key, now);
    this.#logger.warn(what, { hook, ...facts });
  }
}
