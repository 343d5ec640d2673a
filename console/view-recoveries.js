// @ts-check
/** What was recovered, phase by phase, with target against actual; and drills, which are the evidence. */
import { recoveryHref } from './address.js';
import { code, empty, fact, h, heading, table } from './dom.js';
import { duration, time, whole } from './format.js';
import { state } from './state.js';
import { badge } from './words.js';

const phases = [
  'detect',
  'decide',
  'shift-away',
  'exclude',
  'place',
  'deploy',
  'healthy',
  'shift',
  'restore-redundancy',
];

export function recoveriesView() {
  const { recovery } = state.route;
  return recovery === '' ? listView() : oneView(recovery);
}

function listView() {
  const sorted = state.recoveries.toSorted((a, b) => b.startedAt - a.startedAt);
  const drills = state.drills.toSorted((a, b) => b.requestedAt - a.requestedAt);
  const head = ['Recovery', 'Of', 'State', 'Cause', 'Services', 'Recovered in', 'Over RTO', 'Started'];
  const drillHead = ['Drill', 'Of', 'Kind', 'State', 'Verdict', 'Services', 'Recovered in', 'What to mend'];
  return [
    heading('Recoveries'),
    sorted.length === 0
      ? empty('Nothing had to be recovered so far.', h('p', {}, 'Practise it: ', practise()))
      : table(head, sorted.map(recoveryRow), 'Recoveries'),
    h('h2', {}, 'Drills'),
    drills.length === 0
      ? empty('No drill so far.', h('p', {}, 'Rehearse a loss, and change nothing: ', practise()))
      : table(drillHead, drills.map(drillRow), 'Drills'),
  ];
}

const practise = () => code('npx homeostasis drill --target aws/eu-west-1');

/** @param {any} of */
const aboutOf = ({ scope, application, service }) =>
  service === undefined ? scope : `${application}/${service}, ${scope}`;

/** @param {any} recovery */
function recoveryRow(recovery) {
  const { recovery: id, state: is, trigger, mode, services, result, startedAt } = recovery;
  return h(
    'tr',
    { 'data-key': id },
    h('th.mono', { scope: 'row' }, h('a', { href: recoveryHref(id) }, id)),
    h('td.mono', {}, aboutOf(recovery)),
    h('td', {}, recoveryBadge(is)),
    h('td', {}, `${trigger}, ${mode}`),
    h('td.number', {}, whole.format(services)),
    h('td', {}, result === undefined ? '–' : duration(result.recoveryTimeMs)),
    h('td', {}, result === undefined ? '–' : whole.format(result.overRto)),
    h('td', {}, time(startedAt)),
  );
}

/** A recovery that runs is no service that runs. @param {string} is */
const recoveryBadge = (is) => badge(is === 'running' ? 'recovering' : is);

/** @param {any} drill */
function drillRow({ drill, scope, kind, state: is, recovery, result }) {
  return h(
    'tr',
    { 'data-key': drill },
    h('th.mono', { scope: 'row' }, recovery === undefined ? drill : h('a', { href: recoveryHref(recovery) }, drill)),
    h('td.mono', {}, scope),
    h('td', {}, kind),
    h('td', {}, badge(is)),
    h('td', {}, result === undefined ? '–' : badge(result.aborted === undefined ? result.verdict : 'aborted')),
    h('td.number', {}, result === undefined ? '–' : whole.format(result.services)),
    h('td', {}, result?.recoveryTimeMs === undefined ? '–' : duration(result.recoveryTimeMs)),
    h('td.wide', {}, result === undefined ? '–' : [seen(result.aborted), findings(result.findings)].flat()),
  );
}

/** @param {any} aborted */
const seen = (aborted) =>
  aborted === undefined ? [] : [h('span.note', {}, `ended by ${aborted.by}; ${aborted.seen}. `)];

/** @param {any[]} found */
const findings = (found) =>
  found.length === 0
    ? 'nothing'
    : found.map(({ application, service, problem, fix }) => {
        const about = [application, service].filter((part) => part !== undefined).join('/');
        return h('span.note', {}, about === '' ? '' : `${about}: `, problem, '. ', fix);
      });

/** @param {string} id */
function oneView(id) {
  const { key, body, error } = state.recovery;
  const back = h('p', {}, h('a', { href: recoveryHref('') }, 'All recoveries'));
  if (key !== id || (body === undefined && error === undefined))
    return [heading(id), back, h('p.note', {}, 'Reading the control plane…')];
  if (body === undefined) return [heading(id), back, h('p.notice.bad', {}, error)];
  const { total, result, services, phases: spans } = body;
  const served = body.state === 'completed' ? duration(result.recoveryTimeMs) : 'not yet';
  return [
    heading(id),
    back,
    h('p.title', {}, recoveryBadge(body.state), ' ', h('span.mono', {}, aboutOf(body))),
    h('p', {}, `${body.trigger}, ${body.mode}: ${body.reason}`),
    body.failure !== undefined && h('p.notice.bad', {}, `${body.failure.reason}: ${body.failure.message}`),
    h(
      'p',
      {},
      fact('Services', whole.format(total)),
      ' ',
      fact('Recovered in', served),
      ' ',
      fact('Over RTO', whole.format(result.overRto)),
      ' ',
      fact('Over RPO', whole.format(result.overRpo)),
    ),
    h('h2', {}, 'Phases'),
    table(['Phase', 'Status', 'Started', 'Took', 'Detail'], phaseRows(spans), 'Phases'),
    h('h2', {}, 'Services'),
    services.length === 0
      ? empty('No service stood there.')
      : table(
          ['Service', 'Tier', 'RTO', 'RPO', 'Outcome', 'From', 'To', 'Phases'],
          services.map(serviceRow),
          'Services',
        ),
  ];
}

/** @param {Record<string, any>} spans */
function phaseRows(spans) {
  return phases
    .filter((phase) => spans[phase] !== undefined)
    .map((phase) => {
      const { status, startedAt, detail } = spans[phase];
      return h(
        'tr',
        { 'data-key': phase },
        h('th', { scope: 'row' }, phase),
        h('td', {}, badge(status === 'running' ? 'recovering' : status)),
        h('td', {}, time(startedAt)),
        h('td', {}, tookOf(spans[phase])),
        h('td.wide', {}, detail),
      );
    });
}

/** @param {any} phase */
const tookOf = ({ status, startedAt, endedAt }) =>
  status === 'skipped' || endedAt === undefined ? '–' : duration(endedAt - startedAt);

/** @param {any} part */
function serviceRow({ application, service, tier, rto, rpo, outcome, from, to, phases: spans, noCandidate }) {
  const steps = phases.flatMap((phase) => {
    const span = spans[phase];
    return span === undefined || span.status === 'skipped' ? [] : [`${phase} ${tookOf(span)}`];
  });
  return h(
    'tr',
    { 'data-key': `${application}/${service}` },
    h('th', { scope: 'row' }, `${application}/${service}`),
    h('td', {}, tier),
    h('td', {}, against(rto)),
    h('td', {}, against(rpo)),
    h('td', {}, badge(outcome === 'open' ? 'recovering' : outcome)),
    h('td.mono', {}, from.join(', ') || '–'),
    h('td.mono', {}, to.join(', ') || '–'),
    h('td.wide', {}, noCandidate === undefined ? steps.join(', ') : `No place: ${noCandidate}`),
  );
}

/** What nobody measured is not a success. @param {{ objectiveMs: number, actualMs?: number }} measured */
function against({ objectiveMs, actualMs }) {
  if (actualMs === undefined) return [`– of ${duration(objectiveMs)}`];
  return [badge(actualMs > objectiveMs ? 'late' : 'met'), ` ${duration(actualMs)} of ${duration(objectiveMs)}`];
}
