// @ts-check
/** The page: address to view, state to document, what the user does to state. */
import { forgetToken, hasToken, setToken, takeToken } from './api.js';
import { applyRecommendation, attempt, close, open, redrive } from './live.js';
import { refreshRoute, refreshStatus, setFilter } from './refresh.js';
import { changed, onChange, state } from './state.js';
import { connectionView, mainView, navView } from './view.js';

const typePrefix = 'dev.homeostasis.';

/** Dead letters and status come without an event of their own. */
const pollMs = 5_000;

/** @param {string} id */
const element = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @param {string} hash @returns {{ route: import('./state.js').Route, filter: import('./state.js').Filter }} */
function parse(hash) {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [first = '', second = '', service = ''] = path.split('/').map(decodeURIComponent);
  const search = new URLSearchParams(query);
  const filter = {
    type: search.get('type') ?? '',
    subject: search.get('subject') ?? '',
    correlation: search.get('correlation') ?? '',
  };
  const none = { application: '', service: '', recovery: '', period: '' };
  const application = first === 'applications' ? second : '';
  if (first === 'applications' && service !== '')
    return { route: { view: 'service', ...none, application, service }, filter };
  if (first === 'applications') return { route: { view: 'application', ...none, application }, filter };
  if (first === 'recoveries') return { route: { view: first, ...none, recovery: second }, filter };
  if (first === 'cost') return { route: { view: first, ...none, period: monthOf(second) }, filter };
  if (first === 'events' || first === 'regions' || first === 'dead-letters')
    return { route: { view: first, ...none }, filter };
  return { route: { view: 'overview', ...none }, filter };
}

/** Anything else at the address is the newest month. @param {string} text */
const monthOf = (text) => (/^\d{4}-(0[1-9]|1[0-2])$/.test(text) ? text : '');

function navigate({ focus = true } = {}) {
  const { route, filter } = parse(location.hash);
  state.route = route;
  state.wanted = '';
  state.confirming = '';
  draw();
  const place = [
    route.recovery,
    route.period === '' ? '' : `cost ${route.period}`,
    route.service,
    route.application,
    route.view === 'overview' ? '' : route.view,
  ].filter((part) => part !== '');
  document.title = [place[0]?.replace('-', ' '), 'Homeostasis'].filter(Boolean).join(' · ');
  if (focus) document.querySelector('h1')?.focus();
  window.scrollTo(0, 0);
  if (state.phase !== 'open') return;
  void attempt(refreshRoute);
  if (route.view === 'events') void attempt(() => setFilter(filter));
  if (route.view === 'dead-letters') void attempt(refreshStatus);
}

// ---------------------------------------------------------------- drawing

function draw() {
  // A single application is what the reader came for.
  const [only, ...others] = state.applications;
  if (state.phase === 'open' && location.hash === '' && only !== undefined && others.length === 0) {
    history.replaceState(null, '', `#/applications/${encodeURIComponent(only.application)}`);
    return navigate({ focus: false });
  }
  fit(element('connection'), connectionView());
  fit(element('nav'), navView());
  fit(element('main'), mainView());
  if (element('said').textContent !== state.said) element('said').textContent = state.said;
}

/** @typedef {Node | string | false | undefined} Wanted */

/**
 * Changes only what differs: focus, scroll position, selection and open sections survive a live page.
 * @param {Element} parent @param {any[]} wanted
 */
function fit(parent, wanted) {
  const holder = document.createDocumentFragment();
  holder.append(...wanted.flat(9).filter((each) => each !== false && each != null));
  fitChildren(parent, holder);
}

/** @param {Node} parent @param {Node} wanted */
function fitChildren(parent, wanted) {
  const keyed = new Map([...parent.childNodes].flatMap((node) => (keyOf(node) === null ? [] : [[keyOf(node), node]])));
  let at = parent.firstChild;
  for (const next of [...wanted.childNodes]) {
    const key = keyOf(next);
    const standing = key === null ? at : (keyed.get(key) ?? null);
    if (standing !== null && alike(standing, next)) {
      if (standing === at) at = at.nextSibling;
      else parent.insertBefore(standing, at);
      fitNode(standing, next);
    } else {
      parent.insertBefore(next, at);
    }
  }
  while (at !== null) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}

/** @param {Node} node */
const keyOf = (node) => (node instanceof Element ? node.getAttribute('data-key') : null);

/** @param {Node} a @param {Node} b */
const alike = (a, b) => a.nodeName === b.nodeName && keyOf(a) === keyOf(b);

/** @param {Node} standing @param {Node} next */
function fitNode(standing, next) {
  if (!(standing instanceof HTMLElement) || !(next instanceof HTMLElement)) {
    if (standing.nodeValue !== next.nodeValue) standing.nodeValue = next.nodeValue;
    return;
  }
  for (const { name } of [...standing.attributes]) {
    // Whether a section is open is the reader's.
    if (name !== 'open' && !next.hasAttribute(name)) standing.removeAttribute(name);
  }
  for (const { name, value } of next.attributes) {
    if (standing.getAttribute(name) === value) continue;
    // A style attribute is refused by the content security policy; its properties are not.
    if (name === 'style') standing.style.cssText = next.style.cssText;
    else standing.setAttribute(name, value);
  }
  fitChildren(standing, next);
}

// ---------------------------------------------------------------- what the user does

/** @type {Record<string, (target: HTMLElement) => void>} */
const clicks = {
  skip: () => element('main').focus(),
  hold: () => {
    state.heldAt = state.heldAt === 0 ? (state.events[0]?.sequence ?? 0) : 0;
    changed();
  },
  routine: () => {
    state.routine = !state.routine;
    changed();
  },
  unfold: ({ dataset }) => {
    const sequence = Number(dataset['sequence']);
    if (!state.unfolded.delete(sequence)) state.unfolded.add(sequence);
    changed();
  },
  confirm: ({ dataset }) => {
    state.confirming = dataset['id'] ?? '';
    changed();
  },
  unconfirm: () => {
    state.confirming = '';
    changed();
  },
  apply: ({ dataset }) => {
    state.confirming = '';
    void attempt(() => applyRecommendation(dataset['id'] ?? ''));
  },
  redrive: ({ dataset }) => void attempt(() => redrive([dataset['id'] ?? ''])),
  'redrive-all': () => void attempt(() => redrive('all')),
};

document.addEventListener('click', (event) => {
  const target = event.target instanceof Element ? event.target.closest('[data-action]') : null;
  const act = clicks[target?.getAttribute('data-action') ?? ''];
  if (act === undefined || !(target instanceof HTMLElement)) return;
  event.preventDefault();
  act(target);
});

document.addEventListener('submit', (event) => {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.target);
  const field = (/** @type {string} */ name) => String(new FormData(form).get(name) ?? '').trim();
  if (form.dataset['action'] === 'connect') {
    setToken(field('token'));
    void start();
  } else if (form.dataset['action'] === 'filter') {
    const filter = { type: fullType(field('type')), subject: field('subject'), correlation: field('correlation') };
    location.hash = `#/events?${new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== ''))}`;
  }
});

document.addEventListener('input', ({ target }) => {
  if (!(target instanceof HTMLInputElement) || target.dataset['input'] !== 'wanted') return;
  state.wanted = target.value.trim();
  changed();
});

/** `deployment.ready` is enough. @param {string} text */
function fullType(text) {
  const known = state.events.find(({ event: { type } }) => type === text || type === `${typePrefix}${text}.v1`);
  if (known !== undefined) return known.event.type;
  return text === '' || text.startsWith(typePrefix) || !/^[a-z]+\.[a-z-]+$/.test(text)
    ? text
    : `${typePrefix}${text}.v1`;
}

async function start() {
  if (!hasToken()) return close('');
  state.filter = parse(location.hash).filter;
  await open();
  // It returns only when the token was refused, or another start took over.
  if (state.phase === 'token') forgetToken();
}

window.addEventListener('hashchange', () => {
  if (!location.hash.startsWith('#token=')) return navigate();
  takeToken();
  navigate();
  void start();
});
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible' && state.phase === 'open') void attempt(refreshStatus);
});
setInterval(() => {
  if (document.visibilityState === 'visible' && state.phase === 'open') void attempt(refreshStatus);
}, pollMs);

onChange(draw);
takeToken();
navigate({ focus: false });
void start();
