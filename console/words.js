// @ts-check
/** What records are called to a reader, and with which tone. */
import { h } from './dom.js';
import { shortType } from './format.js';
import { state } from './state.js';

/** @typedef {'good' | 'busy' | 'warn' | 'bad' | 'quiet'} Tone */
/** @type {Record<string, [Tone, string]>} */
export const words = {
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
  recovering: ['busy', 'Under way'],
  waiting: ['busy', 'Waiting'],
  planning: ['busy', 'Planning'],
  returning: ['busy', 'Returning'],
  paused: ['warn', 'Paused'],
  aborted: ['bad', 'Aborted'],
  late: ['bad', 'Late'],
  fail: ['bad', 'Fail'],
  pass: ['good', 'Pass'],
  met: ['good', 'Met'],
  completed: ['good', 'Completed'],
  recovered: ['good', 'Recovered'],
  returned: ['good', 'Returned'],
  'taken-over': ['quiet', 'Taken over'],
  skipped: ['quiet', 'Not needed'],
  cordoned: ['warn', 'Cordoned'],
  within: ['good', 'Within'],
  exceeded: ['warn', 'Exceeded'],
  blocked: ['bad', 'Blocked'],
  proposed: ['busy', 'Open'],
  accepted: ['busy', 'Accepted'],
  applied: ['busy', 'Rolling out'],
  live: ['good', 'Live'],
  verified: ['good', 'Paid'],
  unprofitable: ['bad', 'Did not pay'],
  unclear: ['warn', 'Unclear'],
  reverting: ['busy', 'Going back'],
  refused: ['bad', 'Refused'],
  retiring: ['quiet', 'Retiring'],
  removing: ['quiet', 'Removing'],
  withdrawn: ['quiet', 'Withdrawn'],
};

/** Shape as well as colour tells the tone. */
export const marks = { good: '●', busy: '◐', warn: '▲', bad: '✕', quiet: '○' };

/** @param {string} word @param {string} [title] */
export function badge(word, title) {
  const [tone, text] = words[word] ?? ['quiet', word];
  return h(`span.badge.${tone}`, { title }, h('span', { 'aria-hidden': 'true' }, marks[tone]), ' ', text);
}

/** What a deployment is to a reader: a cloud that fell silent leaves "ready" unconfirmed. @param {any} deployment */
export const wordOf = ({ status, ready }) => (status === 'ready' && ready === 'Unknown' ? 'unknown' : status);

/** @param {any} deployment */
export function messageOf(deployment) {
  const silent = deployment.conditions?.find((/** @type {any} */ { status }) => status === 'Unknown');
  return wordOf(deployment) === 'unknown' ? silent?.message : deployment.message;
}

/** What a healthy control plane says all day; what matters about it is said again by somebody. @param {{ type: string }} event */
export const isRoutine = ({ type }) => /^(deployment\.(observe|reported)|schedule\..*|.*-due)$/.test(shortType(type));

/** What an operator said of it. @param {string} region */
export const cordonOf = (region) =>
  state.cordons.find(({ scope, mode }) => mode === 'cordon' && (region === scope || region.startsWith(`${scope}/`)));

/** @param {string} region */
export const exclusionOf = (region) =>
  state.exclusions.find(({ scope }) => region === scope || region.startsWith(`${scope}/`));
