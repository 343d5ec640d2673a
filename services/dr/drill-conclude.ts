import { drillCompleted } from '../../shared/contracts/drill-completed.ts';
import { toTime } from '../../shared/ports/clock.ts';
import { findingsOf, isLate, isStale, type Judged } from './drill-estimate.ts';
import type { DrillAborted, DrillRecord, DrillResult, Estimate } from './drill-record.ts';
import type { Around } from './ground.ts';
import { drillingKey, drillKey } from './keys.ts';

/** Findings that the event names, and estimates that the record keeps. */
export const named = 50;
const keptEstimates = 300;

export type Figures = Omit<DrillResult, 'verdict' | 'findings' | 'estimates' | 'aborted'>;

export interface DrillJudgement {
  readonly figures: Figures;
  readonly findings: readonly Judged[];
  /** It was not begun, or was ended before its time. */
  readonly aborted?: DrillAborted;
}

/** Judged by the plan alone. */
export function byPlan(estimates: readonly Estimate[]): DrillJudgement {
  const times = estimates.flatMap(({ rto }) => (rto.estimatedMs === undefined ? [] : [rto.estimatedMs]));
  return {
    figures: {
      services: estimates.length,
      overRto: estimates.filter(isLate).length,
      overRpo: estimates.filter(isStale).length,
      lost: estimates.filter(({ outcome }) => outcome === 'lost').length,
      ...(times.length === 0 ? {} : { recoveryTimeMs: Math.max(...times) }),
    },
    findings: estimates.flatMap(findingsOf),
  };
}

/** Nothing was begun: what keeps it from that is all there is to say. */
export function refuse(
  drill: DrillRecord,
  findings: readonly Judged[],
  around: Around,
  seen: Partial<Figures> = {},
): Promise<void> {
  const figures = { services: 0, overRto: 0, overRpo: 0, lost: 0, ...seen };
  const reason = findings[0]?.problem ?? 'not begun';
  const aborted = { at: around.now, by: 'drill', reason, seen: 'nothing was begun, and nothing was measured' };
  return conclude(drill, { figures, findings, ...(drill.kind === 'real' ? { aborted } : {}) }, [], around);
}

/** Its result is evidence: kept, and said. */
export async function conclude(
  drill: DrillRecord,
  { figures, findings, aborted }: DrillJudgement,
  estimates: readonly Estimate[],
  { sheet, records, now }: Around,
): Promise<void> {
  const { drill: id, scope, kind } = drill;
  const fails = findings.some((each) => each.fails) || figures.lost + figures.overRto + figures.overRpo > 0;
  const verdict = fails || aborted !== undefined ? 'fail' : 'pass';
  const said = findings.slice(0, named).map(({ fails: _fails, kind: _kind, ...finding }) => finding);
  await records.get(drillKey(id));
  if ((await records.get(drillingKey(id))) !== undefined) sheet.write(drillingKey(id), undefined);
  const kept = [...estimates].sort((a, b) => worth(b) - worth(a)).slice(0, keptEstimates);
  const ended = aborted === undefined ? {} : { aborted };
  const result: DrillResult = { verdict, ...figures, findings: said, estimates: kept, ...ended };
  const { overRpo: _overRpo, ...shown } = figures;
  const word = aborted === undefined ? {} : { aborted: { ...aborted, at: toTime(aborted.at) } };
  sheet
    .write(drillKey(id), { ...drill, state: 'completed', endedAt: now, result } satisfies DrillRecord)
    .say(drillCompleted.draft({ drill: id, scope, kind, verdict, ...shown, findings: said, ...word }));
}

/** The lost before the late before the others. */
function worth(each: Estimate): number {
  if (each.outcome === 'lost') return Infinity;
  return (each.rto.estimatedMs ?? 0) / each.rto.objectiveMs;
}
