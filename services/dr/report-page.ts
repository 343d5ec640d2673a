import { recoveryPhases } from '../../shared/contracts/recovery-values.ts';
import { markup, type Markup } from '../../shared/domain/markup.ts';
import { figureList, nothing, reportPage } from '../../shared/domain/report-page.ts';
import { duration, picture } from './report-picture.ts';
import { style } from './report-style.ts';
import type { Report, ReportPart } from './report.ts';

/** What a recovery or a drill came to as one page. Everything told by others is escaped. */
export function page(report: Report): string {
  const body = markup`<p>${report.reason}</p>
${figures(report)}
${timeline(report)}
${findings(report)}
${phases(report)}
${services(report)}
${estimates(report)}
${failback(report)}
${moments(report)}`;
  const mark = markup` <span class="verdict ${report.verdict}">${report.verdict}</span>`;
  return reportPage({ title: report.title, mark, style, body });
}

function table(caption: string, heads: readonly string[], rows: readonly (readonly (string | Markup)[])[]): Markup {
  if (rows.length === 0) return nothing;
  const head = heads.map((each) => markup`<th scope="col">${each}</th>`);
  const body = rows.map((cells) => markup`<tr>${cells.map((each) => markup`<td>${each}</td>`)}</tr>\n`);
  return markup`<section><h2>${caption}</h2><div class="wide"><table><thead><tr>${head}</tr></thead><tbody>\n${body}</tbody></table></div></section>`;
}

function figures(report: Report): Markup {
  const { clients } = report;
  const all: readonly (readonly [string, string])[] = [
    ['Scope', report.scope],
    ...about(report),
    [report.recovery === undefined ? 'Asked for' : 'First sign', report.since],
    ['Over', report.endedAt ?? 'not yet'],
    [report.drill?.kind === 'shadow' ? 'Estimated recovery time' : 'Recovery time', time(report.recoveryTimeMs)],
    ['Services', String(report.services)],
    ['Over RTO', String(report.overRto)],
    ['Over RPO', String(report.overRpo)],
    ['Without a place', String(report.lost)],
    ...(clients === undefined ? [] : seen(clients)),
  ];
  return figureList(all);
}

function about({ recovery, drill }: Report): readonly (readonly [string, string])[] {
  return [
    ...(drill === undefined ? [] : [['Drill', `${drill.drill} (${drill.kind})`] as const]),
    ...(recovery === undefined
      ? []
      : [['Recovery', `${recovery.recovery} (${recovery.trigger}, ${recovery.mode}, ${recovery.state})`] as const]),
  ];
}

function seen({
  requests,
  failed,
  retried,
  worstP99Ms,
}: NonNullable<Report['clients']>): readonly (readonly [string, string])[] {
  const share = requests === 0 ? '' : ` (${(Math.round((failed / requests) * 100_000) / 1_000).toString()} %)`;
  return [
    ['Requests', `${requests}, ${retried} retried`],
    ['Requests lost', `${failed}${share}`],
    ['Worst p99', worstP99Ms === undefined ? 'not measured' : duration(worstP99Ms)],
  ];
}

const time = (ms: number | undefined): string => (ms === undefined ? 'not measured' : duration(ms));

function timeline(report: Report): Markup {
  const shown = picture(report);
  if (shown.text === '') return nothing;
  const keys = recoveryPhases.map((each) => markup`<span class="key"><i class="${each}"></i>${each}</span>`);
  return markup`<section><h2>Timeline</h2><p class="keys">${keys}<span class="key"><i class="due"></i>RTO</span></p>${shown}</section>`;
}

function findings({ findings: found }: Report): Markup {
  const rows = found.map(({ application, service, problem, fix }) => {
    const of = [application, service].filter((each) => each !== undefined).join('/');
    return [of, problem, fix];
  });
  return table('What to mend', ['Service', 'Problem', 'What helps'], rows);
}

function phases({ phases: all }: Report): Markup {
  const rows = all.map(({ phase, status, startedAt, endedAt, durationMs, detail }) => [
    phase,
    status,
    startedAt,
    endedAt ?? '',
    status === 'skipped' ? '' : time(durationMs),
    detail,
  ]);
  return table('Phases', ['Phase', 'Status', 'From', 'To', 'Took', 'Detail'], rows);
}

function services({ parts }: Report): Markup {
  const rows = parts.map((each) => [
    `${each.application}/${each.service}`,
    each.tier,
    each.outcome,
    against(each.rto, each.late),
    against(each.rpo, each.stale),
    `${each.from.join(', ')} → ${each.to.join(', ')}`,
    `${each.clients.failed} of ${each.clients.requests}`,
  ]);
  return table('Services', ['Service', 'Tier', 'Outcome', 'RTO', 'RPO', 'Moved', 'Requests lost'], rows);
}

function against({ actualMs, objectiveMs }: ReportPart['rto'], over: boolean): Markup {
  const kind = over ? 'over' : actualMs === undefined ? 'unknown' : 'within';
  return markup`<span class="${kind}">${time(actualMs)} of ${duration(objectiveMs)}${over ? ' – missed' : ''}</span>`;
}

function estimates({ estimates: all }: Report): Markup {
  const rows = all.map(({ application, service, outcome, to, rto, rpo, detail }) => [
    `${application}/${service}`,
    outcome,
    against({ objectiveMs: rto.objectiveMs, ...actual(rto.estimatedMs) }, (rto.estimatedMs ?? 0) > rto.objectiveMs),
    against({ objectiveMs: rpo.objectiveMs, ...actual(rpo.estimatedMs) }, (rpo.estimatedMs ?? 0) > rpo.objectiveMs),
    to.join(', '),
    detail,
  ]);
  return table('What would happen', ['Service', 'Outcome', 'RTO', 'RPO', 'Goes to', 'How that is made up'], rows);
}

const actual = (ms: number | undefined): { readonly actualMs?: number } => (ms === undefined ? {} : { actualMs: ms });

function failback({ failback: found }: Report): Markup {
  if (found === undefined) return nothing;
  const left = table(
    'Not gone back',
    ['Service', 'Why'],
    found.left.map((each) => [`${each.application}/${each.service}`, each.reason]),
  );
  return markup`<section><h2>Failback</h2><p>${found.state}: ${found.reason}</p></section>${left}`;
}

function moments({ timeline: all }: Report): Markup {
  return table(
    'Moments',
    ['Time', 'What'],
    all.slice(0, 200).map(({ at, what }) => [at, what]),
  );
}
