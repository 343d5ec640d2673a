import type { Clock } from '../../shared/ports/clock.ts';
import type { HeldLease } from '../../shared/ports/lease-store.ts';

export interface TurnPorts {
  readonly me: string;
  /** This region's register. @throws LeaseStoreUnavailable */
  read(): Promise<HeldLease | undefined>;
  readonly everyMs: number;
  /** How long the function may still run. */
  remainingMs(): number;
  wait(ms: number): Promise<void>;
  readonly clock: Clock;
}

/** Looks that may fail to show in the register before the run that renews it is taken to have ended. */
const missed = 2;

/**
 * A schedule of a minute starts a run somewhere within it, so runs are made to overlap, and the later one waits here until the lease that
 * this hub holds is no longer renewed. A hub that stands by renews nothing: then two runs may watch, and registers that take one write of
 * two keep them from each other.
 * @returns false when the time is over before it was its turn.
 */
export async function awaitTurn({ me, read, everyMs, remainingMs, wait, clock }: TurnPorts): Promise<boolean> {
  let seen: string | undefined;
  let since = clock.now();
  for (;;) {
    // A register that does not answer renews nothing either: the keeper knows what to do about that.
    const held = await read().catch(() => undefined);
    if (held === undefined || held.lease.holder !== me || held.lease.released === true) return true;
    const { epoch, beat } = held.lease;
    const tag = `${epoch}/${beat}`;
    if (tag !== seen) [seen, since] = [tag, clock.now()];
    if (clock.now() - since >= missed * everyMs) return true;
    if (remainingMs() < 2 * everyMs) return false;
    await wait(everyMs / 2);
  }
}
