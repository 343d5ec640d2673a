import type { Envelope } from '../../contracts/envelope.ts';
import { toTime, type Clock } from '../../ports/clock.ts';
import { defaultRetry, type Subscription } from '../../ports/event-bus.ts';
import { describeError, verdict } from './backoff.ts';
import { SimulatedCrash, type Probe, type ProbePoint } from './crash.ts';
import type { Pending } from './deliveries.ts';
import type { MemoryState } from './memory-state.ts';

/** A delivery that may be handed out next. */
export interface DueDelivery {
  readonly consumer: string;
  readonly event: Envelope;
  readonly attempt: number;
  readonly dueAt: number;
}

export type StepResult =
  { readonly kind: 'idle' } | { readonly kind: StepKind; readonly consumer: string; readonly event: Envelope };

export type StepKind = 'delivered' | 'retried' | 'dead' | 'crashed';

export interface StepOptions {
  readonly clock: Clock;
  /** For backoff jitter, 0 (inclusive) to 1 (exclusive). Without it retries wait half of their ceiling. */
  readonly random?: () => number;
  /** Picks the next delivery by its position in `due` (never empty); the oldest without it. */
  readonly schedule?: (due: readonly DueDelivery[]) => number;
  readonly probe?: Probe;
}

/** Hands out one delivery at a time, and dies where a probe says so. */
export class Stepper {
  readonly #state: MemoryState;
  readonly #options: StepOptions;
  #current: { readonly consumer: string; readonly event: Envelope } | undefined;
  #crash: SimulatedCrash | undefined;

  constructor(state: MemoryState, options: StepOptions) {
    this.#state = state;
    this.#options = options;
  }

  async step(): Promise<StepResult> {
    const entry = this.#choose();
    if (entry === undefined) return { kind: 'idle' };
    const { consumer } = entry;
    const event = this.#state.log.event(entry.sequence);
    this.#current = { consumer, event };
    this.#state.deliveries.begin(entry);
    const kind = await this.#run(entry, this.#state.log.event(entry.sequence));
    if (kind === 'crashed') this.#state.deliveries.lose();
    this.#current = undefined;
    this.#crash = undefined;
    return { kind, consumer, event };
  }

  /** A dead process does nothing more: what a handler still tries after the crash is refused. */
  alive(): void {
    if (this.#crash !== undefined) throw this.#crash;
  }

  /** Lets the probe kill the delivery under way at this point; outside of a delivery there is nothing to kill. */
  probe(point: ProbePoint): void {
    if (this.#current === undefined || this.#options.probe === undefined) return;
    try {
      this.#options.probe(point, this.#current.consumer, this.#current.event);
    } catch (error) {
      if (error instanceof SimulatedCrash) this.#crash = error;
      throw error;
    }
  }

  async #run(entry: Pending, event: Envelope): Promise<StepKind> {
    const subscription = this.#state.routes.get(entry.consumer) as Subscription;
    const attempt = entry.attempts + 1;
    try {
      this.probe('before-deliver');
      await subscription.deliver(event, { consumer: entry.consumer, attempt });
      // Not the same as resolving: a handler may have swallowed the crash, and is dead all the same.
      this.alive();
      this.probe('after-deliver');
    } catch (error) {
      return this.#crash === undefined ? this.#failed(entry, error, subscription) : 'crashed';
    }
    this.#state.deliveries.acknowledge(entry);
    return 'delivered';
  }

  #failed(entry: Pending, error: unknown, { retry }: Subscription): StepKind {
    const now = this.#options.clock.now();
    const random = this.#options.random ?? (() => 0.5);
    const decided = verdict(error, entry.attempts + 1, { policy: { ...defaultRetry, ...retry }, random });
    if (decided.kind === 'retry') this.#state.deliveries.retry(entry, now + decided.afterMs);
    else this.#state.deliveries.bury(entry, describeError(error), toTime(now));
    return decided.kind === 'retry' ? 'retried' : 'dead';
  }

  #choose(): Pending | undefined {
    const { routes, deliveries, log } = this.#state;
    const due = deliveries.due(this.#options.clock.now()).filter(({ consumer }) => routes.get(consumer) !== undefined);
    const { schedule } = this.#options;
    if (schedule === undefined || due.length === 0) return due[0];
    const chosen = schedule(
      due.map(({ consumer, sequence, attempts, dueAt }) => {
        return { consumer, event: log.event(sequence), attempt: attempts + 1, dueAt };
      }),
    );
    const entry = due[chosen];
    if (entry === undefined) throw new RangeError(`schedule chose ${chosen} of ${due.length} due deliveries`);
    return entry;
  }
}
