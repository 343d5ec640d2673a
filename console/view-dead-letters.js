// @ts-check
/** Events that a consumer gave up on. */
import { empty, h, heading, table } from './dom.js';
import { shortType, time, whole } from './format.js';
import { state } from './state.js';

export function deadLettersView() {
  const { deadLetters } = state;
  const rows = deadLetters.map(({ id, consumer, event, attempts, error, deadSince }) =>
    h(
      'tr',
      { 'data-key': id },
      h('th.mono', { scope: 'row' }, consumer),
      h('td', {}, shortType(event.type), h('span.mono.note', {}, event.subject ?? '')),
      h('td.wide', {}, h('strong', {}, error.name), ` ${error.message}`),
      h('td.number', {}, whole.format(attempts)),
      h('td', {}, time(deadSince)),
      h(
        'td',
        {},
        h(
          'button',
          {
            type: 'button',
            'data-action': 'redrive',
            'data-id': id,
            'aria-label': `Redrive ${shortType(event.type)} to ${consumer}`,
          },
          'Redrive',
        ),
      ),
    ),
  );
  return [
    heading('Dead letters'),
    h(
      'p.note',
      {},
      'Events that a consumer gave up on. Nothing else waits for them; redriving gives them fresh attempts.',
    ),
    rows.length === 0
      ? empty('None. Every event was handled.')
      : [
          h(
            'p',
            {},
            h('button', { type: 'button', 'data-action': 'redrive-all' }, `Redrive all ${whole.format(rows.length)}`),
          ),
          table(['Consumer', 'Event', 'Error', 'Tries', 'Dead since', 'Again'], rows, 'Dead letters'),
        ],
  ];
}
