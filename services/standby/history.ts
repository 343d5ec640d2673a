import { confirmed } from '../../shared/domain/lease/index.ts';
import type { Lease, LeaseStore } from '../../shared/ports/lease-store.ts';

/** Which history our table holds, as far as this keeper knows. */
export interface KnownHistory {
  /** 0 when it holds none. */
  tenure(): number;
  /** Reads it again from our table. @throws when it was never read: nothing may be claimed on a guess. */
  refresh(): Promise<void>;
  /** Our own register: from our second beat in it on, what we commit is the history, whether the table says so yet or not. */
  watching(register: LeaseStore): LeaseStore;
}

/** @param read what the table says. */
export function createKnownHistory(me: string, read: () => Promise<number>): KnownHistory {
  let known: number | undefined;
  const saw = (lease: Lease | undefined): void => {
    if (lease === undefined || lease.holder !== me || lease.released === true || lease.beat < confirmed) return;
    known = Math.max(known ?? 0, lease.tenure);
  };
  return {
    tenure: () => known ?? 0,
    async refresh() {
      try {
        known = Math.max(known ?? 0, await read());
      } catch (error) {
        if (known === undefined) throw error;
      }
    },
    watching: (register) => ({
      async read() {
        const held = await register.read();
        saw(held?.lease);
        return held;
      },
      async swap(expected, next) {
        await register.swap(expected, next);
        saw(next);
      },
    }),
  };
}
