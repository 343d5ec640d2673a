import type { Clock } from '../../shared/ports/clock.ts';
import type { HeldLease, Lease } from '../../shared/ports/lease-store.ts';

export interface TurnPorts {
  readonly me: string;
  /** This region's register. @throws LeaseStoreUnavailable */
  read(): Promise<HeldLease | undefined>;
  /** What this environment wrote last, by `tagOf`: while it stands there, nobody else renews. */
  readonly mine?: string | undefined;
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
export async function awaitTurn({ me, read, mine, everyMs, remainingMs, wait, clock }: TurnPorts): Promise<boolean> {
  let seen: string | undefined;
  let since = clock.now();
  for (;;) {
    // A register that does not answer renews nothing either: the keeper knows what to do about that.
    const held = await read().catch(() => undefined);
    if (held === undefined || held.lease.holder !== me || held.lease.released === true) return true;
    const tag = tagOf(held.lease);
    if (tag === mine) return true;
    if (tag !== seen) [seen, since] = [tag, clock.now()];
    if (clock.now() - since >= missed * everyMs) return true;
    if (remainingMs() < 2 * everyMs) return false;
    await wait(everyMs / 2);
  }
}

export const tagOf = ({ epoch, beat }: Lease): string => `${epoch}/${beat}`;
