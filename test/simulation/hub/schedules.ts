import { runHubs, type HubRun, type HubSchedule } from './scenario.ts';

export interface HubRuns {
  readonly violations: readonly string[];
  /** Seeds in which an older epoch still committed, in its own region, after a newer one had begun. */
  readonly late: readonly number[];
  readonly total: Readonly<
    Record<'accepted' | 'commits' | 'stranded' | 'refused' | 'overtaken' | 'activations', number>
  >;
  /** Ascending. */
  readonly takeoversMs: readonly number[];
}

/** Runs a range of seeds; each that breaks an invariant names itself, so that it can be run alone. */
export async function runSeeds(from: number, count: number, schedule: HubSchedule): Promise<HubRuns> {
  const runs: { readonly seed: number; readonly run: HubRun }[] = [];
  for (let seed = from; seed < from + count; seed++) runs.push({ seed, run: await runHubs(seed, schedule) });
  const sum = (of: keyof HubRuns['total']): number => runs.reduce((total, { run }) => total + run[of], 0);
  return {
    violations: runs.flatMap(({ seed, run }) => run.violations.map((each) => `seed ${seed}: ${each}`)),
    late: runs.filter(({ run }) => run.late.length > 0).map(({ seed }) => seed),
    total: {
      accepted: sum('accepted'),
      commits: sum('commits'),
      stranded: sum('stranded'),
      refused: sum('refused'),
      overtaken: sum('overtaken'),
      activations: sum('activations'),
    },
    takeoversMs: runs.flatMap(({ run }) => run.takeoverMs ?? []).sort((a, b) => a - b),
  };
}

export function describeTakeovers(ms: readonly number[]): string {
  const seconds = (at: number): string => ((ms[at] ?? Number.NaN) / 1000).toFixed(1);
  return `${ms.length} takeovers: ${seconds(0)} s at best, ${seconds(ms.length >> 1)} s median, ${seconds(ms.length - 1)} s at worst`;
}
