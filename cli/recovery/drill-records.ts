import type { DrillFinding } from '../../shared/contracts/drill-completed.ts';
import { paint, print, table } from '../output.ts';
import { moment, objective, took } from './show.ts';

/** What dr's reads answer of a drill, as far as it is shown. Times are milliseconds since the epoch. */
export interface Drill {
  readonly drill: string;
  readonly scope: string;
  readonly kind: 'shadow' | 'real';
  readonly mode: string;
  readonly reason: string;
  readonly state: 'planning' | 'recovering' | 'returning' | 'completed';
  readonly requestedAt: number;
  readonly recovery?: string;
  readonly endedAt?: number;
  readonly result?: DrillResult;
}

interface DrillResult {
  readonly verdict: 'pass' | 'fail';
  readonly services: number;
  readonly overRto: number;
  readonly overRpo: number;
  readonly lost: number;
  readonly recoveryTimeMs?: number;
  readonly findings: readonly DrillFinding[];
  readonly estimates: readonly Estimate[];
}

interface Estimate {
  readonly application: string;
  readonly service: string;
  readonly outcome: string;
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly rto: { readonly objectiveMs: number; readonly estimatedMs?: number };
  readonly detail: string;
}

const verdictOf = ({ verdict }: DrillResult): string => paint(verdict === 'pass' ? 'green' : 'red', verdict);

export function drillTable(drills: readonly Drill[]): string {
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
export function showDrill({ drill, scope, kind, state, recovery, result }: Drill): void {
  print(`${paint('bold', drill)}  ${kind} drill of ${scope}  ${result === undefined ? state : verdictOf(result)}`);
  if (result === undefined) return;
  const { services, overRto, overRpo, lost, recoveryTimeMs, estimates, findings } = result;
  const time =
    recoveryTimeMs === undefined ? '' : `, ${kind === 'real' ? 'back in' : 'estimated'} ${took(recoveryTimeMs)}`;
  print(`  services: ${services}${time}; over RTO: ${overRto}, over RPO: ${overRpo}, without a place: ${lost}`);
  if (recovery !== undefined) print(`  measured: npx homeostasis recoveries ${recovery}`);
  if (estimates.length > 0)
    print(`\n${table(['service', 'outcome', 'from → to', 'RTO', 'estimate', 'made up of'], estimates.map(row))}`);
  if (findings.length === 0) return;
  print();
  for (const { application, service, problem, fix } of findings) {
    const about = application === undefined ? '' : `${[application, service].filter(Boolean).join('/')}: `;
    print(`${paint('yellow', '▲')} ${about}${problem}\n    ${paint('dim', 'mend it:')} ${fix}`);
  }
}

function row({ application, service, outcome, from, to, rto, detail }: Estimate): readonly string[] {
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
