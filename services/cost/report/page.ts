import { adds, isAmortised, partLists } from '../../../shared/domain/cost-report.ts';
import { reachOf } from '../../../shared/domain/bill-reach.ts';
import { markup, type Markup } from '../../../shared/domain/markup.ts';
import { figureList, nothing, reportPage } from '../../../shared/domain/report-page.ts';
import { daysPicture, monthsPicture } from './page-charts.ts';
import { amount, share } from './page-money.ts';
import { style } from './page-style.ts';
import type { CurrencyReport, Part, ReportRecord, ServicePart } from './record.ts';

/**
 * What a month cost as one page. Names come from tags and bills,
 * which anybody may have written: everything is escaped. Each picture's figures stand in a table below it.
 */
export function page(report: ReportRecord): string {
  const body = markup`<p>What was billed, days in UTC: a commitment counts on the day it is bought, and what it covers costs nothing; amortised, it is spread over what it covers. Judged ${new Date(report.at).toISOString().slice(0, 19)}Z. What no tag claims ${shared(report)}. ${paid(report)}</p>
${report.currencies.length === 0 ? markup`<p>No bill has a charge of this month.</p>` : nothing}
${report.currencies.map((each) => ofCurrency(each, report.period))}`;
  return reportPage({ title: `Cost of ${report.period}`, style, body });
}

/** What becomes of cost that no tag claims, by the rule of the configuration. */
function shared({ shared: rule }: ReportRecord): string {
  if (rule === 'separate') return 'stands in a row of its own';
  return rule === 'even' ? 'is split in equal parts' : 'is split as the direct cost is';
}

function paid({ requests, requestMicros }: ReportRecord): string {
  if (requests === 0) return 'No request to a cost API was paid for.';
  return `${requests} paid requests to cost APIs: ${amount(requestMicros, 'USD')}.`;
}

/** Amounts in different currencies are never added: each stands for itself. */
function ofCurrency(report: CurrencyReport, period: string): Markup {
  return markup`<section aria-label="${report.currency}">
${figures(report, period)}
${daysPicture(report, period)}
${daysTable(report, period)}
${monthsPicture(report, period)}
${monthsTable(report)}
${parts('By application', report.byApplication, report)}
${parts('By team', report.byTeam, report)}
${parts('By cloud', report.byCloud, report)}
${services(report)}
${parts("By the providers' services", report.byServiceName, report)}
${sums(report)}
</section>`;
}

function figures(report: CurrencyReport, period: string): Markup {
  const { currency, totalMicros, effectiveMicros = totalMicros, sharedMicros, forecast } = report;
  const all: readonly (readonly [string, string])[] = [
    ['Billed so far', amount(totalMicros, currency)],
    ...(isAmortised(report) ? [['The same amortised', amount(effectiveMicros, currency)] as const] : []),
    ["Forecast of the month's end", forecast === undefined ? 'too little is known' : amount(forecast.micros, currency)],
    ...(forecast === undefined
      ? []
      : [
          [
            'Eight times in ten between',
            `${amount(forecast.lowMicros, currency)} and ${amount(forecast.highMicros, currency)}`,
          ] as const,
        ]),
    ['Claimed by no tag', `${amount(sharedMicros, currency)} (${share(sharedMicros, totalMicros)})`],
    ...reachOf(report, period).map(({ cloud, day }) => [`Bills of ${cloud} reach`, day] as const),
  ];
  return markup`<h2>${currency}</h2>${figureList(all)}`;
}

interface Table {
  readonly caption: string;
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

function tableOf({ caption, heads, rows }: Table): Markup {
  const head = heads.map((each, i) => markup`<th scope="col"${i === 0 ? nothing : number}>${each}</th>`);
  const body = rows.map(
    ([first = '', ...rest]) =>
      markup`<tr><th scope="row">${first}</th>${rest.map((each) => markup`<td class="number">${each}</td>`)}</tr>\n`,
  );
  return markup`<div class="wide"><table><caption>${caption}</caption><thead><tr>${head}</tr></thead><tbody>\n${body}</tbody></table></div>`;
}

const number = markup` class="number"`;

/** The figures of a picture, for who does not see it. */
const folded = (table: Table): Markup =>
  table.rows.length === 0 ? nothing : markup`<details><summary>${table.caption}</summary>${tableOf(table)}</details>`;

function daysTable({ days, byCloud, currency }: CurrencyReport, period: string): Markup {
  const clouds = byCloud.map(({ key }) => key ?? '');
  const own = days.filter(({ day }) => day.startsWith(period));
  return folded({
    caption: 'Days, by cloud',
    heads: ['Day', 'Total', ...clouds],
    rows: own.map((each) => [
      each.day,
      amount(each.micros, currency),
      ...clouds.map((cloud) => amount(each.clouds?.[cloud] ?? 0, currency)),
    ]),
  });
}

function monthsTable({ months, currency }: CurrencyReport): Markup {
  const rows = months.map(({ month, micros }) => [month, amount(micros, currency)]);
  return folded({ caption: 'Months', heads: ['Month', 'Cost'], rows });
}

function parts(caption: string, all: readonly Part[], report: CurrencyReport): Markup {
  if (all.length === 0) return nothing;
  const amortised = isAmortised(report);
  const rows = all.map((part) => partRow(part, report, amortised));
  const of = caption.replace('By ', '');
  const heads = [`${of.charAt(0).toUpperCase()}${of.slice(1)}`, ...costHeads(amortised)];
  return markup`<section><h3>${caption}</h3>${tableOf({ caption, heads, rows })}</section>`;
}

const costHeads = (amortised: boolean): readonly string[] => [
  ...['Cost', 'Share', 'Of it shared'],
  ...(amortised ? ['Amortised'] : []),
];

function partRow(
  { key, micros, sharedMicros, effectiveMicros = micros }: Part,
  { currency, totalMicros }: CurrencyReport,
  amortised: boolean,
): string[] {
  return [
    key ?? '(nobody)',
    amount(micros, currency),
    share(micros, totalMicros),
    amount(sharedMicros, currency),
    ...(amortised ? [amount(effectiveMicros, currency)] : []),
  ];
}

function services(report: CurrencyReport): Markup {
  const { byService, currency } = report;
  if (byService.length === 0) return nothing;
  const caption = 'By service';
  const amortised = isAmortised(report);
  const heads = ['Service', ...costHeads(amortised), 'A million requests'];
  const rows = byService.map((part) => [...partRow(part, report, amortised), unitOf(part, currency)]);
  return markup`<section><h3>${caption}</h3>${tableOf({ caption, heads, rows })}</section>`;
}

function unitOf({ unit }: ServicePart, currency: string): string {
  return unit === undefined ? 'not known' : `${amount(unit.microsPerMillion, currency)}, of ${unit.days} days`;
}

/** Whoever sums the columns comes to the total; said only where it is so. */
function sums(report: CurrencyReport): Markup {
  const all = partLists(report).every((list) => adds(list, report));
  return markup`<p class="${all ? 'good' : 'bad'}">Every list adds up to the total, to the millionth: ${all ? 'yes' : 'no'}.</p>`;
}
