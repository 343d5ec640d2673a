// @ts-check
/** State to elements. Data reaches the page as text and as checked links only, never as markup. */
import { state } from './state.js';

/** Text, an element, nothing, or lists of these. @typedef {Node | string | number | false | undefined | any[]} Child */

/**
 * @param {string} tag `div`, or `div.class.other`
 * @param {Record<string, string | number | boolean | undefined>} attributes `--name` sets a style property
 * @param {...Child} children
 */
function h(tag, attributes = {}, ...children) {
  const [name = 'div', ...classes] = tag.split('.');
  const element = document.createElement(name);
  if (classes.length > 0) element.className = classes.join(' ');
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (key.startsWith('--')) element.style.setProperty(key, String(value));
    else element.setAttribute(key, value === true ? '' : String(value));
  }
  element.append(
    .../** @type {(Node | string)[]} */ (children.flat(9).filter((each) => each !== false && each != null)),
  );
  return element;
}

const segment = encodeURIComponent;
/** @param {string} application */
const applicationHref = (application) => `#/applications/${segment(application)}`;
/** @param {string} application @param {string} service */
const serviceHref = (application, service) => `${applicationHref(application)}/${segment(service)}`;
/** @param {Record<string, string>} filter */
const eventsHref = (filter) => `#/events?${new URLSearchParams(filter)}`;

/** Links lead only to the web: an address comes from a cloud, and `javascript:` is an address too. @param {unknown} url */
function webLink(url, text = String(url)) {
  const safe = typeof url === 'string' && /^https?:\/\//i.test(url) && URL.canParse(url);
  if (!safe) return h('span.mono', {}, text);
  return h('a.mono', { href: url, target: '_blank', rel: 'noopener noreferrer' }, text);
}

const whole = new Intl.NumberFormat('en-US');
const money = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });
/** @param {number} micros */
const dollars = (micros) => money.format(micros / 1e6);
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
/** @param {string | number} at */
function time(at) {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return h('span', {}, String(at));
  const today = date.toDateString() === new Date().toDateString();
  const text = today ? clock.format(date) : `${day.format(date)} ${clock.format(date)}`;
  return h('time', { datetime: date.toISOString(), title: date.toISOString() }, text);
}
/** @param {string} type */
const shortType = (type) => type.replace(/^dev\.homeostasis\./, '').replace(/\.v1$/, '');
/** @param {number} count @param {string} noun */
const plural = (count, noun) => `${whole.format(count)} ${noun}${count === 1 ? '' : 's'}`;

/** @typedef {'good' | 'busy' | 'warn' | 'bad' | 'quiet'} Tone */
/** @type {Record<string, [Tone, string]>} */
const words = {
  ready: ['good', 'Ready'],
  running: ['good', 'Running'],
  healthy: ['good', 'Healthy'],
  resolved: ['good', 'Resolved'],
  pending: ['busy', 'Pending'],
  progressing: ['busy', 'Progressing'],
  'rolling-out': ['busy', 'Rolling out'],
  degraded: ['warn', 'Degraded'],
  drifted: ['warn', 'Drifted'],
  unhealthy: ['warn', 'Unhealthy'],
  unknown: ['warn', 'Unknown'],
  missing: ['bad', 'Missing'],
  failed: ['bad', 'Failed'],
  unreachable: ['bad', 'Unreachable'],
  open: ['bad', 'Open'],
  excluded: ['bad', 'Excluded'],
  retiring: ['quiet', 'Retiring'],
  removing: ['quiet', 'Removing'],
  withdrawn: ['quiet', 'Withdrawn'],
};
/** Shape as well as colour tells the tone. */
const marks = { good: '●', busy: '◐', warn: '▲', bad: '✕', quiet: '○' };
/** @param {string} word @param {string} [title] */
function badge(word, title) {
  const [tone, text] = words[word] ?? ['quiet', word];
  return h(`span.badge.${tone}`, { title }, h('span', { 'aria-hidden': 'true' }, marks[tone]), ' ', text);
}

/** What a deployment is to a reader: a cloud that fell silent leaves "ready" unconfirmed. @param {any} deployment */
const wordOf = ({ status, ready }) => (status === 'ready' && ready === 'Unknown' ? 'unknown' : status);
/** @param {any} deployment */
function messageOf(deployment) {
  const silent = deployment.conditions?.find((/** @type {any} */ { status }) => status === 'Unknown');
  return wordOf(deployment) === 'unknown' ? silent?.message : deployment.message;
}

/** @param {string} title @param {...Child} children */
const empty = (title, ...children) => h('div.empty', {}, h('p.strong', {}, title), ...children);
const code = (/** @type {string} */ text) => h('code', {}, text);

// ---------------------------------------------------------------- frame

export function connectionView() {
  const { connection, phase } = state;
  if (phase === 'token')
    return [h('span.badge.quiet', {}, h('span', { 'aria-hidden': 'true' }, '○'), ' Not connected')];
  if (connection.kind === 'live') return [h('span.badge.good', {}, h('span', { 'aria-hidden': 'true' }, '●'), ' Live')];
  if (connection.kind === 'connecting') {
    return [h('span.badge.busy', {}, h('span', { 'aria-hidden': 'true' }, '◐'), ' Connecting')];
  }
  const mark = h('span', { 'aria-hidden': 'true' }, '▲');
  return [h('span.badge.warn', { title: connection.why }, mark, ' Reconnecting'), h('span.note', {}, connection.why)];
}

export function navView() {
  if (state.phase !== 'open') return [];
  const { view, application } = state.route;
  const open = state.incidents.filter(({ status }) => status === 'open').length;
  const item = (
    /** @type {string} */ href,
    /** @type {string} */ text,
    /** @type {boolean} */ here,
    /** @type {Child} */ extra,
  ) => h('li', { 'data-key': href }, h('a', { href, 'aria-current': here && 'page' }, h('span', {}, text), extra));
  const count = (/** @type {number} */ value, /** @type {string} */ noun) =>
    value > 0 && h('span.count', { 'aria-label': plural(value, noun) }, whole.format(value));
  return [
    h(
      'ul',
      {},
      item('#/', 'Applications', view === 'overview', count(state.applications.length, 'application')),
      state.applications.map(({ application: name, status }) => {
        const [tone, text] = words[status] ?? ['quiet', status];
        const mark = h(`span.mark.${tone}`, { 'aria-label': text, role: 'img' }, marks[/** @type {Tone} */ (tone)]);
        const link = item(applicationHref(name), name, application === name, mark);
        link.className = 'sub';
        return link;
      }),
      item('#/events', 'Events', view === 'events', false),
      item('#/regions', 'Regions', view === 'regions', count(open, 'open incident')),
      item('#/dead-letters', 'Dead letters', view === 'dead-letters', count(state.deadLetters.length, 'dead letter')),
    ),
  ];
}

/** One element per place, so that what was opened or typed in one view does not turn up in the next. */
export function mainView() {
  const { phase, route, filter } = state;
  const place = phase === 'open' ? JSON.stringify([route, route.view === 'events' && filter]) : phase;
  return [h('div.view', { 'data-key': place }, bodyView())];
}

function bodyView() {
  if (state.phase === 'token') return tokenView();
  if (state.phase === 'loading') return [h('p.note', {}, 'Reading the control plane…')];
  switch (state.route.view) {
    case 'overview':
      return overviewView();
    case 'application':
      return applicationView();
    case 'service':
      return serviceView();
    case 'events':
      return eventsView();
    case 'regions':
      return regionsView();
    case 'dead-letters':
      return deadLettersView();
    default:
      return [];
  }
}

/** @param {...Child} text */
const heading = (...text) => h('h1', { tabindex: -1 }, ...text);

function tokenView() {
  return [
    heading('Connect'),
    h(
      'p',
      {},
      'The address that ',
      code('npm start'),
      ' prints carries an access token. Open that, or paste the token here.',
    ),
    state.refused !== '' && h('p.notice.bad', { role: 'alert' }, `Not connected: ${state.refused}`),
    h(
      'form.token',
      { 'data-action': 'connect' },
      h('label', { for: 'token' }, 'Access token'),
      h('input', {
        id: 'token',
        name: 'token',
        type: 'password',
        autocomplete: 'off',
        spellcheck: 'false',
        required: true,
      }),
      h('button.primary', { type: 'submit' }, 'Connect'),
    ),
  ];
}

// ---------------------------------------------------------------- applications

function overviewView() {
  const rows = state.applications.map(({ application, status, generation, cause, services, decidedAt, rejection }) =>
    h(
      'tr',
      { 'data-key': application },
      h('th', { scope: 'row' }, h('a', { href: applicationHref(application) }, application)),
      h('td', {}, badge(status)),
      h('td.number', {}, whole.format(generation)),
      h('td', {}, cause),
      h('td.number', {}, whole.format(services)),
      h('td', {}, time(decidedAt)),
      h('td.wide', {}, rejection === undefined ? '–' : `${rejection.reason}: ${rejection.message}`),
    ),
  );
  const head = ['Application', 'Status', 'Generation', 'Cause', 'Services', 'Decided', 'Last refusal'];
  return [heading('Applications'), rows.length === 0 ? noApplications() : table(head, rows, 'Applications')];
}

const noApplications = () =>
  empty(
    'Nothing is deployed yet.',
    h('p', {}, 'Deploy the example: ', code('npx homeostasis deploy examples/shop.yaml')),
  );

/**
 * A narrow window shows each row as a card, so every cell carries its column's name, and roles are spelled out.
 * @param {string[]} head @param {HTMLElement[]} rows @param {string} label
 */
function table(head, rows, label) {
  const numbers = new Set(['Generation', 'Services', 'Quantity', 'A month', 'Tries', 'Total', 'Replicas']);
  const cells = head.map((text) => h(`th${numbers.has(text) ? '.number' : ''}`, { scope: 'col' }, text));
  for (const row of rows) {
    row.setAttribute('role', 'row');
    for (const [i, each] of [...row.children].entries()) {
      each.setAttribute('role', i === 0 ? 'rowheader' : 'cell');
      each.setAttribute('data-label', head[i] ?? '');
    }
  }
  return h(
    'div.scroll',
    { tabindex: 0, role: 'region', 'aria-label': label },
    h('table.records', { role: 'table' }, h('thead', {}, h('tr', {}, cells)), h('tbody', { role: 'rowgroup' }, rows)),
  );
}

function applicationView() {
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
      h('p.notice.warn', {}, h('strong', {}, `Last change refused: ${rejection.reason}. `), rejection.message),
    detail === undefined ? h('p.note', {}, 'Reading…') : applicationBody(application, detail),
  ];
}

/** @param {string} term @param {Child} value */
const fact = (term, value) => h('span.fact', {}, h('span.note', {}, term), ' ', value);

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

const shownServices = 200;

/**
 * Roles are spelled out because a narrow window shows it as a list, which would take a table's away.
 * @param {string} application @param {import('./state.js').Detail} detail @param {any[]} live
 */
function matrix(application, { decision, splits }, live) {
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

/** @param {string} region */
const exclusionOf = (region) =>
  state.exclusions.find(({ scope }) => region === scope || region.startsWith(`${scope}/`));

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

/** @param {number} value 0 to 100 @param {string} label @param {string} text */
function bar(value, label, text) {
  return h(
    'div.bar',
    { title: label },
    h('span.track', { '--value': value / 100, 'aria-hidden': 'true' }),
    h('span.number', {}, text),
  );
}

// ---------------------------------------------------------------- why

const factors = /** @type {const} */ (['cost', 'performance', 'compliance', 'reliability']);

function serviceView() {
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

const percent = (/** @type {number} */ share) => `${whole.format(Math.round(share * 100))} %`;

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
      h('td', {}, deployment?.conditions.map(condition)),
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

// ---------------------------------------------------------------- events

const shownEvents = 200;
/** What a healthy control plane says all day; what matters about it is said again by somebody. @param {{ type: string }} event */
const isRoutine = ({ type }) => /^(deployment\.(observe|reported)|schedule\..*|.*-due)$/.test(shortType(type));

function eventsView() {
  const { filter, heldAt } = state;
  const asked = state.routine || filter.type !== '' || filter.correlation !== '';
  const known = state.filtered.filter(({ event }) => asked || !isRoutine(event));
  const shown = known.filter(({ sequence }) => heldAt === 0 || sequence <= heldAt).slice(0, shownEvents);
  const types = [...new Set(state.events.map(({ event }) => event.type))].sort();
  const waiting = known.filter(({ sequence }) => heldAt > 0 && sequence > heldAt).length;
  const field = (
    /** @type {keyof import('./state.js').Filter} */ name,
    /** @type {string} */ label,
    /** @type {string} */ hint,
  ) =>
    h(
      'p',
      {},
      h('label', { for: `filter-${name}` }, label),
      h('input', {
        id: `filter-${name}`,
        name,
        type: 'search',
        value: filter[name],
        placeholder: hint,
        autocomplete: 'off',
        spellcheck: 'false',
        list: name === 'type' && 'types',
      }),
    );
  const ordered = filter.correlation === '' ? shown : shown.toReversed();
  return [
    heading('Events'),
    h(
      'form.filter',
      { 'data-action': 'filter', role: 'search', 'aria-label': 'Filter events' },
      field('type', 'Type', 'deployment.ready'),
      field('subject', 'Subject begins with', 'shop/web'),
      field('correlation', 'Correlation id', 'id of a request'),
      h(
        'datalist',
        { id: 'types' },
        types.map((type) => h('option', { value: shortType(type) })),
      ),
      h('p', {}, h('button', { type: 'submit' }, 'Filter'), ' ', h('a.button', { href: '#/events' }, 'Clear')),
      h(
        'p',
        {},
        h(
          'button',
          { type: 'button', 'data-action': 'hold', 'aria-pressed': heldAt === 0 ? 'false' : 'true' },
          heldAt === 0 ? 'Hold still' : `Go live (${whole.format(waiting)} new)`,
        ),
        ' ',
        h(
          'button',
          {
            type: 'button',
            'data-action': 'routine',
            'aria-pressed': String(state.routine),
            title: 'Observations, reports and wake-up calls',
          },
          'Routine too',
        ),
      ),
    ),
    filter.correlation !== '' && h('p.note', {}, 'One request from its start, each event below what caused it.'),
    shown.length === 0
      ? empty(
          'No event matches.',
          h('p', {}, 'Clear the filter, or publish one: ', code('npx homeostasis publish --help')),
        )
      : timeline(ordered, filter.correlation === '' ? () => 0 : depths(ordered)),
  ];
}

/** How many causes an event is from the start of its request. @param {import('./api.js').LogEntry[]} entries */
function depths(entries) {
  /** @type {Map<string, number>} */
  const known = new Map();
  for (const { event } of entries) known.set(event.id, (known.get(event.causationid ?? '') ?? -1) + 1);
  return (/** @type {import('./api.js').LogEntry} */ { event }) => known.get(event.id) ?? 0;
}

/** @param {import('./api.js').LogEntry[]} entries @param {(entry: import('./api.js').LogEntry) => number} depth */
function timeline(entries, depth) {
  return h(
    'ol.timeline',
    {},
    entries.map((entry) => eventItem(entry, Math.min(8, depth(entry)))),
  );
}

/** @param {import('./api.js').LogEntry} entry @param {number} depth */
function eventItem({ sequence, event, consumers }, depth) {
  const open = state.unfolded.has(sequence);
  const body = `event-${sequence}`;
  const name = shortType(event.type);
  const tone = /\.(failed|rejected|degraded|excluded|detected)$/.test(name)
    ? 'bad'
    : /\.(ready|completed|readmitted|resolved)$/.test(name)
      ? 'good'
      : 'quiet';
  return h(
    'li',
    { 'data-key': sequence, '--depth': depth },
    h(
      'button.event',
      {
        type: 'button',
        'data-action': 'unfold',
        'data-sequence': sequence,
        'aria-expanded': String(open),
        'aria-controls': open && body,
      },
      time(event.time),
      h(`span.type.${tone}`, {}, name),
      h('span.mono.subject', {}, event.subject ?? ''),
      consumers === 0 &&
        !event.type.startsWith('dev.homeostasis.') &&
        h('span.chip.warn', {}, 'nobody reads this type'),
    ),
    open &&
      h(
        'div.body',
        { id: body },
        h(
          'p.facts',
          {},
          fact('sequence', whole.format(sequence)),
          fact('source', h('span.mono', {}, event.source)),
          fact('id', h('span.mono', {}, event.id)),
          fact('caused by', h('span.mono', {}, event.causationid ?? 'nothing: it is the first')),
        ),
        h('p', {}, h('a', { href: eventsHref({ correlation: event.correlationid }) }, 'Everything of this request')),
        h('pre', { tabindex: 0 }, JSON.stringify(event.data, null, 2)?.slice(0, 20_000) ?? ''),
      ),
  );
}

// ---------------------------------------------------------------- regions

function regionsView() {
  const scopes = [...new Set([...state.regions, ...state.exclusions].map(({ scope }) => scope))].sort();
  const rows = scopes.map((scope) => {
    const health = state.regions.find((each) => each.scope === scope);
    const exclusion = exclusionOf(scope);
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
          : [badge('excluded'), h('span.note', {}, exclusion.reason, ', since ', time(exclusion.since))],
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

// ---------------------------------------------------------------- dead letters

function deadLettersView() {
  const { deadLetters } = state;
  const rows = deadLetters.map(({ id, consumer, event, attempts, error, deadSince }) =>
    h(
      'tr',
      { 'data-key': id },
      h('th.mono', { scope: 'row' }, consumer),
      h('td', {}, shortType(event.type), h('span.mono.note', {}, event.subject ?? '')),
      h('td.wide', {}, h('strong', {}, error.name), ` ${error.message}`),
      h('td.number', {}, whole.format(attempts)),
      h('td', {}, time(deadSince)),
      h(
        'td',
        {},
        h(
          'button',
          {
            type: 'button',
            'data-action': 'redrive',
            'data-id': id,
            'aria-label': `Redrive ${shortType(event.type)} to ${consumer}`,
          },
          'Redrive',
        ),
      ),
    ),
  );
  return [
    heading('Dead letters'),
    h(
      'p.note',
      {},
      'Events that a consumer gave up on. Nothing else waits for them; redriving gives them fresh attempts.',
    ),
    rows.length === 0
      ? empty('None. Every event was handled.')
      : [
          h(
            'p',
            {},
            h('button', { type: 'button', 'data-action': 'redrive-all' }, `Redrive all ${whole.format(rows.length)}`),
          ),
          table(['Consumer', 'Event', 'Error', 'Tries', 'Dead since', 'Again'], rows, 'Dead letters'),
        ],
  ];
}
