import type { DrillFinding } from '../../shared/contracts/drill-completed.ts';
import type { PlannedMove } from '../../shared/contracts/placement-planned.ts';
import { tierDefaults } from '../../shared/domain/spec/defaults.ts';
import { assumed, startOn, type History } from './drill-history.ts';
import type { Estimate } from './drill-record.ts';
import { recoveryPoint } from './recovery-point.ts';
import type { StandRecord } from './record.ts';

export interface Given {
  readonly scope: string;
  readonly now: number;
  readonly holdDownMs: number;
  readonly history: History;
}

/** Pure: what a loss of the scope would mean for the service. */
export function estimate(
  application: string,
  move: PlannedMove,
  stand: StandRecord | undefined,
  given: Given,
): Estimate {
  const { service, tier, outcome, from } = move;
  const to = move.to.filter(({ replicas }) => replicas > 0).map(({ target }) => target);
  const { rtoSeconds, rpoSeconds } = stand?.placements.at(-1) ?? tierDefaults[tier].recovery;
  const time = timeOf(
    outcome,
    to.filter((each) => !from.includes(each)),
    given,
  );
  const point = recoveryPoint(stand?.lags ?? {}, { lost: [{ scope: given.scope }], since: given.now }, to).actualMs;
  return {
    application,
    service,
    outcome,
    from,
    to,
    rto: { objectiveMs: rtoSeconds * 1000, ...(time.ms === undefined ? {} : { estimatedMs: time.ms }) },
    rpo: { objectiveMs: rpoSeconds * 1000, ...(point === undefined ? {} : { estimatedMs: point }) },
    detail: time.ms === undefined ? move.reason.slice(0, 400) : time.detail,
  };
}

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;

function timeOf(
  outcome: PlannedMove['outcome'],
  fresh: readonly string[],
  { holdDownMs, history }: Given,
): { readonly ms?: number; readonly detail: string } {
  const detect = assumed.detect + holdDownMs;
  const known = `${seconds(detect)} to detect (${seconds(holdDownMs)} of it hold-down)`;
  switch (outcome) {
    case 'lost':
      return { detail: '' };
    case 'serves':
      return {
        ms: detect + assumed.shift,
        detail: `${known}, ${seconds(assumed.shift)} to shift traffic to what stands elsewhere`,
      };
    case 'moves': {
      const starts = fresh.map((target) => startOn(target, history)).sort((a, b) => b.ms - a.ms);
      const slowest = starts[0] ?? { ms: assumed.start, measured: 0 };
      const basis =
        slowest.measured === 0 ? 'assumed, nothing was measured there yet' : `of ${slowest.measured} measured`;
      const ms = detect + assumed.place + slowest.ms + assumed.shift;
      return {
        ms,
        detail: `${known}, ${seconds(assumed.place)} to place, ${seconds(slowest.ms)} to start (${basis}), ${seconds(assumed.shift)} to shift`,
      };
    }
  }
}

export interface Judged extends DrillFinding {
  /** Reason enough to fail. */
  readonly fails: boolean;
  /** Why a real drill is not begun. */
  readonly kind?: 'lost' | 'unanswered';
}

export const isLate = ({ rto }: Estimate): boolean => (rto.estimatedMs ?? 0) > rto.objectiveMs;
export const isStale = ({ rpo }: Estimate): boolean => (rpo.estimatedMs ?? 0) > rpo.objectiveMs;

/** What is to be mended, of one service. */
export function findingsOf(each: Estimate): readonly Judged[] {
  const { application, service, outcome, rto, rpo, detail } = each;
  const of = { application, service };
  if (outcome === 'lost') {
    const fix = 'allow it another region or cloud in its constraints, make it smaller, or give that region quota';
    return [{ ...of, problem: detail.slice(0, 500), fix, fails: true, kind: 'lost' }];
  }
  const found: Judged[] = [];
  if (isLate(each)) {
    const problem = `it would be back after about ${seconds(rto.estimatedMs ?? 0)}, and its RTO is ${seconds(rto.objectiveMs)}: ${detail}`;
    const fix =
      outcome === 'serves'
        ? 'let failures be detected sooner (dr.holdDownSeconds, monitor), or allow a longer recovery.rtoSeconds'
        : 'set recovery.standby to warm or active-active, or allow a longer recovery.rtoSeconds';
    found.push({ ...of, problem: problem.slice(0, 500), fix, fails: true });
  }
  if (isStale(each)) {
    const problem = `its newest copy is ${seconds(rpo.estimatedMs ?? 0)} behind, and its RPO is ${seconds(rpo.objectiveMs)}`;
    found.push({ ...of, problem, fix: 'replicate more often, or allow a longer recovery.rpoSeconds', fails: true });
  }
  return found;
}
