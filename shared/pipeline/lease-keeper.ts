import {
  confirmed,
  decideLease,
  watch,
  type Lease,
  type LeaseDecision,
  type LeaseSettings,
  type Reading,
  type Readings,
  type RegisterName,
  type Watched,
} from '../domain/lease/index.ts';
import type { Clock } from '../ports/clock.ts';
import { LeaseConflict, LeaseStoreUnavailable, type HeldLease, type LeaseStore } from '../ports/lease-store.ts';

export interface LeaseKeeperOptions {
  /** This hub's region. */
  readonly me: string;
  /** Whether this is the hub that begins when none ever ran. */
  readonly preferred: boolean;
  /** Tenure whose history our table holds; 0 for none. What the hub commits when it is active continues it. */
  history(): number;
  readonly registers: Readonly<Record<RegisterName, LeaseStore>>;
  readonly settings: LeaseSettings;
  readonly clock: Clock;
}

export type Standing =
  /** `claimed` is ours and not yet confirmed: nothing may be committed. */
  | { readonly role: 'active' | 'claimed'; readonly lease: Lease; readonly tookOver: boolean }
  | { readonly role: 'standby'; readonly because: string };

export interface LeaseKeeper {
  /** Looks, decides and writes, once. Call it every `settings.everyMs`, never twice at a time. */
  tick(): Promise<Standing>;
  /** Gives the lease up on purpose (switchover): this hub stops committing first, then the other one hears that it may begin. */
  release(): Promise<void>;
}

type Held = Readonly<Record<RegisterName, HeldLease | undefined | 'unreachable'>>;
const names = ['own', 'peer', 'witness'] as const;

/** Keeps one hub's lease; the decisions are shared/domain/lease. */
export function createLeaseKeeper(options: LeaseKeeperOptions): LeaseKeeper {
  const { me, preferred, registers, settings, clock } = options;
  const history = (): number => options.history();
  let watched: Watched | undefined;

  async function read(): Promise<Held> {
    const [own, peer, witness] = await Promise.all(names.map((name) => reach(() => registers[name].read())));
    return { own, peer, witness };
  }

  async function write(name: RegisterName, held: Held, lease: Lease): Promise<boolean> {
    const expected = held[name];
    if (expected === 'unreachable') return false;
    const written = await reach(async () => {
      await registers[name].swap(expected, lease);
      return true;
    });
    return written === true;
  }

  async function carryOut(decision: LeaseDecision, held: Held): Promise<Standing> {
    if (decision.kind === 'stand-by') return { role: 'standby', because: decision.because };
    const { lease, others, needed, kind } = decision;
    const votes = await Promise.all(others.map(async (name) => ((await write(name, held, lease)) ? [name] : [])));
    const won = votes.flat();
    if (won.length === 0 || !needed.every((name) => won.includes(name))) {
      return { role: 'standby', because: 'too few registers took our lease' };
    }
    // The last vote and the gate in one: only now may anything be committed under it.
    if (!(await write('own', held, lease)))
      return { role: 'standby', because: 'our own register did not take our lease' };
    return { role: lease.beat < confirmed ? 'claimed' : 'active', lease, tookOver: kind === 'claim' };
  }

  async function look(): Promise<Standing> {
    // Before anything is read: a lease must not last longer than the slowest answer allows.
    const now = clock.now();
    const held = await read();
    const readings = readingsOf(held);
    watched = watch(watched, me, readings, clock.now());
    return carryOut(decideLease({ me, preferred, history: history(), watched, readings, now, settings }), held);
  }

  return {
    async tick() {
      const claimed = await look();
      if (claimed.role !== 'claimed') return claimed;
      const standing = await look();
      return standing.role === 'active' ? { ...standing, tookOver: true } : standing;
    },
    async release() {
      const held = await read();
      const { own } = held;
      // Only what began: a claim of ours that came to nothing is told apart by its beat, and was never ours to give.
      if (own === undefined || own === 'unreachable' || own.lease.holder !== me || own.lease.beat < confirmed) return;
      const given = { ...own.lease, until: clock.now(), released: true };
      if (!(await write('own', held, given))) return;
      for (const name of ['witness', 'peer'] as const) {
        const stands = held[name];
        if (stands === undefined || stands === 'unreachable' || stands.lease.epoch > given.epoch) continue;
        await write(name, held, given);
      }
    },
  };
}

/** A conflict and a silence both mean that nothing may rest on this register now; anything else is a defect and goes up. */
async function reach<T>(ask: () => Promise<T>): Promise<T | 'unreachable'> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof LeaseConflict || error instanceof LeaseStoreUnavailable) return 'unreachable';
    throw error;
  }
}

function readingsOf(held: Held): Readings {
  const of = (name: RegisterName): Reading => {
    const stands = held[name];
    if (stands === 'unreachable') return { kind: 'unreachable' };
    return stands === undefined ? { kind: 'vacant' } : { kind: 'lease', lease: stands.lease };
  };
  return { own: of('own'), peer: of('peer'), witness: of('witness') };
}
