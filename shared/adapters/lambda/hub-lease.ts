import type { Clock } from '../../ports/clock.ts';
import { NotTheActiveHub, type Lease, type LeaseStore } from '../../ports/lease-store.ts';
import { isUsable, type Fence } from '../store-dynamodb/fence.ts';
import { required, type Environment } from './environment.ts';

/** The lease of the hub that this function belongs to, as its own region's register says. Only where there is a standby hub. */
export interface HubLease extends Fence {
  /**
   * Asked before anything is done, by whoever acts outside or has no commit that the fence would refuse.
   * @returns the lease under which this hub is the active one.
   * @throws NotTheActiveHub; LeaseStoreUnavailable when the register does not answer
   */
  active(): Promise<Lease>;
  /**
   * `waiting`: the lease is this hub's and cannot be used now, because it is only claimed or was not renewed in time: in a moment it is
   * active again, or it stands by. @throws LeaseStoreUnavailable
   */
  standing(): Promise<'active' | 'waiting' | 'standby'>;
}

export interface HubLeaseOptions {
  /** This hub's region. */
  readonly hub: string;
  /** Of the register, which commits check. */
  readonly table: string;
  readonly read: LeaseStore['read'];
  readonly clock: Clock;
  /** How long what was read holds; default 1,000. A hub that lost its lease acts no longer than this and the work it has begun. */
  readonly rememberMs?: number;
}

interface Seen {
  readonly at: number;
  readonly lease: Promise<Lease | undefined>;
}

/** Reads the register at most once in `rememberMs`, however many ask. What could not be read is not remembered. */
export function createHubLease({ hub, table, read, clock, rememberMs = 1_000 }: HubLeaseOptions): HubLease {
  let seen: Seen | undefined;

  function lease(): Promise<Lease | undefined> {
    const now = clock.now();
    if (seen !== undefined && Math.abs(now - seen.at) < rememberMs) return seen.lease;
    const asked: Seen = { at: now, lease: read().then((held) => held?.lease) };
    seen = asked;
    asked.lease.catch(() => {
      if (seen === asked) seen = undefined;
    });
    return asked.lease;
  }

  const usable = (held: Lease): boolean => isUsable(held, { hub, now: clock.now() });

  return {
    ...{ hub, table, lease },
    forget() {
      seen = undefined;
    },
    async active() {
      const held = await lease();
      if (held !== undefined && usable(held)) return held;
      throw new NotTheActiveHub(hub, undefined);
    },
    async standing() {
      const held = await lease();
      if (held === undefined || held.holder !== hub || held.released === true) return 'standby';
      return usable(held) ? 'active' : 'waiting';
    },
  };
}

/** Nothing where the deployment has no standby hub. @throws Error naming the variable that is missing */
export function hubLeaseFrom(environment: Environment, clock: Clock): HubLease | undefined {
  const { HOMEOSTASIS_LEASE_TABLE: table } = environment;
  if (!table) return undefined;
  const hub = required(environment, 'HOMEOSTASIS_HUB');
  // Read by a client of its own, loaded with the first question: most hubs stand alone, and need not start with it.
  const register = import('./lease-register.ts').then(({ leaseRegister }) => leaseRegister(table));
  register.catch(() => undefined);
  return createHubLease({ hub, table, clock, read: async () => (await register).read() });
}

/** As a port of a function that keeps no records: nothing where there is no standby hub. */
export const activeOf = (lease: HubLease | undefined): { readonly active?: HubLease['active'] } =>
  lease === undefined ? {} : { active: () => lease.active() };
