// @ts-check
/** One application: what stands, what it is estimated to cost, what happened lately. */
import { eventsHref } from './address.js';
import { empty, fact, h, heading } from './dom.js';
import { dollars, time, whole } from './format.js';
import { state } from './state.js';
import { timeline } from './timeline.js';
import { matrix } from './view-matrix.js';
import { badge, isRoutine, wordOf } from './words.js';

export function applicationView() {
  const { application } = state.route;
  const record = state.applications.find((each) => each.application === application);
  if (record === undefined) {
    return [
      heading(application),
      empty('There is no such application.', h('p', {}, h('a', { href: '#/' }, 'All applications'))),
    ];
  }
  const detail = state.details.get(application);
  const { status, generation, cause, decidedAt, rejection } = record;
  return [
    h('div.title', {}, heading(application), badge(status)),
    h(
      'p.facts',
      {},
      fact('generation', whole.format(generation)),
      fact('cause', cause),
      fact('decided', time(decidedAt)),
    ),
    rejection !== undefined &&
      h(
        'p.notice.warn',
        {},
        h(
          'strong',
          {},
          `${rejection.kind === 'rollout-failed' ? 'Last rollout failed' : 'Last change refused'}: ${rejection.reason}. `,
        ),
        rejection.message,
      ),
    detail === undefined ? h('p.note', {}, 'Reading…') : applicationBody(application, detail),
  ];
}

/** @param {string} application @param {import('./state.js').Detail} detail */
function applicationBody(application, detail) {
  const live = detail.deployments.filter(({ status }) => status !== 'removed');
  const wanted = live.filter((each) => each.wanted);
  const ready = wanted.filter((each) => wordOf(each) === 'ready').length;
  const own = state.events.filter(({ event }) => isOf(event, application) && !isRoutine(event)).slice(0, 10);
  return [
    h(
      'section.cards',
      { 'aria-label': 'Summary' },
      h(
        'div.card',
        {},
        h('h2', {}, 'Deployments'),
        h('p.figure', {}, `${whole.format(ready)} of ${whole.format(wanted.length)}`, h('span.note', {}, ' ready')),
        tally(live),
        rolloutLine(detail.rollout),
        byCloud(wanted),
      ),
      detail.decision !== undefined && estimateCard(detail.decision),
    ),
    h('h2', {}, 'Services and targets'),
    matrix(application, detail, live),
    h('h2', {}, 'Latest events'),
    own.length === 0 ? h('p.note', {}, 'None lately, beyond routine.') : timeline(own, () => 0),
    h('p', {}, h('a', { href: eventsHref({ subject: application }) }, `All events of ${application}`)),
  ];
}

/** @param {any} event @param {string} application */
const isOf = ({ subject = '', data }, application) =>
  subject === application || subject.startsWith(`${application}/`) || data?.application === application;

/** @param {any[]} deployments */
function tally(deployments) {
  const counts = Map.groupBy(deployments, wordOf);
  return h(
    'p.tally',
    {},
    [...counts].map(([word, each]) => [badge(word), ` ${whole.format(each.length)} `]),
  );
}

/** @param {any[]} wanted */
function byCloud(wanted) {
  const clouds = [...Map.groupBy(wanted, ({ target }) => target.split('/')[0])].sort();
  const sum = (/** @type {any[]} */ own, /** @type {'ready' | 'desired'} */ which) =>
    own.reduce((total, { replicas }) => total + replicas[which], 0);
  const head = ['', 'deployments ready', 'replicas ready'].map((text) => h('th.number', { scope: 'col' }, text));
  const rows = clouds.map(([cloud, own]) =>
    h(
      'tr',
      { 'data-key': cloud },
      h('th', { scope: 'row' }, cloud),
      h('td.number', {}, `${own.filter((each) => wordOf(each) === 'ready').length}/${own.length}`),
      h('td.number', {}, `${sum(own, 'ready')}/${sum(own, 'desired')}`),
    ),
  );
  return h('table.plain.clouds', {}, h('thead', {}, h('tr', {}, head)), h('tbody', {}, rows));
}

/** @param {any} rollout */
function rolloutLine(rollout) {
  if (rollout === undefined) return undefined;
  const { generation, status, failure, services, progress } = rollout;
  const settled = progress.filter((/** @type {any} */ each) => each.settled && !each.removed).length;
  const step =
    status === 'progressing' ? `, ${whole.format(settled)} of ${whole.format(services)} services settled` : '';
  const why = failure === undefined ? '' : `: ${failure.service} on ${failure.target}: ${failure.message}`;
  return h('p.note', {}, `Rollout of generation ${generation} ${status}${step}${why}`);
}

/** @param {any} decision */
function estimateCard({ totals, pricesAsOf, gap, freeGrants }) {
  const { total } = totals;
  const parts = /** @type {const} */ (['compute', 'fixed', 'egress']);
  return h(
    'div.card',
    {},
    h('h2', {}, 'Estimate for a month'),
    h('p.figure', {}, dollars(total.expected), h('span.note', {}, ' expected')),
    h(
      'div.stack',
      { 'aria-hidden': 'true' },
      parts.map((part) =>
        h(`span.${part}`, { '--share': total.expected === 0 ? 0 : totals[part].expected / total.expected }),
      ),
    ),
    h(
      'table.plain',
      {},
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          ['', 'low', 'expected', 'high'].map((text) => h('th.number', { scope: 'col' }, text)),
        ),
      ),
      h(
        'tbody',
        {},
        [...parts, /** @type {const} */ ('total')].map((part) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, h(`span.key.${part}`, { 'aria-hidden': 'true' }), part),
            /** @type {const} */ (['low', 'expected', 'high']).map((end) =>
              h('td.number', {}, dollars(totals[part][end])),
            ),
          ),
        ),
      ),
    ),
    h(
      'p.note',
      { title: freeGrants?.join('\n') },
      `Oldest price ${pricesAsOf}; at most ${(gap * 100).toFixed(2)} % from the optimum`,
      freeGrants?.length > 0 && '; free grants not subtracted',
    ),
  );
}
