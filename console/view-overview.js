// @ts-check
/** Every application. */
import { applicationHref } from './address.js';
import { code, empty, h, heading, table } from './dom.js';
import { time, whole } from './format.js';
import { state } from './state.js';
import { badge } from './words.js';

export function overviewView() {
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
      h('td.wide', {}, rejection === undefined ? '–' : notInForce(rejection)),
    ),
  );
  const head = ['Application', 'Status', 'Generation', 'Cause', 'Services', 'Decided', 'Last change not in force'];
  return [heading('Applications'), rows.length === 0 ? noApplications() : table(head, rows, 'Applications')];
}

/** @param {{ kind: string, reason: string, message: string }} rejection */
const notInForce = ({ kind, reason, message }) =>
  `${kind === 'rollout-failed' ? 'Rollout failed' : 'Refused'}: ${reason}. ${message}`;

const noApplications = () =>
  empty(
    'Nothing is deployed yet.',
    h('p', {}, 'Deploy the example: ', code('npx homeostasis deploy examples/shop.yaml')),
  );
