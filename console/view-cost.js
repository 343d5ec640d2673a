// @ts-check
/** What the month has cost, of whom, what it will come to, and what could cost less. */
import { bar, code, empty, h, heading, table } from './dom.js';
import { amount, percent, time } from './format.js';
import { state } from './state.js';
import { badge } from './words.js';

export function costView() {
  const { cost } = state;
  if (cost === undefined) return [heading('Cost'), h('p.note', {}, 'Reading the control plane…')];
  return [
    heading('Cost'),
    cost.report === undefined ? noBills() : reportView(cost.report),
    h('h2', {}, 'Budgets'),
    budgetsView(cost.budgets),
    h('h2', {}, 'Anomalies'),
    anomaliesView(cost.anomalies),
    h('h2', {}, 'Recommendations'),
    recommendationsView(cost.recommendations),
  ];
}

const noBills = () =>
  empty(
    'No bill has been judged so far.',
    h('p', {}, 'Send one: ', code('npx homeostasis cost import october.csv')),
    h('p', {}, 'Or name a place of bills in the configuration (cost.bills).'),
  );

/** @param {any} report */
function reportView({ period, readAt, currencies }) {
  const title = h('p.note', {}, `${period}, as of `, time(readAt));
  if (currencies.length === 0) return [title, empty('Nothing was billed.')];
  return [title, ...currencies.map((/** @type {any} */ each) => currencyView(each, period))];
}

/** Amounts in different currencies are never added. @param {any} report @param {string} period */
function currencyView(report, period) {
  const { currency, totalMicros, sharedMicros, forecast, days, byApplication } = report;
  const own = days.filter((/** @type {any} */ { day }) => day.startsWith(period));
  const rows = byApplication.map((/** @type {any} */ part) => partRow(part, report));
  return [
    h(
      'div.cards',
      {},
      card('Month to date', amount(totalMicros, currency), dayBars(own, currency)),
      card(
        "At the month's end",
        forecast === undefined ? '–' : amount(forecast.micros, currency),
        h('p.note', {}, forecast === undefined ? 'Too little is known.' : rangeOf(forecast, currency)),
      ),
      card('Claimed by no tag', amount(sharedMicros, currency), h('p.note', {}, 'Split among those below.')),
    ),
    h('h2', {}, `By application, ${currency}`),
    table(['Application', 'Cost', 'Share', 'Of it shared'], rows, `By application, ${currency}`),
  ];
}

/** @param {string} title @param {string} figure @param {...any} more */
const card = (title, figure, ...more) => h('section.card', {}, h('h2', {}, title), h('p.figure', {}, figure), ...more);

/** @param {any} forecast @param {string} currency */
const rangeOf = ({ lowMicros, highMicros }, currency) =>
  `Eight times in ten ${amount(lowMicros, currency)} to ${amount(highMicros, currency)}.`;

/** @param {any[]} days @param {string} currency */
function dayBars(days, currency) {
  const most = Math.max(1, ...days.map(({ micros }) => micros));
  const label = `Cost by day: ${days.map(({ day, micros }) => `${day} ${amount(micros, currency)}`).join(', ')}`;
  const bars = days.map(({ day, micros }) =>
    h('span', { '--value': Math.max(0, micros / most), title: `${day}: ${amount(micros, currency)}` }),
  );
  return h('div.days', { role: 'img', 'aria-label': label }, bars);
}

/** @param {any} part @param {any} report */
function partRow({ key, micros, sharedMicros }, { currency, totalMicros }) {
  const share = totalMicros === 0 ? 0 : micros / totalMicros;
  const shown = Math.min(100, Math.max(0, share * 100));
  return h(
    'tr',
    { 'data-key': key ?? '' },
    h('th', { scope: 'row' }, key ?? 'nobody'),
    h('td.number', {}, amount(micros, currency)),
    h('td', {}, bar(shown, `${percent(share)} of the month`, percent(share))),
    h('td.number', {}, sharedMicros === 0 ? '–' : amount(sharedMicros, currency)),
  );
}

/** @param {any[]} budgets */
function budgetsView(budgets) {
  if (budgets.length === 0) return empty('No budget is configured.', h('p', {}, 'They stand in cost.budgets.'));
  const rows = budgets.map(
    ({ budget, scopeName, state: is, amountMicros, currency, spentMicros, usedRatio, forecast }) =>
      h(
        'tr',
        { 'data-key': budget },
        h('th', { scope: 'row' }, budget),
        h('td.mono', {}, scopeName),
        h('td', {}, badge(is)),
        h('td.number', {}, amount(amountMicros, currency)),
        h('td.number', {}, spentMicros === undefined ? '–' : amount(spentMicros, currency)),
        h('td', {}, usedRatio === undefined ? '–' : used(usedRatio)),
        h('td', {}, forecast === undefined ? '–' : amount(forecast.micros, currency)),
      ),
  );
  return table(['Budget', 'Of', 'State', 'A month', 'Spent', 'Used', 'Forecast'], rows, 'Budgets');
}

/** @param {number} ratio */
const used = (ratio) => bar(Math.min(100, Math.max(0, ratio * 100)), `${percent(ratio)} of the budget`, percent(ratio));

/** @param {any[]} anomalies */
function anomaliesView(anomalies) {
  if (anomalies.length === 0) return empty('Nothing unusual was found.');
  const rows = anomalies.map((each) => {
    const { anomaly, currency, since, day, actualMicros, expectedMicros, impactMicros } = each;
    return h(
      'tr',
      { 'data-key': anomaly },
      h('th', { scope: 'row' }, aboutOf(each)),
      h('td', {}, since === day ? day : `${since} to ${day}`),
      h('td.number', {}, amount(impactMicros, currency)),
      h('td.number', {}, amount(actualMicros, currency)),
      h('td.number', {}, amount(expectedMicros, currency)),
      h('td.wide', {}, causeOf(each.rows)),
    );
  });
  return table(['Of', 'Days', 'Impact', 'Last day', 'Usual', 'Made by'], rows, 'Anomalies');
}

/** @param {any} anomaly */
const aboutOf = ({ provider, application, service, serviceName }) =>
  `${[application, service].filter((part) => part !== undefined).join('/') || serviceName || 'what nobody claims'}, ${provider}`;

/** @param {any[]} rows */
function causeOf([first]) {
  if (first === undefined) return '–';
  const { serviceName, description, sku, resource } = first;
  return [serviceName, description ?? sku, resource].filter((part) => part !== undefined).join(', ') || '–';
}

/** Those that can be acted on, or that are being watched. */
const over = new Set(['dismissed', 'superseded', 'expired', 'reverted']);

/** @param {any[]} all */
function recommendationsView(all) {
  const shown = all.filter((each) => !over.has(each.state));
  if (shown.length === 0) {
    return empty('Nothing is recommended.', h('p', {}, 'It takes a bill, and some days of what services use.'));
  }
  const head = ['Recommendation', 'Saves', 'Sure', 'State', 'Carry out', 'Why'];
  return table(head, shown.map(recommendationRow), 'Recommendations');
}

/** @param {any} each */
function recommendationRow(each) {
  const { id, kind, application, service, monthlySavingMicros, confidence, risk, state: is, reason, control } = each;
  const refused = control?.refused;
  return h(
    'tr',
    { 'data-key': id },
    h('th', { scope: 'row' }, `${kind} of ${application}/${service}`, h('span.mono.note', {}, id)),
    h('td.number', {}, `${amount(monthlySavingMicros, 'USD')} a month`),
    h('td', {}, percent(confidence), h('span.note', {}, `risk ${risk}`)),
    h('td', {}, badge(is === 'open' ? 'proposed' : is)),
    h('td', {}, carryOut(each)),
    h('td.wide', {}, reason, h('span.note', {}, changeOf(each)), refused !== undefined && h('span.note', {}, refused)),
  );
}

/** @param {any} recommendation */
const changeOf = ({ change }) =>
  change.map((/** @type {any} */ { path, from, to }) => `${path}: ${told(from)} → ${told(to)}`).join('; ');

/** @param {unknown} value */
const told = (value) =>
  value === undefined ? 'not stated' : typeof value === 'string' ? value : JSON.stringify(value);

/** A running service is changed only by who was asked twice. @param {any} recommendation */
function carryOut({ id, change, state: is }) {
  if (is !== 'open' || change.length === 0) return '–';
  /** @param {string} action @param {string} text @param {string} [kind] */
  const button = (action, text, kind = '') =>
    h(`button${kind}`, { type: 'button', 'data-action': action, 'data-id': id, 'aria-label': `${text} ${id}` }, text);
  if (state.confirming !== id) return button('confirm', 'Apply');
  return h('span.confirm', {}, button('apply', 'Apply now', '.primary'), ' ', button('unconfirm', 'Not now'));
}
