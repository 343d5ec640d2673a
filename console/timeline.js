// @ts-check
/** Events one below the other, each of which unfolds. */
import { eventsHref } from './address.js';
import { fact, h } from './dom.js';
import { shortType, time, whole } from './format.js';
import { state } from './state.js';

/** @param {import('./api.js').LogEntry[]} entries @param {(entry: import('./api.js').LogEntry) => number} depth */
export function timeline(entries, depth) {
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
