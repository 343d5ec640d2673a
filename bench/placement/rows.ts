import { solve, solveOneAtATime } from '../../shared/domain/solver/index.ts';
import type { Problem, Solution } from '../../shared/domain/solver/index.ts';
import { median } from '../process/statistics.ts';
import { solveExactly } from './exact.ts';
import type { Accuracy, Exact } from './exact.ts';
import { instance } from './instance.ts';
import type { InstanceKey } from './instance.ts';

export interface Row {
  readonly key: InstanceKey;
  /** Median of the runs. */
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
  /** HiGHS seconds over ours; undefined where HiGHS only had to prove a bound. */
  readonly speedup: number | undefined;
  /** The same distance for placing one service at a time. */
  readonly oneAtATimeOff: number | undefined;
  readonly oneAtATimeInfeasible: number;
}

export interface Method {
  /** Without it, our own bound stands in. */
  readonly accuracy?: Accuracy;
  /** HiGHS proves its bound beginning with our placement: several times sooner, and not to be compared with our time. */
  readonly boundOnly?: boolean;
  /** How often we solve; the median counts. */
  readonly runs: number;
}

/** One instance: ours, one at a time, and HiGHS. */
export async function measure(key: InstanceKey, { accuracy, boundOnly = false, runs }: Method): Promise<Row> {
  const problem = instance(key);
  const times: number[] = [];
  const timed = (): Solution => {
    const started = performance.now();
    const solution = solve(problem);
    times.push(performance.now() - started);
    return solution;
  };
  const ours = timed();
  // HiGHS's minute averages over what else the machine does; our third of a second needs several, before and after it.
  while (times.length < runs / 2) timed();
  const exact = accuracy && (await solveExactly(key, { ...accuracy, ...(boundOnly ? { start: ours.picks } : {}) }));
  while (times.length < runs) timed();
  const bound = accuracy ? exact?.bound : ours.bound;
  const milliseconds = median(times);
  return {
    key,
    milliseconds,
    objective: ours.objective,
    gap: ours.gap,
    infeasible: ours.infeasible.length,
    off: distance(ours, bound, Infinity),
    ...beside(problem, bound),
    ...referenceOf(exact, boundOnly ? undefined : milliseconds),
  };
}

function beside(problem: Problem, bound: number | undefined) {
  const single = solveOneAtATime(problem);
  return { oneAtATimeOff: distance(single, bound, undefined), oneAtATimeInfeasible: single.infeasible.length };
}

function referenceOf(exact: Exact | undefined, milliseconds: number | undefined) {
  const seconds = exact?.seconds;
  return {
    reference: exact ? `${exact.status}${milliseconds === undefined ? ', begun with ours' : ''}` : 'own bound',
    referenceSeconds: seconds,
    referenceGap: over(exact?.objective, exact?.bound),
    speedup: seconds === undefined || milliseconds === undefined ? undefined : (seconds * 1000) / milliseconds,
  };
}

/** Without a bound there is no distance; without a place for everybody it is what the caller says. */
function distance<T>({ objective, infeasible }: Solution, bound: number | undefined, unplaced: T) {
  const off = over(objective, bound);
  return off !== undefined && infeasible.length > 0 ? unplaced : off;
}

function over(objective: number | undefined, bound: number | undefined): number | undefined {
  return objective !== undefined && bound !== undefined && bound > 0 ? objective / bound - 1 : undefined;
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
