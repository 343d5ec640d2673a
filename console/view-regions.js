// @ts-check
/** Health, exclusions and incidents by region. */
import { code, empty, h, heading, table } from './dom.js';
import { plural, time } from './format.js';
import { state } from './state.js';
import { badge, cordonOf, exclusionOf } from './words.js';

export function regionsView() {
  const scopes = [
    ...new Set([...state.regions, ...state.exclusions, ...state.cordons].map(({ scope }) => scope)),
  ].sort();
  const rows = scopes.map((scope) => {
    const health = state.regions.find((each) => each.scope === scope);
    const exclusion = exclusionOf(scope);
    const cordon = cordonOf(scope);
    const signs = health?.window ?? [];
    const last = signs.at(-1);
    return h(
      'tr',
      { 'data-key': scope },
      h('th.mono', { scope: 'row' }, scope),
      h('td', {}, health === undefined ? 'not watched' : badge(health.status)),
      h('td', {}, health !== undefined && health.since > 0 ? time(health.since) : '–'),
      h(
        'td.wide',
        {},
        exclusion === undefined
          ? 'in use'
          : [
              badge(cordon === undefined ? 'excluded' : 'cordoned'),
              h('span.note', {}, exclusion.reason, ', since ', time(exclusion.since)),
            ],
      ),
      h(
        'td.wide',
        {},
        last === undefined ? '–' : [time(last.at), ` ${last.reason}`, h('span.mono.note', {}, last.deployment)],
      ),
    );
  });
  const sorted = state.incidents.toSorted(
    (a, b) => Number(a.status !== 'open') - Number(b.status !== 'open') || b.detectedAt - a.detectedAt,
  );
  const head = ['Region', 'Health', 'Since', 'Placement', 'Last sign'];
  return [
    heading('Regions'),
    rows.length === 0
      ? empty(
          'No region is watched yet.',
          h(
            'p',
            {},
            'Regions appear with the first deployment there: ',
            code('npx homeostasis deploy examples/shop.yaml'),
          ),
        )
      : table(head, rows, 'Regions'),
    h('h2', {}, 'Incidents'),
    sorted.length === 0
      ? empty('No incident so far.', h('p', {}, 'Practise one: ', code('npx homeostasis sandbox fault --help')))
      : table(['Scope', 'Status', 'Down since', 'Detected', 'Resolved', 'Why'], sorted.map(incidentRow), 'Incidents'),
  ];
}

/** @param {any} incident */
function incidentRow({ incident, scope, status, reason, evidence, downSince, detectedAt, resolvedAt }) {
  return h(
    'tr',
    { 'data-key': incident },
    h('th.mono', { scope: 'row' }, scope),
    h('td', {}, badge(status)),
    h('td', {}, time(downSince)),
    h('td', {}, time(detectedAt)),
    h('td', {}, resolvedAt === undefined ? '–' : time(resolvedAt)),
    h(
      'td.wide',
      {},
      reason,
      evidence.length > 0 &&
        h(
          'details',
          {},
          h('summary.note', {}, plural(evidence.length, 'sign')),
          evidence.map((/** @type {string} */ line) => h('span.mono.note', {}, line)),
        ),
    ),
  );
}
