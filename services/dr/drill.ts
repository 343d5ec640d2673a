import type { Draft } from '../../shared/contracts/contract.ts';
import { recoveryCheckDue } from '../../shared/contracts/recovery-check-due.ts';
import { targetExcluded } from '../../shared/contracts/target-excluded.ts';
import type { Reader } from '../../shared/pipeline/handler.ts';
import { refuse } from './drill-conclude.ts';
import { readStands } from './drill-history.ts';
import { lookAtPlan } from './drill-plan.ts';
import { lookAtRecovery, lookAtReturn } from './drill-real.ts';
import { again } from './drill-again.ts';
import type { DrillingMark, DrillRecord } from './drill-record.ts';
import { refusalOf } from './drill-refusal.ts';
import type { Around } from './ground.ts';
import { drillingPrefix, drillKey, drillTurnKey } from './keys.ts';
import { standsIn } from './walk.ts';

export type DrillRequest = Pick<DrillRecord, 'drill' | 'scope' | 'kind' | 'mode' | 'reason' | 'requestedAt'>;

/** Begins, or says at once why not. Told twice it is the same drill. */
export async function requestDrill(request: DrillRequest, around: Around): Promise<void> {
  const { records, sheet, now } = around;
  const { drill: id, scope } = request;
  if ((await records.get(drillKey(id))) !== undefined) return;
  const { stands } = await readStands(records);
  const there = [...stands.values()].filter((stand) => standsIn(stand, scope));
  const applications = [...new Set(there.map(({ application }) => application))].sort();
  const drill: DrillRecord = { ...request, state: 'planning', check: now, applications };
  const against = await refusalOf(drill, there, records);
  if (against !== undefined) return refuse(drill, [against], around);
  // Two at once would each find that none is under way.
  await records.get(drillTurnKey);
  sheet.write(drillTurnKey, { drill: id });
  // A dry run: placement answers with its plan, and nobody else does anything.
  const reason = `drill ${id}`.slice(0, 500);
  sheet.say(targetExcluded.draft({ scope, reason, mode: 'ungraceful', incident: id }, { dryrun: true }));
  await again({ ...drill, check: now - 1 }, around, 1_000);
}

/** @param since names the look: any other note is void */
export async function lookAtDrill(id: string, since: number, around: Around): Promise<void> {
  const drill = await around.records.get<DrillRecord>(drillKey(id));
  if (drill?.check !== since) return;
  switch (drill.state) {
    case 'planning':
      return lookAtPlan(drill, around);
    case 'recovering':
      return lookAtRecovery(drill, around);
    case 'returning':
      return lookAtReturn(drill, around);
    case 'completed':
      return;
  }
}

export async function dueDrills(records: Reader, now: number): Promise<readonly Draft[]> {
  const { items } = await records.list<DrillingMark>(drillingPrefix, { limit: 10 });
  const due = items.filter(({ value }) => value.dueAt <= now);
  return due.map(({ value: { drill, check } }) =>
    recoveryCheckDue.draft({ recovery: drill, expects: 'drill', since: check }),
  );
}
