// @ts-check
/** Services by target: the state of each deployment where it stands. */
import { serviceHref } from './address.js';
import { bar, empty, h, webLink } from './dom.js';
import { plural } from './format.js';
import { state } from './state.js';
import { badge, exclusionOf, messageOf, wordOf } from './words.js';

const shownServices = 200;

/**
 * Roles are spelled out because a narrow window shows it as a list, which would take a table's away.
 * @param {string} application @param {import('./state.js').Detail} detail @param {any[]} live
 */
export function matrix(application, { decision, splits }, live) {
  const planned = decision?.services ?? [];
  const names = [...new Set([...planned, ...live].map(({ service }) => service))].sort();
  if (names.length === 0)
    return empty('No service stands anywhere.', h('p', {}, 'Deploy it again, or read its events below.'));
  const found = names.filter((name) => name.includes(state.wanted));
  const shown = new Set(found.slice(0, shownServices));
  const ofShown = (/** @type {any} */ { service }) => shown.has(service);
  const chosen = planned.filter(ofShown).flatMap((/** @type {any} */ { targets }) => targets);
  // Only columns that one of these rows needs.
  const targets = [...new Set([...chosen, ...live.filter(ofShown)].map(({ target }) => target))].sort();
  const cells = new Map(live.map((each) => [`${each.service}\n${each.target}`, each]));
  const weights = new Map(
    splits.flatMap(({ service, routes }) =>
      routes.map((/** @type {any} */ each) => [`${service}\n${each.target}`, each.weight]),
    ),
  );
  const rows = [...shown].map((name) => {
    const plan = planned.find((/** @type {any} */ { service }) => service === name);
    return h(
      'tr',
      { 'data-key': name, role: 'row' },
      serviceHeader(application, name, plan),
      targets.map((target) => cell(target, cells.get(`${name}\n${target}`), weights.get(`${name}\n${target}`))),
    );
  });
  return [
    names.length > 20 && serviceSearch(),
    h(
      'div.scroll',
      { tabindex: 0, role: 'region', 'aria-label': 'Services by target' },
      h('table.matrix', { role: 'table' }, matrixHead(targets), h('tbody', { role: 'rowgroup' }, rows)),
    ),
    found.length > shownServices &&
      h('p.note', {}, `${shownServices} of ${plural(found.length, 'service')}; narrow them by name.`),
  ];
}

function serviceSearch() {
  return h(
    'p.search',
    { role: 'search' },
    h('label', { for: 'wanted' }, 'Services named'),
    h('input', { id: 'wanted', type: 'search', 'data-input': 'wanted', autocomplete: 'off' }),
  );
}

/** @param {string[]} targets */
function matrixHead(targets) {
  const regions = Map.groupBy(targets, (target) => target.split('/').slice(0, 2).join('/'));
  const clouds = Map.groupBy(regions.keys(), (region) => region.split('/')[0] ?? '');
  const width = (/** @type {string} */ cloud) => targets.filter((target) => target.startsWith(`${cloud}/`)).length;
  return h(
    'thead',
    {},
    h(
      'tr',
      {},
      h('th.corner', { rowspan: 3, scope: 'col' }, 'Service'),
      [...clouds.keys()].map((cloud) => h('th.cloud', { colspan: width(cloud), scope: 'colgroup' }, cloud)),
    ),
    h(
      'tr',
      {},
      [...regions].map(([region, own]) =>
        h(
          'th.region',
          { colspan: own.length, scope: 'colgroup' },
          region.slice(region.indexOf('/') + 1),
          regionMark(region),
        ),
      ),
    ),
    h(
      'tr',
      {},
      targets.map((target) => h('th.runtime', { scope: 'col' }, target.split('/')[2] ?? '')),
    ),
  );
}

/** @param {string} region */
function regionMark(region) {
  const exclusion = exclusionOf(region);
  if (exclusion !== undefined) return [' ', badge('excluded', exclusion.reason)];
  const health = state.regions.find(({ scope }) => scope === region);
  return health !== undefined && health.status !== 'healthy' && [' ', badge(health.status)];
}

/** @param {string} application @param {string} name @param {any} plan */
function serviceHeader(application, name, plan) {
  const { port } = state.status.gateway ?? {};
  return h(
    'th',
    { scope: 'row', role: 'rowheader' },
    h('a', { href: serviceHref(application, name), title: 'Why it stands where it stands' }, name),
    plan !== undefined && h('span.note', {}, plan.routed ? plan.tier : `${plan.tier}, no port`),
    plan?.routed && port !== undefined && gatewayLink(application, name, port),
  );
}

/** @param {string} application @param {string} service @param {number} port */
function gatewayLink(application, service, port) {
  return webLink(`http://${service}.${application}.localhost:${port}`, `${service}.${application}.localhost:${port}`);
}

/** @param {string} target @param {any} deployment @param {number | undefined} weight */
function cell(target, deployment, weight) {
  if (deployment === undefined) return h('td.none', { 'data-target': target, role: 'cell' });
  const { replicas, endpoint } = deployment;
  const word = wordOf(deployment);
  return h(
    'td',
    { 'data-target': target, 'data-state': word, role: 'cell' },
    h(
      'div.state',
      {},
      badge(word),
      h('span.number', { title: 'replicas ready / desired' }, `${replicas.ready}/${replicas.desired}`),
    ),
    weight !== undefined && bar(weight, `${weight} % of traffic`, `${weight} %`),
    word !== 'ready' && h('p.why', { title: messageOf(deployment) }, messageOf(deployment)),
    endpoint !== undefined &&
      h('div.endpoint', { title: endpoint }, webLink(endpoint, endpoint.replace(/^https?:\/\//, ''))),
  );
}
