import { describe, expect, it } from 'vitest';
import { entryOf, type ChangeContext } from './change.ts';
import type { Item } from './item.ts';

const now = Date.UTC(2026, 10, 21, 8);
const context: ChangeContext = {
  now,
  identityOf: ({ id }) => `f${id}`,
  journalKeyOf: ({ id }) => ({ pk: 'standby#journal#f', sk: `f${id}` }),
};
const item = (pk: string, kind: string, more: Item = {}): Item => ({
  ...{ pk: { S: pk }, sk: { S: 's' }, kind: { S: kind }, epoch: { N: '4' } },
  ...more,
});
const record = item('monitor#deployment', 'record', { version: { N: '2' } });
const event = { S: JSON.stringify({ source: '/s', id: '1' }) };
const written = (it: Item) => entryOf({ kind: 'written', now: it }, context);
const removed = (it: Item) => entryOf({ kind: 'removed', before: it }, context);

describe('a change of the other hub’s table', () => {
  it('of a record is carried over, by its epoch, and says where it is from', () => {
    const carried = { ...record, followed: { BOOL: true } };
    expect(written(record)).toEqual({ kind: 'put', item: carried, admission: 'history', keep: true });
    expect(removed(record)).toEqual({ kind: 'remove', item: record, admission: 'history', keep: false });
  });

  it.each([
    ['what that hub has from us', written({ ...record, followed: { BOOL: true } })],
    ['what is its own business', written(item('standby#history', 'history'))],
    ['its own business that is over', removed(item('standby#copy#a', 'copy'))],
    ['what has left its outbox', removed(item('monitor#outbox#a', 'outbox', { event }))],
    ['what ran out', removed(item('monitor#mark#x', 'mark', { expires: { N: String(now / 1000) } }))],
    ['nothing', entryOf({ kind: 'written' }, context)],
  ])('is left alone: %s', (_, entry) => {
    expect(entry).toBeUndefined();
  });

  it('that takes a mark back before it runs out is carried over', () => {
    expect(removed(item('m#mark#x', 'mark', { expires: { N: String(now / 1000 + 1) } }))).toMatchObject({
      kind: 'remove',
    });
  });

  it('of a mark waits for what committed with it', () => {
    const mark = item('monitor#mark#x', 'mark');
    expect(written(mark)).toEqual(expect.not.objectContaining({ companions: expect.anything() as unknown }));
    const pairs = { S: '[["monitor#a","b",3],["standby#copy#c","c1"]]' };
    expect(written({ ...mark, with: pairs })).toMatchObject({
      companions: [
        { pk: 'monitor#a', sk: 'b', version: 3 },
        { pk: 'standby#copy#c', sk: 'c1' },
      ],
      keep: false,
    });
  });

  it('that says something is kept where nothing sends it, for a day behind its time', () => {
    expect(written(item('monitor#outbox#a', 'outbox', { event, dueAt: { N: String(now + 1000) } }))).toEqual({
      kind: 'put',
      admission: 'history',
      keep: true,
      item: {
        ...{ pk: { S: 'standby#copy#f' }, sk: { S: 'f1' }, kind: { S: 'copy' }, owner: { S: 'monitor' } },
        ...{ event, dueAt: { N: String(now + 1000) }, expires: { N: String(now / 1000 + 86_401) } },
        ...{ epoch: { N: '4' }, followed: { BOOL: true } },
      },
    });
  });

  it('that was accepted enters whoever accepted it, in place of what ingress put here itself', () => {
    expect(written(item('ingress#outbox#a', 'outbox', { event }))).toMatchObject({
      admission: 'always',
      keep: false,
      instead: { pk: 'standby#journal#f', sk: 'f1' },
    });
  });

  it('that nobody can read is told', () => {
    expect(() => written(item('ingress#outbox#a', 'outbox', { event: { S: '{' } }))).toThrow(SyntaxError);
  });
});
