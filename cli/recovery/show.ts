import { recoveryPhases, type RecoveryPhase } from '../../shared/contracts/recovery-values.ts';
import { counted } from '../../shared/domain/counted.ts';
import { paint, print, table } from '../output.ts';
import {
  aboutOf,
  isOver,
  type Phase,
  type Recovery,
  type RecoveryDetail,
  type Result,
  type ServiceRecovery,
} from './records.ts';

/** `0.4 s`, `12.3 s`, `2 min 05 s`, `3 h 20 min` */
export function took(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} min`;
}

/** Objectives are whole seconds. */
export const objective = (ms: number): string => (ms < 60_000 ? `${ms / 1000} s` : took(ms));

export const moment = (at: number | undefined): string =>
  at === undefined ? '-' : `${new Date(at).toISOString().slice(0, 19)}Z`;

const colours: Readonly<Record<Recovery['state'], 'green' | 'yellow' | 'red' | 'cyan'>> = {
  waiting: 'yellow',
  running: 'cyan',
  paused: 'yellow',
  failed: 'red',
  completed: 'green',
  aborted: 'red',
};
export const coloured = (state: Recovery['state']): string => paint(colours[state], state);

export function recoveryTable(recoveries: readonly Recovery[]): string {
  const head = ['recovery', 'of', 'state', 'cause', 'services', 'recovered in', 'over RTO', 'started'];
  return table(head, recoveries.map(row));
}

function row(each: Recovery): readonly string[] {
  const { recovery, state, trigger, mode, services, result, startedAt } = each;
  return [
    recovery,
    aboutOf(each),
    coloured(state),
    `${trigger}, ${mode}`,
    String(services),
    result === undefined ? '-' : took(result.recoveryTimeMs),
    result === undefined ? '-' : over(result.overRto),
    moment(startedAt),
  ];
}

const over = (count: number): string => (count > 0 ? paint('red', String(count)) : '0');

/** One recovery: what it was, its phases, and each service with what was demanded and what came of it. */
export function showRecovery(detail: RecoveryDetail, services: readonly ServiceRecovery[]): void {
  print(`${paint('bold', detail.recovery)}  ${coloured(detail.state)}  ${aboutOf(detail)}`);
  print(`  ${detail.trigger}, ${detail.mode}: ${detail.reason}`);
  if (detail.failure !== undefined) print(paint('red', `  ${detail.failure.reason}: ${detail.failure.message}`));
  print(`  ${summary(detail)}`);
  print();
  print(table(['phase', 'status', 'took', 'detail'], phaseRows(detail)));
  if (services.length === 0) return print(`\n${isOver(detail) ? 'no service stood there' : 'no service so far'}`);
  print();
  print(table(serviceHead, services.map(serviceRow)));
  for (const { application, service, noCandidate } of services) {
    if (noCandidate !== undefined) print(paint('red', `${application}/${service} has no place: ${noCandidate}`));
  }
}

function summary({ state, since, total, result }: RecoveryDetail): string {
  const many = counted(total, 'service');
  const lost = clientsLine(result.clients);
  const since_ = `first sign ${moment(since)}`;
  if (state !== 'completed') return [many, outcomesLine(result), since_, lost].filter(Boolean).join('; ');
  const verdict =
    result.overRto === 0 ? paint('green', 'all within their RTO') : paint('red', `${result.overRto} over their RTO`);
  return [`${many} back in ${took(result.recoveryTimeMs)}, ${verdict}`, since_, lost].filter(Boolean).join('; ');
}

export function outcomesLine({ outcomes }: Result): string {
  return Object.entries(outcomes)
    .map(([outcome, count]) => `${count} ${outcome}`)
    .join(', ');
}

/** Nobody measured anything where there is no router. */
function clientsLine({ requests, failed, retried }: Result['clients']): string {
  return requests === 0 ? '' : `clients: ${requests} requests, ${failed} failed, ${retried} retried`;
}

function phaseRows({ phases }: RecoveryDetail): readonly (readonly string[])[] {
  return recoveryPhases.flatMap((phase) => {
    const each = phases[phase];
    return each === undefined ? [] : [[phase, statusOf(each), duration(each), each.detail]];
  });
}

function statusOf({ status }: Phase): string {
  if (status === 'completed') return paint('green', status);
  return status === 'failed' ? paint('red', status) : paint(status === 'running' ? 'cyan' : 'dim', status);
}

function duration({ status, startedAt, endedAt }: Phase): string {
  if (status === 'skipped') return '-';
  return endedAt === undefined ? '…' : took(endedAt - startedAt);
}

const serviceHead = [
  'service',
  'tier',
  'RTO',
  'actual',
  'RPO',
  'actual',
  'away',
  'place',
  'deploy',
  'healthy',
  'shift',
  'restore',
  'outcome',
];
const perService: readonly RecoveryPhase[] = [
  'shift-away',
  'place',
  'deploy',
  'healthy',
  'shift',
  'restore-redundancy',
];

function serviceRow({ application, service, tier, rto, rpo, phases, outcome, to }: ServiceRecovery): readonly string[] {
  const parts = perService.map((phase) => {
    const each = phases[phase];
    return each === undefined ? '' : duration(each);
  });
  const where = to.length === 0 ? '' : ` → ${to.join(', ')}`;
  const name = `${application}/${service}`;
  return [name, tier, ...measured(rto), ...measured(rpo), ...parts, `${outcome}${where}`];
}

/** What nobody measured is a dash, not a success. */
function measured({ objectiveMs, actualMs }: ServiceRecovery['rto']): readonly [string, string] {
  if (actualMs === undefined) return [objective(objectiveMs), '-'];
  return [objective(objectiveMs), paint(actualMs > objectiveMs ? 'red' : 'green', took(actualMs))];
}
