import type { ReplicaMinute } from './usage-sampler.ts';

/** What is kept of a workload's minute. */
export interface BookedMinute {
  /** Start of the minute, milliseconds since the epoch. */
  readonly at: number;
  readonly replicas: readonly ReplicaMinute[];
}

/** Three hours: what anybody practising looks back. */
const minutesKept = 180;

/** The last minutes of every workload. */
export function createMinuteBook() {
  const minutes = new Map<string, BookedMinute[]>();
  return {
    add(id: string, at: number, replicas: readonly ReplicaMinute[]): void {
      const known = minutes.get(id) ?? [];
      minutes.set(id, [...known, { at, replicas }].slice(-minutesKept));
    },
    /** Oldest first; `to` is not part of it. */
    read: (id: string, { from, to }: { readonly from: number; readonly to: number }): readonly BookedMinute[] =>
      (minutes.get(id) ?? []).filter(({ at }) => at >= from && at < to),
    /** Forgets whatever is not named. */
    keep(ids: ReadonlySet<string>): void {
      for (const id of minutes.keys()) if (!ids.has(id)) minutes.delete(id);
    },
  };
}

export type MinuteBook = ReturnType<typeof createMinuteBook>;
