import type { ReplicaUsage, RequestCounts, SandboxClock, WorkloadRunner } from '../types.ts';

/** What one replica did in one minute, measured. */
export interface ReplicaMinute {
  readonly replicaId: string;
  /** Cores in use, on average. */
  readonly cores: number;
  readonly memoryBytes: number;
  /** Requests answered in the minute, by status code; absent where nobody counts them. */
  readonly codes?: Readonly<Record<string, number>>;
  /** The same, by duration in milliseconds. */
  readonly durations?: Readonly<Record<string, number>>;
}

interface Look {
  readonly at: number;
  readonly usage: ReplicaUsage;
}

const minute = 60_000;

/** A replica that is launched again counts from zero. */
const launchOf = ({ replicaId, startedAt }: ReplicaUsage): string => `${replicaId}@${startedAt}`;

/**
 * Once a minute, on the minute, looks at every workload that is asked for and hands on what its replicas did in the minute that has
 * just ended. A runner that cannot measure gives none.
 *
 * @returns stops it.
 */
export function sampleUsage(
  { clock, workloads }: { readonly clock: SandboxClock; readonly workloads: WorkloadRunner },
  ids: () => readonly string[],
  take: (id: string, at: number, replicas: readonly ReplicaMinute[]) => void,
): () => void {
  if (workloads.usage === undefined) return () => {};
  const usageOf = workloads.usage.bind(workloads);
  let looks = new Map<string, Look>();
  let cancel = () => {};
  let stopped = false;

  async function look(): Promise<void> {
    const next = new Map<string, Look>();
    for (const id of ids()) {
      const used = await usageOf(id);
      const now = clock.now();
      const minutes = used.map((usage) => minuteOf(usage, now, looks.get(launchOf(usage))));
      for (const usage of used) next.set(launchOf(usage), { at: now, usage });
      // The minute that has just ended; a timer may fire a little off the minute.
      take(id, Math.round(now / minute) * minute - minute, minutes);
    }
    looks = next;
    if (!stopped) schedule();
  }

  function schedule(): void {
    const untilMinute = minute - (clock.now() % minute);
    // A timer that fired a moment early must not look twice in one minute.
    cancel = clock.after(untilMinute < 1_000 ? untilMinute + minute : untilMinute, () => void look());
  }

  schedule();
  return () => {
    stopped = true;
    cancel();
  };
}

function minuteOf(usage: ReplicaUsage, now: number, before: Look | undefined): ReplicaMinute {
  const { replicaId, startedAt, memoryBytes, requests } = usage;
  const { at, usage: then } = before ?? { at: startedAt, usage: { cpuMs: 0 } as Partial<ReplicaUsage> };
  const cores = now > at ? (usage.cpuMs - (then.cpuMs ?? 0)) / (now - at) : 0;
  if (requests === undefined) return { replicaId, memoryBytes, cores };
  return { replicaId, memoryBytes, cores, ...grownRequests(requests, then.requests) };
}

function grownRequests(
  { codes, durations }: RequestCounts,
  before: RequestCounts = { codes: {}, durations: {} },
): Pick<ReplicaMinute, 'codes' | 'durations'> {
  return { codes: grown(codes, before.codes), durations: grown(durations, before.durations) };
}

type Counts = Readonly<Record<string, number>>;

function grown(now: Counts, before: Counts): Counts {
  const differences = Object.entries(now).map(([key, count]) => [key, count - (before[key] ?? 0)] as const);
  return Object.fromEntries(differences.filter(([, count]) => count > 0));
}
