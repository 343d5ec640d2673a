import {
  LeaseConflict,
  LeaseStoreUnavailable,
  type HeldLease,
  type Lease,
  type LeaseStore,
} from '../../../shared/ports/lease-store.ts';
import type { Random } from '../random.ts';
import { latency, type VirtualTime } from './virtual-time.ts';

export type SiteName = 'a' | 'b' | 'w';

/** Two regions and the other cloud: what of them stands, and who reaches whom. */
export class Sites {
  readonly down = new Set<SiteName>();
  /** Gone for good, with everything in it. */
  readonly destroyed = new Set<SiteName>();
  readonly cut = new Set<string>();
  readonly time: VirtualTime;
  readonly random: Random;
  constructor(time: VirtualTime, random: Random) {
    this.time = time;
    this.random = random;
  }

  stands(site: SiteName): boolean {
    return !this.down.has(site) && !this.destroyed.has(site);
  }

  reaches(from: SiteName, to: SiteName): boolean {
    if (!this.stands(from) || !this.stands(to)) return false;
    return from === to || !this.cut.has(pair(from, to));
  }

  /**
   * A request over the network: it may be lost, its answer may be, and it may arrive long after its sender gave up.
   * @throws LeaseStoreUnavailable after the sender's time-out, whatever became of it
   */
  async call<T>(from: SiteName, to: SiteName, work: () => T): Promise<T> {
    const { time, random } = this;
    return new Promise((resolve, reject) => {
      const giveUp = (): void => reject(new LeaseStoreUnavailable(`${to} does not answer ${from}`));
      time.after(requestTimeoutMs, giveUp);
      if (random.chance(0.003)) return;
      time.after(from === to ? 2 + random.below(20) : latency(random), () => {
        if (!this.reaches(from, to)) return;
        const outcome = attempt(work);
        if (random.chance(0.003)) return;
        time.after(from === to ? 2 : latency(random), () => {
          if (!this.reaches(from, to)) return;
          if (outcome.ok) resolve(outcome.value);
          else reject(outcome.error);
        });
      });
    });
  }
}

export const requestTimeoutMs = 2_000;
export const pair = (one: SiteName, other: SiteName): string => [one, other].sort().join('-');

type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Error };

function attempt<T>(work: () => T): Outcome<T> {
  try {
    return { ok: true, value: work() };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error : new Error(String(error)) };
  }
}

/** A register as it stands; every hub has its own way to it. */
export class Register {
  held: HeldLease | undefined;
  #version = 0;
  readonly site: SiteName;
  constructor(site: SiteName) {
    this.site = site;
  }

  storeFrom(from: SiteName, sites: Sites, written: (lease: Lease, at: SiteName) => void): LeaseStore {
    return {
      read: () => sites.call(from, this.site, () => this.held),
      swap: (expected, next) =>
        sites.call(from, this.site, () => {
          if (this.held?.tag !== expected?.tag) throw new LeaseConflict(this.site);
          this.held = { lease: next, tag: String(++this.#version) };
          written(next, this.site);
        }),
    };
  }
}
