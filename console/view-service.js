// @ts-check
/** Why a service stands where it stands: candidates, rejections, cost. */
import { applicationHref } from './address.js';
import { bar, empty, fact, h, heading, table } from './dom.js';
import { dollars, percent, plural, whole } from './format.js';
import { state } from './state.js';
import { applicationView } from './view-application.js';
import { badge, messageOf, wordOf } from './words.js';

const factors = /** @type {const} */ (['cost', 'performance', 'compliance', 'reliability']);

export function serviceView() {
  const { application, service } = state.route;
  const { explained } = state;
  const crumbs = h(
    'nav.crumbs',
    { 'aria-label': 'Breadcrumb' },
    h('a', { href: applicationHref(application) }, application),
  );
  if (!state.applications.some((each) => each.application === application)) return applicationView();
  const loaded = explained.key === `${application}/${service}`;
  if (!loaded) return [crumbs, heading(service), h('p.note', {}, 'Reading the decision…')];
  if (explained.body === undefined)
    return [crumbs, heading(service), empty(explained.error ?? 'There is no decision.')];
  const { body } = explained;
  const rejectedCount = body.rejected.reduce(
    (/** @type {number} */ sum, /** @type {any} */ each) => sum + each.targets.length,
    0,
  );
  return [
    crumbs,
    h('div.title', {}, heading(service), h('span.note', {}, body.tier)),
    h('p.facts', {}, fact('generation', body.generation), fact('image', h('span.mono', {}, body.workload.image))),
    h('h2', {}, 'Stands on'),
    h('p', {}, `Because: ${body.note}.`),
    standing(application, service, body),
    h('h2', {}, `Candidates: ${plural(body.eligible.length, 'place')} fit`),
    h('p.note', {}, factors.map((factor) => `${factor} ${percent(body.weights[factor])}`).join(', ')),
    candidates(body),
    h('h2', {}, `Rejected: ${plural(rejectedCount, 'place')}`),
    rejectedList(body.rejected),
    h('h2', {}, 'What it costs'),
    costLines(body),
  ];
}

/** @param {string} application @param {string} service @param {any} body */
function standing(application, service, { placed }) {
  const deployments = (state.details.get(application)?.deployments ?? []).filter(
    (each) => each.service === service && each.status !== 'removed',
  );
  const targets = [...new Set([...placed, ...deployments].map(({ target }) => target))];
  const rows = targets.map((target) => {
    const plan = placed.find((/** @type {any} */ each) => each.target === target);
    const deployment = deployments.find((each) => each.target === target);
    const size = plan === undefined ? '–' : `${plan.cpuMillicores / 1000} vCPU, ${whole.format(plan.memoryMib)} MiB`;
    return h(
      'tr',
      { 'data-key': target },
      h('th.mono', { scope: 'row' }, target),
      h('td.number', {}, plan === undefined ? '–' : whole.format(plan.replicas)),
      h('td', {}, size),
      h('td', {}, deployment === undefined ? 'not commanded yet' : badge(wordOf(deployment))),
      h('td.chips', {}, deployment?.conditions.map(condition)),
      h('td.wide', {}, deployment === undefined ? '' : messageOf(deployment)),
    );
  });
  return table(['Target', 'Replicas', 'Size of each', 'State', 'Conditions', 'Last heard'], rows, 'Targets');
}

/** @param {any} condition */
function condition({ type, status, reason, message }) {
  const tone = status === 'True' ? 'good' : status === 'False' ? 'bad' : 'warn';
  const text = status === 'True' ? type : status === 'False' ? `not ${type}` : `${type}?`;
  return [h(`span.chip.${tone}`, { title: `${reason}: ${message}` }, text), ' '];
}

/** @param {any} body */
function candidates({ eligible, placed }) {
  const chosen = new Set(placed.map((/** @type {any} */ { target }) => target));
  const rows = eligible.map((/** @type {any} */ { target, scores, total, monthlyMicros }) =>
    h(
      `tr${chosen.has(target) ? '.chosen' : ''}`,
      { 'data-key': target },
      h('th.mono', { scope: 'row' }, target, chosen.has(target) && [' ', h('span.chip.good', {}, 'chosen')]),
      h('td.number.strong', {}, total.toFixed(1)),
      factors.map((factor, i) => h('td', {}, bar(scores[i], `${factor}: ${scores[i]} of 100`, scores[i].toFixed(0)))),
      h('td.number', {}, dollars(monthlyMicros)),
    ),
  );
  return table(
    ['Candidate', 'Total', 'Cost', 'Performance', 'Compliance', 'Reliability', 'A month'],
    rows,
    'Candidates',
  );
}

/** @param {any[]} rejected */
function rejectedList(rejected) {
  if (rejected.length === 0) return h('p.note', {}, 'None: every place in the catalogue fits.');
  const byFilter = [...Map.groupBy(rejected, ({ filter }) => filter)];
  return byFilter.map(([filter, groups]) => {
    const count = groups.reduce((sum, { targets }) => sum + targets.length, 0);
    return h(
      'details.rejected',
      { 'data-key': filter },
      h('summary', {}, h('strong', {}, filter), ` ${plural(count, 'place')}`),
      h(
        'ul',
        {},
        groups.map(({ reason, targets }) => h('li', {}, reason, h('span.mono.note', {}, targets.join(', ')))),
      ),
    );
  });
}

/** @param {any} body */
function costLines({ cost, pricesAsOf }) {
  const rows = cost.lines.map((/** @type {any} */ { target, item, quantity, unit, micros, asOf, source }) =>
    h(
      'tr',
      {},
      h('th.mono', { scope: 'row' }, target),
      h('td', {}, item),
      h('td.number', {}, `${whole.format(quantity)} ${unit}`),
      h('td.number', {}, dollars(micros)),
      h('td', {}, asOf),
      h('td.wide', {}, source),
    ),
  );
  const undated = cost.lines.filter((/** @type {any} */ { asOf }) => asOf === 'undated').length;
  const sum = cost.compute.expected + cost.fixed.expected;
  const dates = undated === 0 ? '' : `; ${plural(undated, 'line')} whose source gives no date`;
  return [
    h(
      'p',
      {},
      h('strong', {}, dollars(sum)),
      ` a month expected. Oldest price of the whole decision: ${pricesAsOf}${dates}.`,
    ),
    rows.length === 0
      ? h('p.note', {}, 'No line: nothing runs.')
      : table(['Target', 'Item', 'Quantity', 'A month', 'Price of', 'Source'], rows, 'Cost lines'),
  ];
}
