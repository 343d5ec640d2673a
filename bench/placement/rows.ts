import { solve, solveOneAtATime } from '../../shared/domain/solver/index.ts';
import { solveExactly } from './exact.ts';
import type { Accuracy } from './exact.ts';
import { instance } from './instance.ts';
import type { InstanceKey } from './instance.ts';

export interface Row {
  readonly key: InstanceKey;
  readonly milliseconds: number;
  readonly objective: number;
  /** The solver's own certified gap, 0..1. */
  readonly gap: number;
  readonly infeasible: number;
  /** What HiGHS says, or why there is nothing to compare with. */
  readonly reference: string;
  readonly referenceSeconds: number | undefined;
  /**
   * Objective over the lower bound HiGHS proved, minus 1: the distance to the optimum is at most this, and HiGHS's own
   * tolerance is held against us. Undefined where HiGHS proved nothing.
   */
  readonly off: number | undefined;
  /** HiGHS seconds over ours. */
  readonly speedup: number | undefined;
  /** The same distance for placing one service at a time. */
  readonly oneAtATimeOff: number | undefined;
  readonly oneAtATimeInfeasible: number;
}

/** One instance: ours, one at a time, and HiGHS where `reference` is given. Without it, our bound stands in. */
export async function measure(key: InstanceKey, reference?: Accuracy): Promise<Row> {
  const problem = instance(key);
  const started = performance.now();
  const ours = solve(problem);
  const milliseconds = performance.now() - started;
  const single = solveOneAtATime(problem);
  const exact = reference ? await solveExactly(key, reference) : undefined;
  const against = reference ? exact?.bound : ours.bound;
  const off = (objective: number): number | undefined => (against && against > 0 ? objective / against - 1 : undefined);
  return {
    key,
    milliseconds,
    objective: ours.objective,
    gap: ours.gap,
    infeasible: ours.infeasible.length,
    reference: exact ? exact.status : 'own bound',
    referenceSeconds: exact?.seconds,
    off: off(ours.objective),
    speedup: exact?.seconds === undefined ? undefined : (exact.seconds * 1000) / milliseconds,
    oneAtATimeOff: single.infeasible.length === 0 ? off(single.objective) : undefined,
    oneAtATimeInfeasible: single.infeasible.length,
  };
}

const percent = (value: number | undefined): string => (value === undefined ? '-' : `${(100 * value).toFixed(2)} %`);

export function print(rows: readonly Row[]): void {
  console.table(
    rows.map((row) => ({
      services: row.key.services,
      kind: row.key.alike ? 'alike' : row.key.linked ? 'linked' : 'alone',
      seed: row.key.seed,
      ms: Math.round(row.milliseconds),
      'over optimum': percent(row.off),
      'certified gap': percent(row.gap),
      'one at a time':
        row.oneAtATimeInfeasible > 0 ? `${row.oneAtATimeInfeasible} not placed` : percent(row.oneAtATimeOff),
      'HiGHS s': row.referenceSeconds?.toFixed(1) ?? '-',
      'times faster': row.speedup === undefined ? '-' : Math.round(row.speedup),
      reference: row.reference,
    })),
  );
}
