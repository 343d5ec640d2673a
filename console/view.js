// @ts-check
/** State to elements: the frame, and which view is in it. */
import { applicationHref } from './address.js';
import { code, h, heading } from './dom.js';
import { plural, whole } from './format.js';
import { state } from './state.js';
import { applicationView } from './view-application.js';
import { costView } from './view-cost.js';
import { deadLettersView } from './view-dead-letters.js';
import { eventsView } from './view-events.js';
import { overviewView } from './view-overview.js';
import { recoveriesView } from './view-recoveries.js';
import { regionsView } from './view-regions.js';
import { serviceView } from './view-service.js';
import { marks, words } from './words.js';

/** @typedef {import('./dom.js').Child} Child */
/** @typedef {import('./words.js').Tone} Tone */

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
  const running = state.recoveries.filter((each) => each.state !== 'completed' && each.state !== 'aborted').length;
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
      item('#/recoveries', 'Recoveries', view === 'recoveries', count(running, 'recovery under way')),
      item('#/cost', 'Cost', view === 'cost', false),
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
    case 'recoveries':
      return recoveriesView();
    case 'cost':
      return costView();
    case 'dead-letters':
      return deadLettersView();
    default:
      return [];
  }
}

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
