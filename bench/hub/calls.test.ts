import { describe, expect, it } from 'vitest';
import type { Passing } from '../../test/outside/wire.ts';
import { createCalls } from '../../test/outside/hub/calls.ts';

const passing = (of: Partial<Passing>): Passing => ({
  ...{ method: 'POST', path: '/', service: 'dynamodb', caller: 'monitor', action: '', body: '{}' },
  ...of,
});

describe('counting what is paid for', () => {
  it('counts by function and action, since it began', () => {
    const calls = createCalls();
    calls.count(passing({ action: 'GetItem' }));
    calls.begin();
    for (const action of ['GetItem', 'GetItem', 'Query']) calls.count(passing({ action }));
    calls.count(passing({ service: 'route53', method: 'GET', path: '/2013-04-01/change/C1' }));
    expect(calls.seen()).toEqual([
      { function: 'monitor', action: 'dynamodb:GetItem', count: 2 },
      { function: 'monitor', action: 'dynamodb:Query', count: 1 },
      { function: 'monitor', action: 'route53:GetChange', count: 1 },
    ]);
  });

  it.each<[string, Partial<Passing>, object]>([
    [
      'a transaction pays twice for each KB of each item',
      {
        action: 'TransactWriteItems',
        body: JSON.stringify({ TransactItems: [{ Put: { a: 'x'.repeat(1_500) } }, { Delete: {} }] }),
      },
      { tableWrite: 6 },
    ],
    [
      'a batch pays for each item',
      { action: 'BatchWriteItem', body: JSON.stringify({ RequestItems: { t: [{}, {}, {}] } }) },
      { tableWrite: 3 },
    ],
    ['what must be the latest', { action: 'GetItem', body: '{"ConsistentRead":true}' }, { tableRead: 1 }],
    ['what may be a second old costs half', { action: 'Query' }, { tableRead: 0.5 }],
    [
      'an event of up to 64 KB is one',
      { service: 'events', action: 'PutEvents', body: JSON.stringify({ Entries: [{}, { D: 'x'.repeat(70_000) }] }) },
      { event: 3 },
    ],
    ['Route 53’s calls are free', { service: 'route53' }, {}],
  ])('%s', (_what, of, usage) => {
    const calls = createCalls();
    calls.count(passing(of));
    expect(calls.usage().get('monitor')).toEqual(usage);
  });

  it('does not count reading the stream', () => {
    const calls = createCalls();
    calls.count(passing({ action: 'GetRecords' }));
    expect(calls.seen()).toEqual([]);
  });
});
