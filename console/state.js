// @ts-check
/** What the console knows, and how it keeps up: each event refreshes what it touches, nothing else. */
import { ApiError, follow, read, readAll, send } from './api.js';

/**
 * @typedef {import('./api.js').LogEntry} LogEntry
 * @typedef {{ low: number, expected: number, high: number }} Cost
 * @typedef {{ type: string, subject: string, correlation: string }} Filter
 * @typedef {{ deployments: any[], splits: any[], decision?: any, rollout?: any }} Detail
 * @typedef {{ view: 'overview' | 'application' | 'service' | 'events' | 'regions' | 'dead-letters',
 *   application: string, service: string }} Route
 */

/** Live entries kept for the timeline. */
const keptEvents = 1_000;
const readEvents = 500;
/** A burst of events is one refresh… */
const burstMs = 200;
/** …and, because a reader may see an event before the service that turns it into a record, one more when it is over. */
const settleMs = 1_200;

export const state = {
  /** @type {'token' | 'loading' | 'open'} */
  phase: 'token',
  /** Why the token is asked for again. */
  refused: '',
  /** @type {import('./api.js').Connection} */
  connection: { kind: 'connecting' },
  /** @type {any} */
  status: {},
  /** @type {Route} */
  route: { view: 'overview', application: '', service: '' },
  /** @type {any[]} */
  applications: [],
  /** @type {Map<string, Detail>} */
  details: new Map(),
  /** The decision of the service that is open. @type {{ key: string, body?: any, error?: string }} */
  explained: { key: '' },
  /** @type {any[]} */
  regions: [],
  /** @type {any[]} */
  exclusions: [],
  /** @type {any[]} */
  incidents: [],
  /** @type {any[]} */
  deadLetters: [],
  /** Newest first. @type {LogEntry[]} */
  events: [],
  /** @type {Filter} */
  filter: { type: '', subject: '', correlation: '' },
  /** Newest first; what the log holds for the filter. @type {LogEntry[]} */
  filtered: [],
  /** Sequence behind which the timeline stands still while it is read; 0 is live. */
  heldAt: 0,
  /** Whether the timeline shows routine as well: looks, reports, wake-up calls. */
  routine: false,
  /** Sequences whose body is shown. @type {Set<number>} */
  unfolded: new Set(),
  /** Narrows the matrix to services whose name holds this. */
  wanted: '',
  /** Last thing worth saying aloud. */
  said: '',
};

/** @type {() => void} */
let render = () => {};
let drawing = false;
/** @param {() => void} draw called at most once a frame */
export function onChange(draw) {
  render = draw;
}
export function changed() {
  if (drawing) return;
  drawing = true;
  // A timer, not an animation frame: a tab in the background must be right when it is looked at.
  setTimeout(() => {
    drawing = false;
    render();
  }, 16);
}

/** @type {AbortController | undefined} */
let running;
/** Starts following the control plane with the token at hand; returns when the token is refused. */
export async function open() {
  running?.abort();
  const mine = (running = new AbortController());
  state.phase = 'loading';
  state.refused = '';
  changed();
  try {
    await follow({
      position: () => state.events[0]?.sequence ?? 0,
      onOpen: catchUp,
      onEvent: take,
      onConnection: (connection) => {
        state.connection = connection;
        changed();
      },
      signal: mine.signal,
    });
  } catch (error) {
    close(error instanceof Error ? error.message : String(error));
  }
}

/** @param {string} why */
export function close(why) {
  running?.abort();
  state.phase = 'token';
  state.refused = why;
  state.applications = [];
  state.details.clear();
  state.events = [];
  changed();
}

/** Everything that is on the page, anew: at the start and after each reconnect, when anything may have happened. */
async function catchUp() {
  const { events } = await read('/events', { reverse: 'true', limit: readEvents });
  state.events = events;
  state.applications = (await read('/applications')).applications;
  await Promise.all([refreshStatus(), refreshRegions(), refreshRoute(), refreshFiltered()]);
  state.phase = 'open';
  changed();
}

export async function refreshStatus() {
  const [status, { deadLetters }] = await Promise.all([read('/status'), read('/dead-letters', { limit: 200 })]);
  Object.assign(state, { status, deadLetters });
  changed();
}

async function refreshRegions() {
  const [{ regions }, { exclusions }, incidents] = await Promise.all([
    read('/health/regions'),
    read('/exclusions'),
    readAll('/incidents', 'incidents'),
  ]);
  Object.assign(state, { regions, exclusions, incidents });
  changed();
}

/** What the current view shows beyond the lists. */
export async function refreshRoute() {
  const { view, application, service } = state.route;
  const known = state.applications.some((each) => each.application === application);
  if (known) await refreshDetail(application);
  if (view === 'service' && known) await refreshExplained(application, service);
}

/** One that is not known yet may never be (its first submission was refused): the list says so without an error. @param {string} name */
async function refreshApplication(name) {
  const known = state.applications.some(({ application }) => application === name);
  if (known) {
    const record = await read(`/applications/${encodeURIComponent(name)}`);
    state.applications = state.applications.map((each) => (each.application === name ? record : each));
  } else {
    state.applications = (await read('/applications')).applications;
  }
  if (state.route.application === name) await refreshRoute();
  changed();
}

/** @param {string} name */
async function refreshDetail(name) {
  const path = `/applications/${encodeURIComponent(name)}/decision`;
  const known = state.details.get(name)?.decision;
  const generation = state.applications.find(({ application }) => application === name)?.generation;
  const [deployments, splits, rollout, decision] = await Promise.all([
    readAll('/deployments', 'deployments', { application: name }),
    readAll('/traffic', 'splits', { application: name }),
    read(`/rollouts/${encodeURIComponent(name)}`).catch(absent),
    known !== undefined && known.generation === generation ? known : read(path).catch(absent),
  ]);
  state.details.set(name, { deployments, splits, rollout, decision });
  changed();
}

/** @param {string} application @param {string} service */
async function refreshExplained(application, service) {
  const key = `${application}/${service}`;
  const generation = state.details.get(application)?.decision?.generation;
  if (state.explained.key === key && state.explained.body?.generation === generation) return;
  const path = `/applications/${encodeURIComponent(application)}/decision/${encodeURIComponent(service)}`;
  try {
    state.explained = { key, body: await read(path) };
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
    state.explained = { key, error: error.message };
  }
  changed();
}

/** @param {unknown} error */
function absent(error) {
  if (error instanceof ApiError && error.status === 404) return undefined;
  throw error;
}

/** @param {Filter} filter */
export async function setFilter(filter) {
  state.filter = filter;
  state.heldAt = 0;
  await refreshFiltered();
}

async function refreshFiltered() {
  const { type, subject, correlation } = state.filter;
  if (`${type}${subject}${correlation}` === '') {
    state.filtered = state.events;
  } else {
    const query = { type, subject, correlationid: correlation, reverse: 'true', limit: readEvents };
    state.filtered = (await read('/events', query)).events;
  }
  changed();
}

/** @param {LogEntry} entry @param {Filter} filter */
function matches({ event }, { type, subject, correlation }) {
  if (type !== '' && event.type !== type) return false;
  if (subject !== '' && !(event.subject ?? '').startsWith(subject)) return false;
  return correlation === '' || event.correlationid === correlation;
}

/** @param {LogEntry} entry */
function take(entry) {
  if (entry.sequence <= (state.events[0]?.sequence ?? 0)) return;
  state.events = [entry, ...state.events].slice(0, keptEvents);
  if (matches(entry, state.filter)) state.filtered = [entry, ...state.filtered].slice(0, keptEvents);
  const { type, data } = entry.event;
  const noun = type.replace(/^dev\.homeostasis\./, '').split('.')[0] ?? '';
  if (['application', 'placement', 'deployment', 'rollout', 'traffic'].includes(noun)) {
    const name = data?.application;
    if (typeof name === 'string') touch(`application/${name}`, () => refreshApplication(name));
  }
  if (['health', 'target', 'incident', 'deployment'].includes(noun)) touch('regions', refreshRegions);
  if (type === 'dev.homeostasis.rollout.completed.v1') say(`${data.application}: generation ${data.generation} runs`);
  if (type === 'dev.homeostasis.rollout.failed.v1') say(`${data.application}: generation ${data.generation} failed`);
  changed();
}

/** @type {Map<string, { burst?: number, settle?: number }>} */
const timers = new Map();
/** @param {string} key @param {() => Promise<void>} refresh */
function touch(key, refresh) {
  const timer = timers.get(key) ?? {};
  timers.set(key, timer);
  const run = () => attempt(refresh);
  timer.burst ??= setTimeout(() => {
    delete timer.burst;
    run();
  }, burstMs);
  clearTimeout(timer.settle);
  timer.settle = setTimeout(run, settleMs);
}

/** A refresh that fails is made up for by the reconnect that follows, or told. @param {() => Promise<unknown>} act */
export async function attempt(act) {
  try {
    await act();
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) close(error.message);
    else if (error instanceof ApiError && error.status !== 0) say(error.message);
    else if (!(error instanceof ApiError)) throw error;
  }
}

/** @param {string} text */
function say(text) {
  state.said = text;
  changed();
}

/** @param {string[] | 'all'} ids */
export async function redrive(ids) {
  const { redriven } = await send('/dead-letters/redrive', { ids });
  say(`${redriven} put back in ${redriven === 1 ? 'its queue' : 'their queues'}`);
  await refreshStatus();
}
