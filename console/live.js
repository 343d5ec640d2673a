// @ts-check
/** How the console keeps up: each event refreshes what it touches, nothing else. */
import { ApiError, follow, publish, read, send } from './api.js';
import {
  readEvents,
  refreshApplication,
  refreshCost,
  refreshFiltered,
  refreshRecoveries,
  refreshRegions,
  refreshRoute,
  refreshStatus,
} from './refresh.js';
import { changed, say, state } from './state.js';

/** @typedef {import('./state.js').Filter} Filter */
/** @typedef {import('./state.js').LogEntry} LogEntry */

/** Live entries kept for the timeline. */
const keptEvents = 1_000;

/** A burst of events is one refresh… */
const burstMs = 200;

/** …and, because a reader may see an event before the service that turns it into a record, one more when it is over. */
const settleMs = 1_200;

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
  await Promise.all([refreshStatus(), refreshRegions(), refreshRecoveries(), refreshRoute(), refreshFiltered()]);
  state.phase = 'open';
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
  if (['recovery', 'drill', 'failback'].includes(noun)) touch('recoveries', refreshRecoveries);
  if (state.route.view === 'cost' && ['cost', 'budget', 'recommendation', 'rollout'].includes(noun))
    touch('cost', refreshCost);
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

/** @param {string[] | 'all'} ids */
export async function redrive(ids) {
  const { redriven } = await send('/dead-letters/redrive', { ids });
  say(`${redriven} put back in ${redriven === 1 ? 'its queue' : 'their queues'}`);
  await refreshStatus();
}

/** An ordinary wish of a person, as the command line says it: what becomes of it shows on the recommendation. @param {string} id */
export async function applyRecommendation(id) {
  await publish('recommendation.control-requested', {
    recommendation: id,
    action: 'apply',
    requestedBy: 'console',
    reason: 'applied on the console',
  });
  say(`${id}: asked for`);
  await refreshCost();
}
