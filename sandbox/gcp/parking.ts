import type { Fault, FaultBook } from '../core/types.ts';

interface Parked {
  readonly fault: Fault;
  /** A fault that ended by its own count is no longer in the book, and only an emptied book frees what it struck. */
  readonly standing: boolean;
  readonly resume: () => void;
}

/** Operations that a `stuck` fault holds. They go on when that fault is taken away. */
export function createParking(faults: FaultBook): { park(fault: Fault, resume: () => void): void } {
  const parked = new Set<Parked>();

  function release(): void {
    const listed = new Set(faults.list().map((fault) => fault.id));
    for (const entry of [...parked]) {
      const freed = listed.size === 0 || (entry.standing && !listed.has(entry.fault.id));
      if (!freed) continue;
      parked.delete(entry);
      entry.resume();
    }
  }

  faults.onChange(release);
  return {
    park(fault, resume) {
      parked.add({ fault, standing: faults.list().some((item) => item.id === fault.id), resume });
    },
  };
}
