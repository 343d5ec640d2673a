import { markup, Markup } from '../../../shared/domain/markup.ts';
import { daysPicture, monthsPicture } from './page-charts.ts';
import { amount, share } from './page-money.ts';
import { style } from './page-style.ts';
import type { CurrencyReport, Part, ReportRecord, ServicePart } from './record.ts';

/**
 * What a month cost as one page that needs nothing else: no script, no font, no picture from elsewhere. Names come from tags and bills,
 * which anybody may have written: everything is escaped. Each picture's figures stand in a table below it.
 */
export function page(report: ReportRecord): string {
  const title = `Cost of ${report.period}`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${new Markup(style)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>As of ${new Date(report.at).toISOString()}. What no tag claims is split: ${report.shared}. ${paid(report)}</p>
${report.currencies.length === 0 ? markup`<p>Nothing was billed.</p>` : nothing}
${report.currencies.map((each) => ofCurrency(each, report.period))}
</main>
</body>
</html>
`.text;
}

const nothing = markup``;

function paid({ requests, requestMicros }: ReportRecord): string {
  if (requests === 0) return 'No request to a cost API was paid for.';
  return `${requests} paid requests to cost APIs: ${amount(requestMicros, 'USD')}.`;
}

/** Amounts in different currencies are never added: each stands for itself. */
function ofCurrency(report: CurrencyReport, period: string): Markup {
  return markup`<section aria-label="${report.currency}">
${figures(report)}
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

function figures({ currency, totalMicros, sharedMicros, forecast }: CurrencyReport): Markup {
  const all: readonly (readonly [string, string])[] = [
    ['So far', amount(totalMicros, currency)],
    ["At the month's end", forecast === undefined ? 'too little is known' : amount(forecast.micros, currency)],
    ...(forecast === undefined
      ? []
      : [
          [
            'Eight times in ten between',
            `${amount(forecast.lowMicros, currency)} and ${amount(forecast.highMicros, currency)}`,
          ] as const,
        ]),
    ['Claimed by no tag, split', `${amount(sharedMicros, currency)} (${share(sharedMicros, totalMicros)})`],
  ];
  return markup`<h2>${currency}</h2><dl>${all.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
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

function parts(caption: string, of: readonly Part[], { currency, totalMicros }: CurrencyReport): Markup {
  if (of.length === 0) return nothing;
  const rows = of.map((part) => partRow(part, currency, totalMicros));
  const heads = [caption.replace('By ', ''), 'Cost', 'Share', 'Of it shared'];
  return markup`<section><h3>${caption}</h3>${tableOf({ caption, heads, rows })}</section>`;
}

const partRow = ({ key, micros, sharedMicros }: Part, currency: string, totalMicros: number): readonly string[] => [
  key ?? '(nobody)',
  amount(micros, currency),
  share(micros, totalMicros),
  amount(sharedMicros, currency),
];

function services({ byService, currency, totalMicros }: CurrencyReport): Markup {
  if (byService.length === 0) return nothing;
  const caption = 'By service';
  const heads = ['Service', 'Cost', 'Share', 'Of it shared', 'A million requests'];
  const rows = byService.map((part) => [...partRow(part, currency, totalMicros), unitOf(part, currency)]);
  return markup`<section><h3>${caption}</h3>${tableOf({ caption, heads, rows })}</section>`;
}

function unitOf({ unit }: ServicePart, currency: string): string {
  return unit === undefined ? 'not known' : `${amount(unit.microsPerMillion, currency)}, of ${unit.days} days`;
}

/** Whoever sums the columns comes to the total; said only where it is so. */
function sums(report: CurrencyReport): Markup {
  const lists = [report.byApplication, report.byTeam, report.byCloud, report.byService, report.byServiceName];
  const all = lists.every((list) => list.reduce((sum, { micros }) => sum + micros, 0) === report.totalMicros);
  return markup`<p class="${all ? 'good' : 'bad'}">Every list adds up to the total, to the millionth: ${all ? 'yes' : 'no'}.</p>`;
}
