// @ts-check
/** A month as it was billed: what it came to, of whom, how far bills reach, and what it will come to. */
import { bar, code, empty, h, table } from './dom.js';
import { amount, percent, plural, time } from './format.js';

/** @param {any} report */
export function reportView(report) {
  const { period, readAt, currencies } = report;
  const title = h('p.note', {}, `Billed in ${period}, days in UTC. Judged `, time(readAt), '.');
  if (currencies.length > 0) return [title, ...currencies.map((/** @type {any} */ each) => currencyView(each, report))];
  const bills = h('p', {}, 'Which bills there are: ', code('npx homeostasis cost bills'));
  return [title, empty(`No bill has a charge of ${period}.`, bills)];
}

/** Amounts in different currencies are never added. @param {any} report @param {any} month */
function currencyView(report, { period, shared, readAt }) {
  const { currency, totalMicros, effectiveMicros = totalMicros, sharedMicros, forecast, days } = report;
  const own = days.filter((/** @type {any} */ { day }) => day.startsWith(period));
  const last = own.at(-1)?.day;
  return h(
    'div.cards',
    {},
    card(
      readAt.startsWith(period) ? 'Billed so far' : 'Billed',
      amount(totalMicros, currency),
      dayBars(own, currency),
      isAmortised(report) && h('p.note', {}, `Amortised: ${amount(effectiveMicros, currency)}.`),
      last !== undefined && h('p.note', {}, `Days up to ${last}.`),
    ),
    card(
      "Forecast of the month's end",
      forecast === undefined ? '–' : amount(forecast.micros, currency),
      h('p.note', {}, forecast === undefined ? 'Too little is known.' : rangeOf(forecast, currency)),
    ),
    card('Claimed by no tag', amount(sharedMicros, currency), h('p.note', {}, splitBy(shared))),
  );
}

/** Of whom it was, each currency for itself. @param {any} report */
export const partsView = ({ currencies, period }) =>
  currencies.map((/** @type {any} */ each) => currencyParts(each, period));

/** @param {any} report @param {string} period */
function currencyParts(report, period) {
  const { currency, days, byCloud, byApplication, byService } = report;
  const own = days.filter((/** @type {any} */ { day }) => day.startsWith(period));
  return [
    h('h2', {}, `By cloud, ${currency}`),
    table(
      ['Cloud', 'Cost', 'Share', ...amortisedHead(report), 'Bills reach'],
      byCloud.map((/** @type {any} */ part) => cloudRow(part, report, own)),
      `By cloud, ${currency}`,
    ),
    h('h2', {}, `By application, ${currency}`),
    table(
      ['Application', 'Cost', 'Share', 'Of it shared', ...amortisedHead(report)],
      byApplication.map((/** @type {any} */ part) => partRow(part, report)),
      `By application, ${currency}`,
    ),
    h('h2', {}, `By service, ${currency}`),
    table(
      ['Service', 'Cost', 'Share', 'Of it shared', ...amortisedHead(report), 'A million requests'],
      byService.slice(0, mostServices).map((/** @type {any} */ part) => serviceRow(part, report)),
      `By service, ${currency}`,
    ),
    byService.length > mostServices &&
      h('p.note', {}, moreOf(byService), code('npx homeostasis cost report --by service')),
  ];
}

const mostServices = 20;

/** @param {any[]} services */
const moreOf = (services) => `${plural(services.length - mostServices, 'cheaper service')} more: `;

/** @param {string} title @param {string} figure @param {...any} more */
const card = (title, figure, ...more) => h('section.card', {}, h('h2', {}, title), h('p.figure', {}, figure), ...more);

/** @param {any} forecast @param {string} currency */
const rangeOf = ({ lowMicros, highMicros }, currency) =>
  `Eight times in ten ${amount(lowMicros, currency)} to ${amount(highMicros, currency)}.`;

/** What becomes of it, by the rule of the configuration. @param {string} rule */
function splitBy(rule) {
  if (rule === 'separate') return 'In a row of its own below.';
  return rule === 'even' ? 'Split in equal parts below.' : 'Split below as the direct cost is.';
}

/** A day that no bill tells of keeps its place. @param {any[]} days @param {string} currency */
function dayBars(days, currency) {
  const most = Math.max(1, ...days.map(({ micros }) => micros));
  const label = `Cost by day: ${days.map(({ day, micros }) => `${day} ${amount(micros, currency)}`).join(', ')}`;
  const last = Number(days.at(-1)?.day.slice(8) ?? 0);
  const known = new Map(days.map(({ day, micros }) => [Number(day.slice(8)), { day, micros }]));
  const bars = Array.from({ length: last }, (_, i) => {
    const found = known.get(i + 1);
    if (found === undefined) return h('span.none', { '--value': 0, title: `${i + 1}: no bill tells of it` });
    const { day, micros } = found;
    return h('span', { '--value': Math.max(0, micros / most), title: `${day}: ${amount(micros, currency)}` });
  });
  return h('div.days', { role: 'img', 'aria-label': label }, bars);
}

/** Each cloud bills at its own pace: the slowest looks cheap to who does not know it. @param {any} part @param {any} report @param {any} own */
function cloudRow(part, report, own) {
  const last = own.findLast((/** @type {any} */ { clouds = {} }) => part.key in clouds)?.day;
  return rowOf(part, ...amountsOf(part, report), ...amortisedOf(part, report), h('td', {}, last ?? '–'));
}

/** @param {any} part @param {any} report */
const partRow = (part, report) =>
  rowOf(part, ...amountsOf(part, report), sharedOf(part, report), ...amortisedOf(part, report));

/** @param {any} part @param {any} report */
function serviceRow(part, report) {
  const { unit } = part;
  const each = unit === undefined ? '–' : amount(unit.microsPerMillion, report.currency);
  const days = unit !== undefined && h('span.note', {}, `of ${plural(unit.days, 'day')}`);
  const cells = [...amountsOf(part, report), sharedOf(part, report), ...amortisedOf(part, report)];
  return rowOf(part, ...cells, h('td.number', {}, each, days));
}

/** @param {any} part @param {...any} cells */
const rowOf = ({ key }, ...cells) => h('tr', { 'data-key': key ?? '' }, ...cells);

/** @param {any} part @param {any} report */
const sharedOf = ({ sharedMicros }, { currency }) =>
  h('td.number', {}, sharedMicros === 0 ? '–' : amount(sharedMicros, currency));

/** Whether anything costs something else amortised than it was billed: else one column says it all. @param {any} report */
const isAmortised = ({ byCloud, byApplication, byService }) =>
  [byCloud, byApplication, byService].flat().some(({ micros, effectiveMicros = micros }) => effectiveMicros !== micros);

/** @param {any} report */
const amortisedHead = (report) => (isAmortised(report) ? ['Amortised'] : []);

/** @param {any} part @param {any} report */
const amortisedOf = ({ micros, effectiveMicros = micros }, report) =>
  isAmortised(report) ? [h('td.number', {}, amount(effectiveMicros, report.currency))] : [];

/** What is little is not nothing, and nearly all not all. @param {number} share */
function part(share) {
  if (share > 0 && share < 0.005) return '<1 %';
  return share < 1 && share >= 0.995 ? '>99 %' : percent(share);
}

/** @param {any} part @param {any} report */
function amountsOf({ key, micros }, { currency, totalMicros }) {
  const share = totalMicros === 0 ? 0 : micros / totalMicros;
  const shown = Math.min(100, Math.max(0, share * 100));
  return [
    h('th', { scope: 'row' }, key ?? 'nobody'),
    h('td.number', {}, amount(micros, currency)),
    h('td', {}, bar(shown, `${part(share)} of the month`, part(share))),
  ];
}
