import { describe, expect, it } from 'vitest';
import type { Envelope } from '../../contracts/envelope.ts';
import { chunksOf, planAppend } from './append.ts';
import { entryItem, entryOf } from './items.ts';
import { entryKey } from './keys.ts';
import { selection } from './read.ts';
import { readRoutes, routesOf } from './routes.ts';

const event = (id: string, changes: Partial<Envelope> = {}): Envelope => ({
  specversion: '1.0',
  id,
  source: '/contract',
  type: 'contract.happened',
  time: '2026-11-21T08:00:00.000Z',
  datacontenttype: 'application/json',
  correlationid: 'chain',
  data: { n: 1 },
  ...changes,
});

describe('the log in the table', () => {
  it.each([
    [1, 'log#0', '000000000001'],
    [999, 'log#0', '000000000999'],
    [1000, 'log#1', '000000001000'],
    [123_456_789_012, 'log#123456789', '123456789012'],
  ])('keeps entry %d at %s, %s', (sequence, pk, sk) => {
    expect(entryKey(sequence)).toEqual({ pk, sk });
  });

  it('gives an entry back as it was', () => {
    const entry = { sequence: 7, event: event('a', { subject: 'shop/web' }), consumers: 2 };
    expect(entryOf(entryItem(entry))).toEqual(entry);
    expect(() => entryOf({ sequence: { N: '7' } })).toThrow('log entry 7 has no event');
  });

  it('appends as much at once as a transaction holds', () => {
    const events = (count: number, bytes: number) =>
      Array.from({ length: count }, (_, i) => event(`e${i}`, { data: 'x'.repeat(bytes) }));
    const sizes = (all: readonly Envelope[]) => chunksOf(all).map(({ length }) => length);
    expect(sizes([])).toEqual([]);
    expect(sizes(events(70, 1))).toEqual([32, 32, 6]);
    expect(sizes(events(20, 250_000))).toEqual([16, 4]);
    const [chunk = []] = chunksOf(events(70, 1));
    const entries = chunk.map((one, at) => ({ sequence: at + 1, event: one, consumers: 1 }));
    expect(planAppend(entries, 0, 't').length).toBe(97);
  });

  it('moves the head only from where it was read', () => {
    const entries = [{ sequence: 6, event: event('a'), consumers: 0 }];
    expect(planAppend(entries, 5, 't').at(-1)?.Put).toMatchObject({
      Item: { pk: { S: 'log' }, sk: { S: 'head' }, sequence: { N: '6' } },
      ConditionExpression: '#sequence = :head',
      ExpressionAttributeValues: { ':head': { N: '5' } },
    });
    expect(planAppend(entries, 0, 't').at(-1)?.Put?.ConditionExpression).toBe('attribute_not_exists(pk)');
  });

  it('limits what DynamoDB reads only where it filters nothing away', () => {
    const span = { first: 1, last: 20 };
    expect(selection('log#0', { limit: 5, reverse: true }, span)).toMatchObject({ Limit: 5, ScanIndexForward: false });
    const filtered = selection('log#0', { limit: 5, type: 't', subjectPrefix: 's/' }, span);
    expect(filtered.Limit).toBeUndefined();
    expect(filtered.FilterExpression).toBe('#type = :type AND begins_with(#subject, :subject)');
    expect(filtered.ExpressionAttributeValues).toMatchObject({ ':type': { S: 't' }, ':subject': { S: 's/' } });
  });
});

describe('routes', () => {
  const routes = routesOf([
    { consumer: 'test/one', pattern: { 'detail-type': ['contract.happened'] } },
    { consumer: 'test/aws', pattern: { detail: { cloud: ['aws'] } } },
  ]);

  it('say whom an event goes to', () => {
    expect(routes.consumers()).toEqual(['test/one', 'test/aws']);
    expect(routes.match(event('a'))).toEqual(['test/one']);
    expect([...routes.match(event('a', { cloud: 'aws' }))].sort()).toEqual(['test/aws', 'test/one']);
    expect(routes.match(event('a', { type: 'contract.other' }))).toEqual([]);
  });

  it('that were not packaged are missed by name', () => {
    expect(() => readRoutes('/nowhere')).toThrow('/nowhere/consumers.json does not list the consumers');
  });
});
