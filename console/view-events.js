// @ts-check
/** The event log, live, held or one request from its start. */
import { code, empty, h, heading } from './dom.js';
import { shortType, whole } from './format.js';
import { state } from './state.js';
import { timeline } from './timeline.js';
import { isRoutine } from './words.js';

const shownEvents = 200;

export function eventsView() {
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
