import { describe, expect, it } from 'vitest';
import { mustBeSent, readCopy, recentMs } from './copy.ts';

const now = 10 * recentMs;
const facts = { marking: 2, marked: 2, markless: 0, time: now - 1, now };

describe('after a takeover an event', () => {
  it.each([
    ['somebody has not handled', true, { marked: 1 }],
    ['everybody has handled', false, {}],
    ['everybody has handled who keeps marks', false, { markless: 1 }],
    ['is not due yet', true, { dueAt: now + 1 }],
    ['was due and is handled', false, { dueAt: now }],
    ['is for those without marks, and new', true, { marking: 0, marked: 0, markless: 1 }],
    ['is for those without marks, and old', false, { marking: 0, marked: 0, markless: 1, time: now - recentMs }],
    ['nobody reads', false, { marking: 0, marked: 0 }],
  ])('that %s: sent again %s', (_, sent, more) => {
    expect(mustBeSent({ ...facts, ...more })).toBe(sent);
  });
});

it('reads copies and the journal alike, and nothing else', () => {
  const item = { pk: { S: 'p' }, sk: { S: 's' }, event: { S: '{}' } };
  const key = { pk: 'p', sk: 's' };
  expect(readCopy({ ...item, kind: { S: 'accepted' } })).toEqual({ key, owner: 'ingress', event: '{}' });
  const copy = { ...item, kind: { S: 'copy' }, owner: { S: 'dr' }, dueAt: { N: '5' } };
  expect(readCopy(copy)).toEqual({ key, owner: 'dr', event: '{}', dueAt: 5 });
  expect(readCopy({ ...item, kind: { S: 'record' } })).toBeUndefined();
});
