import { describe, expect, it } from 'vitest';
import { dayMs } from '../../../shared/domain/calendar.ts';
import { now } from './fixtures.ts';
import { inState, made, shape, spot } from './fixtures-life.ts';
import { moved, type RecommendationRecord } from './record.ts';
import { verify, windowsOf, type Billed } from './verify.ts';

describe('what it saved', () => {
  const live: RecommendationRecord = {
    ...inState('live'),
    accepted: { by: 'jo', at: now },
    liveAt: now + 3_600_000,
    after: { ...shape, cpuMillicores: 500 },
  };
  const billed = (dollars: number, more: Partial<Billed> = {}): Billed => ({
    micros: new Map([['USD', dollars * 7e6]]),
    complete: true,
    ...more,
  });
  const compare = (before: Billed, after: Billed, more: object = {}) =>
    verify({ record: live, before, after, days: 7, byRequest: false, now: now + 9 * dayMs, ...more });

  it('is of whole days before it was accepted and after it went live', () => {
    expect(windowsOf(live, 7)).toEqual({
      before: { from: '2026-11-14', to: '2026-11-21' },
      after: { from: '2026-11-22', to: '2026-11-29' },
    });
  });
  it.each([
    ['half of the promise', 10, 9.1, 'paid'],
    ['less than half', 10, 9.3, 'did-not-pay'],
    ['nothing', 10, 10, 'did-not-pay'],
    ['less than nothing', 10, 12, 'did-not-pay'],
  ])('with %s, from %d to %d dollars a day, it is %s', (_, before, after, outcome) => {
    expect(compare(billed(before), billed(after))).toMatchObject({ outcome, promisedMicros: 50e6 });
  });
  it('waits for bills, and gives up after a month and a half', () => {
    const partial = billed(5, { complete: false });
    expect(compare(billed(10), partial)).toBeUndefined();
    expect(compare(billed(10), partial, { now: now + 46 * dayMs })).toMatchObject({ outcome: 'unclear' });
  });
  it('is for the same use where it is paid by the request, and for what it is where it is not', () => {
    const [before, after] = [billed(10, { requests: 1000 }), billed(10, { requests: 2000 })];
    expect(compare(before, after, { byRequest: true })).toMatchObject({
      outcome: 'paid',
      reason: expect.stringContaining('2.00 times as many') as string,
    });
    expect(compare(before, after)).toMatchObject({ outcome: 'did-not-pay' });
    expect(compare(before, billed(10, { requests: 9000 }), { byRequest: true })).toMatchObject({ outcome: 'unclear' });
  });
  it.each([
    ['another currency', billed(10), { ...billed(5), micros: new Map([['EUR', 1]]) }, {}, /EUR and USD/],
    ['nothing billed before', { ...billed(0), micros: new Map<string, number>() }, billed(1), {}, /nothing was billed/],
    ['replicas of others', billed(10, { replicas: 2 }), billed(5, { replicas: 5 }), {}, /2.0 replicas ran before/],
    ['another change', billed(10), billed(5), { record: { ...live, disturbed: 'x became y' } }, /x became y/],
  ])('is unclear with %s', (...[, before, after, more, reason]) => {
    const verdict = compare(before, after, more);
    expect(verdict).toMatchObject({ outcome: 'unclear' });
    expect(verdict?.reason).toMatch(reason);
  });
  it('is unclear where it had another size, or was not there, on some of the days before', () => {
    const late = compare(billed(10), billed(5), { record: { ...live, shapeSince: '2026-11-16' } });
    expect(late).toMatchObject({ outcome: 'unclear' });
    expect(late?.reason).toContain('since 2026-11-16 only');
    expect(compare(billed(10), billed(5), { record: { ...live, shapeSince: '2026-11-14' } })).toMatchObject({
      outcome: 'paid',
    });
  });
  it('is unclear where another of the same service went live within the days compared', () => {
    const another = { ...moved(made(spot), 'live', 'stands', now + 3 * dayMs), id: 'spot-shop-web-1' };
    const verdict = compare(billed(10), billed(5), { others: [live, another] });
    expect(verdict).toMatchObject({ outcome: 'unclear' });
    expect(verdict?.reason).toContain('spot-shop-web-1 was live on 2026-11-24, within the days compared');
    const long = { ...moved(made(spot), 'reverted', 'no', now - 30 * dayMs), id: 'spot-shop-web-1' };
    expect(compare(billed(10), billed(5), { others: [live, long] })).toMatchObject({ outcome: 'paid' });
  });
  it('in another currency is held against the same share of what was billed', () => {
    const record = { ...live, evidence: [{ name: 'cost.now', value: 100 }] };
    const euros = (amount: number): Billed => ({ ...billed(0), micros: new Map([['EUR', amount * 7e6]]) });
    const verdict = compare(euros(10), euros(4), { record });
    expect(verdict).toMatchObject({ outcome: 'paid', currency: 'EUR', promisedMicros: Math.round((5e6 * 730) / 24) });
  });
});
