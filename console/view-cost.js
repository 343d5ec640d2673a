// @ts-check
/** What the month has cost, of whom, what it will come to, and what could cost less. */
import { costHref } from './address.js';
import { bar, code, empty, h, heading, table } from './dom.js';
import { amount, percent, whole } from './format.js';
import { state } from './state.js';
import { partsView, reportView } from './view-cost-report.js';
import { badge } from './words.js';

export function costView() {
  const { cost, route } = state;
  if (cost === undefined || cost.asked !== route.period) {
    return [heading('Cost'), h('p.note', {}, 'Reading the control plane…')];
  }
  return [
    heading('Cost'),
    monthsView(cost),
    cost.report === undefined ? noBills(route.period) : reportView(cost.report),
    h('h2', {}, 'Budgets'),
    budgetsView(cost.budgets),
    h('h2', {}, 'Anomalies'),
    anomaliesView(cost.anomalies, cost.report !== undefined),
    cost.report !== undefined && partsView(cost.report),
    h('h2', {}, 'Recommendations'),
    recommendationsView(cost.recommendations),
  ];
}

/** Months that have a report, the newest first; the newest is at the address without a month. @param {any} cost */
function monthsView({ month, report, asked }) {
  const all = [...new Set([month, ...(report?.periods ?? []).toReversed()])].filter((each) => each !== undefined);
  if (all.length < 2 && asked === '') return false;
  const shown = report?.period ?? asked;
  const links = all.map((each) =>
    h(
      'li',
      { 'data-key': each },
      h('a', { href: costHref(each === month ? '' : each), 'aria-current': each === shown && 'page' }, each),
    ),
  );
  return h('nav', { 'aria-label': 'Months' }, h('ul.months', {}, links));
}

/** @param {string} asked */
const noBills = (asked) =>
  empty(
    asked === '' ? 'No bill has been judged so far.' : `Nothing is known of what ${asked} cost.`,
    h('p', {}, 'Send a bill: ', code('npx homeostasis cost import october.csv')),
    h('p', {}, 'Or name a place of bills in the configuration (cost.bills).'),
  );

/** @param {any[]} budgets */
function budgetsView(budgets) {
  if (budgets.length === 0) {
    return empty('No budget is configured.', h('p', {}, 'They stand in the configuration, under cost.budgets.'));
  }
  const head = ['Budget', 'Of', 'State', 'A month', 'Billed', 'Forecast', 'Estimated', 'What was passed'];
  return table(head, budgets.map(budgetRow), 'Budgets');
}

/** @param {any} budget */
function budgetRow(budget) {
  const { budget: name, scopeName, state: is, amountMicros, currency, spentMicros, usedRatio, forecast } = budget;
  /** @param {number | undefined} micros */
  const known = (micros) => (micros === undefined ? '–' : amount(micros, currency));
  return h(
    'tr',
    { 'data-key': name },
    h('th', { scope: 'row' }, name),
    h('td.mono', {}, scopeName),
    h('td', {}, badge(is)),
    h('td.number', {}, known(amountMicros)),
    h('td.number', {}, known(spentMicros), usedRatio !== undefined && used(usedRatio)),
    h('td.number', {}, known(forecast?.micros)),
    h('td.number', {}, known(budget.estimateMicros)),
    h('td.wide', {}, passedOf(budget)),
  );
}

/** As the command line says it: what bills tell, what is to come, and what is placed are not the same. */
const bases = {
  actual: 'billed',
  forecast: 'forecast',
  estimate: 'estimated for what is placed',
  burst: 'one day of',
};

/** @param {any} budget */
function passedOf({ state: is, currency, passed, problems = [] }) {
  const lines = passed.map((/** @type {any} */ each) => {
    const basis = bases[/** @type {keyof typeof bases} */ (each.basis)] ?? each.basis;
    const limit = `${whole.format(each.percent)} % (${amount(each.limitMicros, currency)})`;
    const dearer = each.block ? '; dearer placements are blocked' : '';
    return h('p', {}, `${basis} ${amount(each.amountMicros, currency)} passed ${limit}${dearer}`);
  });
  const unknown = is === 'unknown' && problems.length === 0 ? ['No bill of this month tells of it so far.'] : problems;
  const all = [...lines, ...unknown.map((/** @type {string} */ each) => h('p.note', {}, each))];
  return all.length === 0 ? '–' : all;
}

/** @param {number} ratio */
const used = (ratio) => bar(Math.min(100, Math.max(0, ratio * 100)), `${percent(ratio)} of the budget`, percent(ratio));

/** Where nobody could look, nothing was found either. @param {any[]} anomalies @param {boolean} isBilled */
function anomaliesView(anomalies, isBilled) {
  if (anomalies.length === 0) {
    return empty(isBilled ? 'Nothing unusual was found.' : 'There is no bill in which anything could be unusual.');
  }
  const rows = anomalies.map((each) => {
    const { anomaly, kind, currency, since, day, actualMicros, expectedMicros, impactMicros } = each;
    return h(
      'tr',
      { 'data-key': anomaly },
      h('th', { scope: 'row' }, aboutOf(each)),
      h('td', {}, since === day ? day : `${since} to ${day}`, kind === 'slow' && h('span.note', {}, 'creeps up')),
      h('td.number', {}, amount(impactMicros, currency)),
      h('td.number', {}, amount(actualMicros, currency)),
      h('td.number', {}, amount(expectedMicros, currency)),
      h('td.wide', {}, causeOf(each.rows)),
    );
  });
  return table(['Of', 'Days (UTC)', 'Impact', 'Last day', 'Usual', 'Made by'], rows, 'Anomalies');
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
    h('td.number', {}, `${amount(monthlySavingMicros, 'USD')} a month`, besideOthers(each)),
    h('td', {}, percent(confidence), h('span.note', {}, `risk ${risk}`)),
    h('td', {}, badge(is === 'open' ? 'proposed' : is)),
    h('td', {}, carryOut(each)),
    h('td.wide', {}, reason, h('span.note', {}, changeOf(each)), refused !== undefined && h('span.note', {}, refused)),
  );
}

/** Savings of one service do not add up. @param {any} recommendation */
const besideOthers = ({ monthlySavingMicros, addedSavingMicros }) =>
  addedSavingMicros !== undefined &&
  addedSavingMicros < monthlySavingMicros &&
  h('span.note', {}, `${amount(addedSavingMicros, 'USD')} beside better ones`);

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
