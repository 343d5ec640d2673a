import { solve, solveOneAtATime } from '../../shared/domain/solver/index.ts';
import { solveExactly } from './exact.ts';
import type { Accuracy, Exact } from './exact.ts';
import { instance } from './instance.ts';
import type { InstanceKey } from './instance.ts';

export interface Row {
  readonly key: InstanceKey;
  readonly milliseconds: number;
  readonly objective: number;
  /** The solver's own certified gap, 0..1. */
  readonly gap: number;
  /** Services without a place: then `objective` is no answer to the problem, however low. */
  readonly infeasible: number;
  /** What HiGHS says, or why there is nothing to compare with. */
  readonly reference: string;
  readonly referenceSeconds: number | undefined;
  /** HiGHS's best placement over the bound it proved, minus 1: so much of `off` may be its tolerance and not ours. */
  readonly referenceGap: number | undefined;
  /**
   * Objective over the lower bound HiGHS proved, minus 1: the distance to the optimum is at most this, and HiGHS's own
   * tolerance is held against us. Infinite where a service has no place, undefined where HiGHS proved nothing.
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
  const off = over(ours.objective, against);
  return {
    key,
    milliseconds,
    objective: ours.objective,
    gap: ours.gap,
    infeasible: ours.infeasible.length,
    ...compare(exact, milliseconds),
    off: off !== undefined && ours.infeasible.length > 0 ? Infinity : off,
    oneAtATimeOff: single.infeasible.length === 0 ? over(single.objective, against) : undefined,
    oneAtATimeInfeasible: single.infeasible.length,
  };
}

function over(objective: number | undefined, bound: number | undefined): number | undefined {
  return objective !== undefined && bound !== undefined && bound > 0 ? objective / bound - 1 : undefined;
}

function compare(exact: Exact | undefined, milliseconds: number) {
  return {
    reference: exact ? exact.status : 'own bound',
    referenceSeconds: exact?.seconds,
    referenceGap: over(exact?.objective, exact?.bound),
    speedup: exact?.seconds === undefined ? undefined : (exact.seconds * 1000) / milliseconds,
  };
}

const percent = (value: number | undefined): string => (value === undefined ? '-' : `${(100 * value).toFixed(2)} %`);

export const kindOf = ({ alike, linked }: InstanceKey): 'alike' | 'linked' | 'alone' =>
  alike === true ? 'alike' : linked ? 'linked' : 'alone';

/** Half an hour is long: each row is said when it is known, the table follows at the end of its part. */
export function say(row: Row): void {
  const { key, milliseconds, off, gap, infeasible, reference, referenceSeconds, referenceGap } = row;
  const distance = infeasible > 0 ? `${infeasible} not placed` : `${percent(off)} over, certified ${percent(gap)}`;
  const exact =
    referenceSeconds === undefined
      ? ''
      : `; HiGHS ${referenceSeconds.toFixed(1)} s, its own gap ${percent(referenceGap)}`;
  console.log(
    `${key.services} ${kindOf(key)}, seed ${key.seed}: ${milliseconds.toFixed(0)} ms, ${distance}${exact} (${reference})`,
  );
}

export function print(rows: readonly Row[]): void {
  console.table(
    rows.map((row) => ({
      services: row.key.services,
      kind: kindOf(row.key),
      seed: row.key.seed,
      ms: Math.round(row.milliseconds),
      'over optimum': row.infeasible > 0 ? `${row.infeasible} not placed` : percent(row.off),
      'certified gap': percent(row.gap),
      'one at a time':
        row.oneAtATimeInfeasible > 0 ? `${row.oneAtATimeInfeasible} not placed` : percent(row.oneAtATimeOff),
      'HiGHS s': row.referenceSeconds?.toFixed(1) ?? '-',
      'HiGHS gap': percent(row.referenceGap),
      'times faster': row.speedup === undefined ? '-' : Math.round(row.speedup),
      reference: row.reference,
    })),
  );
}
