// @ts-check
/** Reads anew what a view shows. */
import { ApiError, read, readAll } from './api.js';
import { changed, state } from './state.js';

/** @typedef {import('./state.js').Filter} Filter */

export const readEvents = 500;

export async function refreshStatus() {
  const [status, { deadLetters }] = await Promise.all([read('/status'), read('/dead-letters', { limit: 200 })]);
  Object.assign(state, { status, deadLetters });
  changed();
}

export async function refreshRegions() {
  const [{ regions }, { exclusions }, incidents, cordons] = await Promise.all([
    read('/health/regions'),
    read('/exclusions'),
    readAll('/incidents', 'incidents'),
    readAll('/cordons', 'cordons'),
  ]);
  Object.assign(state, { regions, exclusions, incidents, cordons });
  changed();
}

export async function refreshRecoveries() {
  const [recoveries, drills] = await Promise.all([readAll('/recoveries', 'recoveries'), readAll('/drills', 'drills')]);
  Object.assign(state, { recoveries, drills });
  if (state.route.recovery !== '') await refreshRecovery(state.route.recovery);
  changed();
}

export async function refreshCost() {
  const [{ month }, { budgets }, { anomalies }, recommendations] = await Promise.all([
    read('/cost/month-to-date'),
    read('/cost/budgets'),
    read('/cost/anomalies', { limit: 20 }),
    readAll('/cost/recommendations', 'recommendations'),
  ]);
  const { period: asked } = state.route;
  const period = asked === '' ? month : asked;
  // A month that was never judged has no report.
  const report = period === undefined ? undefined : await read('/cost/report', { period }).catch(absent);
  recommendations.sort((a, b) => b.monthlySavingMicros - a.monthlySavingMicros);
  // The reader may have gone on meanwhile.
  if (asked !== state.route.period) return;
  state.cost = { asked, month, report, budgets, anomalies, recommendations };
  changed();
}

/** @param {string} key */
async function refreshRecovery(key) {
  try {
    state.recovery = { key, body: await read(`/recoveries/${encodeURIComponent(key)}`) };
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
    state.recovery = { key, error: error.message };
  }
}

/** What the current view shows beyond the lists. */
export async function refreshRoute() {
  const { view, application, service } = state.route;
  if (view === 'recoveries') await refreshRecoveries();
  if (view === 'cost') await refreshCost();
  const known = state.applications.some((each) => each.application === application);
  if (known) await refreshDetail(application);
  if (view === 'service' && known) await refreshExplained(application, service);
}

/** One that is not known yet may never be (its first submission was refused): the list says so without an error. @param {string} name */
export async function refreshApplication(name) {
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

export async function refreshFiltered() {
  const { type, subject, correlation } = state.filter;
  if (`${type}${subject}${correlation}` === '') {
    state.filtered = state.events;
  } else {
    const query = { type, subject, correlationid: correlation, reverse: 'true', limit: readEvents };
    state.filtered = (await read('/events', query)).events;
  }
  changed();
}
