import type { DrillAborted, DrillEstimate, DrillResult, DrillView } from '../../shared/contracts/drill-values.ts';
import { paint, print, table } from '../output.ts';
import { moment, objective, took } from './show.ts';

export type { DrillView as Drill } from '../../shared/contracts/drill-values.ts';

function verdictOf({ verdict, aborted }: DrillResult): string {
  return aborted === undefined ? paint(verdict === 'pass' ? 'green' : 'red', verdict) : paint('yellow', 'aborted');
}

export function drillTable(drills: readonly DrillView[]): string {
  const head = ['drill', 'of', 'kind', 'state', 'verdict', 'services', 'recovered in', 'asked for'];
  const rows = drills.map(({ drill, scope, kind, state, result, requestedAt }) => [
    drill,
    scope,
    kind,
    state,
    result === undefined ? '-' : verdictOf(result),
    result === undefined ? '-' : String(result.services),
    result?.recoveryTimeMs === undefined ? '-' : took(result.recoveryTimeMs),
    moment(requestedAt),
  ]);
  return table(head, rows);
}

/** The evidence: what was demanded, what came of it, and what to mend. */
export function showDrill({ drill, scope, kind, state, recovery, result }: DrillView): void {
  print(`${paint('bold', drill)}  ${kind} drill of ${scope}  ${result === undefined ? state : verdictOf(result)}`);
  if (result === undefined) return;
  const { services, overRto, overRpo, lost, recoveryTimeMs, estimates, findings } = result;
  const time =
    recoveryTimeMs === undefined ? '' : `, ${kind === 'real' ? 'back in' : 'estimated'} ${took(recoveryTimeMs)}`;
  print(`  services: ${services}${time}; over RTO: ${overRto}, over RPO: ${overRpo}, without a place: ${lost}`);
  if (result.aborted !== undefined) showAborted(result.aborted);
  if (recovery !== undefined) print(`  measured: npx homeostasis recoveries ${recovery}`);
  if (estimates.length > 0)
    print(`\n${table(['service', 'outcome', 'from → to', 'RTO', 'estimate', 'made up of'], estimates.map(row))}`);
  showFindings(findings);
}

function showFindings(findings: DrillResult['findings']): void {
  if (findings.length > 0) print();
  for (const { application, service, problem, fix } of findings) {
    const about = application === undefined ? '' : `${[application, service].filter(Boolean).join('/')}: `;
    print(`${paint('yellow', '▲')} ${about}${problem}\n    ${paint('dim', 'mend it:')} ${fix}`);
  }
}

function showAborted({ at, by, reason, seen }: DrillAborted): void {
  print(`  ended ${moment(at)} by ${by === 'drill' ? 'itself' : by}: ${reason}`);
  print(`  until then: ${seen}`);
}

function row({ application, service, outcome, from, to, rto, detail }: DrillEstimate): readonly string[] {
  const estimate = rto.estimatedMs === undefined ? '-' : took(rto.estimatedMs);
  const late = rto.estimatedMs !== undefined && rto.estimatedMs > rto.objectiveMs;
  return [
    `${application}/${service}`,
    outcome,
    `${from.join(', ') || '-'} → ${to.join(', ') || '-'}`,
    objective(rto.objectiveMs),
    late ? paint('red', estimate) : estimate,
    detail,
  ];
}
