import { again } from './drill-again.ts';
import { byPlan, conclude, refuse } from './drill-conclude.ts';
import { estimate, type Judged } from './drill-estimate.ts';
import { readStands, type Stands } from './drill-history.ts';
import { beginReal } from './drill-real.ts';
import type { DrillPlanPage, DrillRecord } from './drill-record.ts';
import type { Around } from './ground.ts';
import { drillPlanOf } from './keys.ts';
import { listAll } from '../../shared/pipeline/reading.ts';

/** Placement answers within moments; behind a busy queue it may take longer. */
const patienceMs = 60_000;

/** When every application has sent its plan: the verdict of a shadow drill, and what a real one is begun by. */
export async function lookAtPlan(drill: DrillRecord, around: Around): Promise<void> {
  const { records, now, settings } = around;
  const pages = await listAll<DrillPlanPage>(records, drillPlanOf(drill.drill));
  const missing = drill.applications.filter((each) => !isComplete(each, pages));
  if (missing.length > 0 && now < drill.requestedAt + patienceMs) return again(drill, around, 1_000);
  const all = await readStands(records);
  const given = { scope: drill.scope, now, holdDownMs: settings.holdDownMs, history: all.history };
  const estimates = pages.flatMap(({ application, services }) =>
    services.map((move) => estimate(application, move, all.stands.get(`${application}/${move.service}`), given)),
  );
  const { figures, findings } = byPlan(estimates);
  const judged = { figures, findings: [...missing.map(unanswered), ...findings] };
  if (drill.kind === 'shadow') return conclude(drill, judged, estimates, around);
  return orReal(drill, judged, { around, all });
}

/** A drill costs nobody his service: what would find no place, or what nobody planned for, is a result already. It alone is. */
async function orReal(
  drill: DrillRecord,
  { figures, findings }: ReturnType<typeof byPlan>,
  { around, all }: { readonly around: Around; readonly all: Stands },
): Promise<void> {
  const blocking = findings.filter(({ kind }) => kind === 'lost' || kind === 'unanswered');
  if (blocking.length === 0 && figures.services > 0) return beginReal(drill, [...all.stands.values()], around);
  const problem = 'not begun: by the plan not everything has a place to go to';
  const first: Judged = { problem, fix: 'mend what is found below, and drill again', fails: true };
  return refuse(drill, [first, ...blocking], around, { services: figures.services, lost: figures.lost });
}

const unanswered = (application: string): Judged => ({
  kind: 'unanswered',
  application,
  problem: `placement sent no plan for it within ${patienceMs / 1000} s`,
  fix: 'look for dead letters (homeostasis dead-letters), and drill again',
  fails: true,
});

function isComplete(application: string, pages: readonly DrillPlanPage[]): boolean {
  const own = pages.filter((each) => each.application === application);
  return own.length > 0 && own.length >= (own[0]?.pages ?? 1);
}
