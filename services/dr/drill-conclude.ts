import { drillCompleted } from '../../shared/contracts/drill-completed.ts';
import { findingsOf, isLate, isStale, type Judged } from './drill-estimate.ts';
import type { DrillRecord, DrillResult, Estimate } from './drill-record.ts';
import { drillKey, drillingKey, failbackKey, recoveryKey, serviceRecoveriesPrefix } from './keys.ts';
import type { FailbackRecord } from './failback-record.ts';
import { tally } from './finish.ts';
import type { Around } from './ground.ts';
import type { RecoveryRecord, ServiceRecoveryRecord } from './record.ts';
import { isOverRpo, isOverRto } from './service-recovery.ts';
import type { Reader } from '../../shared/pipeline/handler.ts';

/** Findings that the event names, and estimates that the record keeps. */
const named = 50;
const keptEstimates = 300;

type Figures = Omit<DrillResult, 'verdict' | 'findings' | 'estimates'>;

/** Judged by the plan alone. */
export function byPlan(estimates: readonly Estimate[]): {
  readonly figures: Figures;
  readonly findings: readonly Judged[];
} {
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

/** Judged by what was measured. */
export async function byMeasure(drill: DrillRecord, records: Reader): Promise<ReturnType<typeof byPlan>> {
  const { recovery = '' } = drill;
  const record = await records.get<RecoveryRecord>(recoveryKey(recovery));
  if (record === undefined) return { figures: { services: 0, overRto: 0, overRpo: 0, lost: 0 }, findings: [] };
  const { services, overRto, overRpo, recoveryTimeMs, noCandidate } = await tally(record, records);
  const findings = [...(await lateOnes(recovery, records)), ...(await leftOnes(recovery, records))];
  return { figures: { services, overRto, overRpo, lost: noCandidate, recoveryTimeMs }, findings };
}

async function lateOnes(recovery: string, records: Reader): Promise<readonly Judged[]> {
  const found: Judged[] = [];
  for (let after: string | undefined = ''; after !== undefined && found.length < named;) {
    const from: { readonly after?: string } = after === '' ? {} : { after };
    const page: Awaited<ReturnType<typeof partsOf>> = await partsOf(recovery, from, records);
    found.push(...page.items.flatMap(({ value }) => measuredFindings(value)));
    after = page.next;
  }
  return found;
}

const partsOf = (recovery: string, from: { readonly after?: string }, records: Reader) =>
  records.list<ServiceRecoveryRecord>(serviceRecoveriesPrefix(recovery), { limit: 500, ...from });

const seconds = (ms: number | undefined): string => (ms === undefined ? 'never' : `${Math.round(ms / 100) / 10} s`);

function measuredFindings(part: ServiceRecoveryRecord): readonly Judged[] {
  const { application, service, rto, rpo, noCandidate } = part;
  const of = { application, service, fails: true };
  if (noCandidate !== undefined) {
    return [{ ...of, problem: noCandidate.slice(0, 500), fix: 'allow it another region or cloud in its constraints' }];
  }
  const late = isOverRto(part)
    ? [
        {
          ...of,
          problem: `back after ${seconds(rto.actualMs)}, and its RTO is ${seconds(rto.objectiveMs)}`,
          fix: 'set recovery.standby to warm or active-active, or allow a longer recovery.rtoSeconds',
        },
      ]
    : [];
  const stale = isOverRpo(part)
    ? [
        {
          ...of,
          problem: `its copy was ${seconds(rpo.actualMs)} behind, and its RPO is ${seconds(rpo.objectiveMs)}`,
          fix: 'replicate more often, or allow a longer recovery.rpoSeconds',
        },
      ]
    : [];
  return [...late, ...stale];
}

async function leftOnes(recovery: string, records: Reader): Promise<readonly Judged[]> {
  const found = await records.get<FailbackRecord>(failbackKey(recovery));
  if (found === undefined) {
    const fix = `see what speaks against it, then: homeostasis failback ${recovery}`;
    return [{ problem: 'what was moved has not gone back', fix, fails: true }];
  }
  const fix = `homeostasis failback ${recovery}, when its cause is mended`;
  const left = found.left.map(({ application, service, reason }) => ({
    application,
    service,
    problem: `it did not go back: ${reason}`.slice(0, 500),
    fix,
    fails: true,
  }));
  return found.state === 'stopped' && left.length === 0 ? [{ problem: found.reason, fix, fails: true }] : left;
}

/** Its result is evidence: kept, and said. */
export async function conclude(
  drill: DrillRecord,
  { figures, findings }: ReturnType<typeof byPlan>,
  estimates: readonly Estimate[],
  { sheet, records, now }: Around,
): Promise<void> {
  const { drill: id, scope, kind } = drill;
  const fails = findings.some((each) => each.fails) || figures.lost + figures.overRto + figures.overRpo > 0;
  const verdict = fails ? 'fail' : 'pass';
  const said = findings.slice(0, named).map(({ fails: _fails, ...finding }) => finding);
  await records.get(drillKey(id));
  if ((await records.get(drillingKey(id))) !== undefined) sheet.write(drillingKey(id), undefined);
  const kept = [...estimates].sort((a, b) => worth(b) - worth(a)).slice(0, keptEstimates);
  const result: DrillResult = { verdict, ...figures, findings: said, estimates: kept };
  const { overRpo: _overRpo, ...shown } = figures;
  sheet
    .write(drillKey(id), { ...drill, state: 'completed', endedAt: now, result } satisfies DrillRecord)
    .say(drillCompleted.draft({ drill: id, scope, kind, verdict, ...shown, findings: said }));
}

/** The lost before the late before the others. */
function worth(each: Estimate): number {
  if (each.outcome === 'lost') return Infinity;
  return (each.rto.estimatedMs ?? 0) / each.rto.objectiveMs;
}
