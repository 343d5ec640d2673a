import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recommendationAccepted } from '../../../shared/contracts/recommendation-accepted.ts';
import { recommendationMade } from '../../../shared/contracts/recommendation-made.ts';
import { turned } from '../../../shared/domain/spec/change.ts';
import { control } from './control.ts';
import { now } from './fixtures.ts';
import { answered, completed, failed } from './follow.ts';
import { watched } from './in-place.ts';
import type { Proposal } from './proposal.ts';
import { reconcile, type Reconciling } from './reconcile.ts';
import { moved, type RecommendationRecord, type State } from './record.ts';
import { addedBy } from './together.ts';
import { verify, windowsOf, type Billed } from './verify.ts';

const dayMs = 86_400_000;
const shape = { replicas: 2, cpuMillicores: 2000, memoryMib: 4096, targets: ['aws/eu-west-1/fargate'] };
const about: Reconciling = { application: 'shop', service: 'web', shape, now, accept: [] };

const proposal = (more: Partial<Proposal> = {}): Proposal => ({
  kind: 'rightsize',
  ...{ monthlySavingMicros: 50e6, oneOffMicros: 0, confidence: 0.9, risk: 'low', reason: 'it is large', evidence: [] },
  change: [{ path: '/resources/cpu', from: '2', to: '500m' }],
  ...more,
});
const spot = proposal({ kind: 'spot', change: [{ path: '/spot', to: true }], risk: 'medium' });
const arm = proposal({ kind: 'arm', change: [{ path: '/constraints/nodes/architecture', to: 'arm64' }] });

function made(more: Partial<Proposal> = {}): RecommendationRecord {
  const [record] = reconcile([], [proposal(more)], about).records;
  if (record === undefined) throw new Error('nothing was made');
  return record;
}
const inState = (state: State, since = now): RecommendationRecord => moved(made(), state, 'so it was', since);
const types = (events: readonly { readonly type: string }[]): string[] => events.map(({ type }) => type);

describe('what is recommended again', () => {
  it('is said once, and again only when it is other news', () => {
    const record = made();
    expect(record).toMatchObject({
      state: 'open',
      rank: 1,
      id: expect.stringMatching(/^rightsize-shop-web-[0-9a-f]{8}$/) as string,
    });
    const later = { ...about, now: now + dayMs };
    expect(reconcile([record], [proposal()], later)).toEqual({ records: [], events: [] });
    const slightly = reconcile([record], [proposal({ monthlySavingMicros: 55e6 })], later);
    expect([slightly.records.length, slightly.events.length]).toEqual([1, 0]);
    expect(types(reconcile([record], [proposal({ monthlySavingMicros: 70e6 })], later).events)).toEqual([
      recommendationMade.type,
    ]);
  });
  it('expires when it is no longer true, and is superseded by another of its kind', () => {
    expect(reconcile([made()], [], about).records).toMatchObject([{ state: 'expired' }]);
    const other = proposal({ change: [{ path: '/resources/cpu', from: '2', to: '250m' }], monthlySavingMicros: 90e6 });
    const { records } = reconcile([made()], [other], about);
    expect(records.map(({ state }) => state).sort()).toEqual(['open', 'superseded']);
  });
  it('stays as it is while the need drifts by a step: the open one saves nearly as much, and leaves more room', () => {
    const record = made();
    const drifted = { change: [{ path: '/resources/cpu', from: '2', to: '450m' }], monthlySavingMicros: 53e6 };
    expect(reconcile([record], [proposal(drifted)], about)).toEqual({ records: [], events: [] });
    const needsMore = { change: [{ path: '/resources/cpu', from: '2', to: '600m' }], monthlySavingMicros: 47e6 };
    const other = reconcile([record], [proposal(needsMore)], about);
    expect(other.records.map(({ state }) => state).sort()).toEqual(['open', 'superseded']);
    const fromElsewhere = { ...drifted, change: [{ path: '/resources/cpu', from: '4', to: '450m' }] };
    expect(reconcile([record], [proposal(fromElsewhere)], about).records).toHaveLength(2);
  });
  it.each([
    ['dismissed', 29, 50e6, 0],
    ['dismissed', 31, 50e6, 1],
    ['dismissed', 1, 100e6, 1],
    ['unprofitable', 100, 50e6, 0],
    ['live', 100, 200e6, 0],
    ['accepted', 100, 200e6, 0],
    ['expired', 1, 50e6, 0],
    ['expired', 8, 50e6, 1],
  ] as const)('when it was %s %i days ago and saves %i, %i times', (state, days, monthlySavingMicros, times) => {
    const record = inState(state);
    const then = { ...about, now: now + days * dayMs };
    expect(reconcile([record], [proposal({ monthlySavingMicros })], then).events).toHaveLength(times);
  });
  it('names those that rule each other out', () => {
    const { records } = reconcile([], [spot, proposal(), arm], about);
    const [cheap, size, processor] = records;
    expect(cheap?.insteadOf).toEqual([processor?.id]);
    expect(size?.insteadOf).toEqual([]);
    expect(records.map(({ rank }) => rank)).toEqual([1, 2, 3]);
  });
});

describe('savings of one service', () => {
  const costs = (now: number, then: number) => ({
    monthlySavingMicros: (now - then) * 1e6,
    evidence: [
      { name: 'cost.now', value: now },
      { name: 'cost.proposed', value: then },
    ],
  });
  const size = proposal(costs(100, 20));
  const cheap = { ...spot, ...costs(100, 40) };
  const processor = { ...arm, ...costs(100, 80) };

  it('are added as they follow each other, and never more than it costs', () => {
    // 80 of 100; 60 % of the 20 that are left; ARM is ruled out by spot.
    expect(addedBy([size, cheap, processor])).toEqual([80e6, 12e6, 0]);
    const { records } = reconcile([], [size, cheap, processor], about);
    expect(records.map(({ addedSavingMicros }) => addedSavingMicros)).toEqual([80e6, 12e6, 0]);
    const alone = fc.record({ then: fc.integer({ min: 0, max: 99 }), kind: fc.constantFrom(size, cheap, processor) });
    fc.assert(
      fc.property(fc.array(alone, { maxLength: 5 }), (all) => {
        const sum = addedBy(all.map(({ then, kind }) => ({ ...kind, ...costs(100, then) }))).reduce((a, b) => a + b, 0);
        expect(sum).toBeLessThanOrEqual(100e6);
      }),
    );
  });
  it('stand in no other way when they are dismissed, or carried out already', () => {
    const [one] = reconcile([], [cheap], about).records;
    if (one === undefined) throw new Error('nothing was made');
    const dismissed = moved(one, 'dismissed', 'no', now);
    const { records } = reconcile([dismissed], [cheap, processor], about);
    expect(records).toMatchObject([{ kind: 'arm', addedSavingMicros: 20e6 }]);
  });
});

describe('a rule of the configuration', () => {
  const rules = [{ kinds: ['rightsize' as const], applications: ['shop'] }];
  it('accepts the best that fits its bounds, one at a time', () => {
    const { records, events } = reconcile([], [spot, proposal()], { ...about, accept: rules });
    expect(records.map(({ kind, state }) => `${kind} ${state}`)).toEqual(['spot open', 'rightsize accepted']);
    expect(types(events)).toContain(recommendationAccepted.type);
    const busy = moved({ ...made(spot), id: 'spot-1' }, 'live', 'stands', now);
    expect(types(reconcile([busy], [proposal()], { ...about, accept: rules }).events)).toEqual([
      recommendationMade.type,
    ]);
  });
  it.each([
    ['less sure', { confidence: 0.5 }, {}],
    ['riskier', { risk: 'medium' as const }, {}],
    ['of another application', {}, { applications: ['bank'] }],
    ['of another kind', {}, { kinds: ['spot' as const] }],
  ])('leaves what is %s to a person', (_, more, rule) => {
    const { records } = reconcile([], [proposal(more)], {
      ...about,
      accept: [{ ...rules[0], kinds: ['rightsize'], ...rule }],
    });
    expect(records).toMatchObject([{ state: 'open' }]);
  });
});

describe('a wish', () => {
  const wish = (action: 'apply' | 'revert' | 'dismiss') => ({ action, by: 'jo', now });
  it('applies what is open, with the very change, and takes it back the other way round', () => {
    const applied = control(made(), [], wish('apply'));
    expect(applied.record).toMatchObject({ state: 'accepted', accepted: { by: 'jo', at: now } });
    expect(applied.events[0]?.data).toMatchObject({ direction: 'apply', change: made().change });
    const reverted = control(inState('unprofitable'), [], wish('revert'));
    expect(reverted.record).toMatchObject({ state: 'reverting', previous: 'unprofitable' });
    expect(reverted.events[0]?.data).toMatchObject({
      direction: 'revert',
      change: [{ path: '/resources/cpu', from: '500m', to: '2' }],
    });
    expect(
      turned([
        { path: '/a', to: 1 },
        { path: '/b', from: 2 },
      ]),
    ).toEqual([
      { path: '/b', to: 2 },
      { path: '/a', from: 1 },
    ]);
  });
  it.each([
    ['apply', 'live', [], /it is live/],
    ['revert', 'open', [], /it is open/],
    ['dismiss', 'live', [], /it is live/],
    ['apply', 'open', [{ ...inState('applied'), id: 'other' }], /other is being carried out/],
  ] as const)('to %s one that is %s is refused, with the reason on it', (action, state, others, reason) => {
    const { record, events } = control(inState(state), others, wish(action));
    expect(record.control?.refused).toMatch(reason);
    expect([record.state, events]).toEqual([state, []]);
  });
  it('forgets what an earlier time left behind: another rollout is not taken for its own', () => {
    const again = control({ ...inState('reverted'), generation: 3, revertGeneration: 4, liveAt: 1 }, [], wish('apply'));
    expect(again.record).toMatchObject({ state: 'accepted' });
    expect([again.record.generation, again.record.revertGeneration, again.record.liveAt]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    const back = control({ ...inState('live'), generation: 5, revertGeneration: 4 }, [], wish('revert')).record;
    expect(completed(back, 6, now)).toBe(back);
  });
  it('cannot apply a commitment', () => {
    const { record } = control(made({ kind: 'commitment', change: [] }), [], wish('apply'));
    expect(record.control?.refused).toContain('bought at the provider');
  });
});

describe('what becomes of it', () => {
  const awaited = { application: 'shop', ids: [], completed: 0, failed: [] };
  const applied = { direction: 'apply', outcome: 'applied', generation: 7, reason: '' } as const;
  it('is applied, then live when its generation or a later one stands', () => {
    const record = answered(inState('accepted'), applied, { awaited, now });
    expect(record).toMatchObject({ state: 'applied', generation: 7 });
    expect(completed(record, 6, now).state).toBe('applied');
    expect(completed(record, 8, now)).toMatchObject({ state: 'live', liveAt: now });
  });
  it('is the same when the rollout ended before the answer was heard', () => {
    expect(answered(inState('accepted'), applied, { awaited: { ...awaited, completed: 7 }, now }).state).toBe('live');
    expect(answered(inState('accepted'), applied, { awaited: { ...awaited, failed: [7] }, now }).state).toBe('failed');
  });
  it('is refused, or failed, with the reason; a way back that fails leaves it as it was', () => {
    const no = { direction: 'apply', outcome: 'refused', reason: 'the spec has changed' } as const;
    expect(answered(inState('accepted'), no, { awaited, now })).toMatchObject({
      state: 'refused',
      why: 'the spec has changed',
    });
    expect(failed({ ...inState('applied'), generation: 7 }, 7, 'no capacity', now)).toMatchObject({ state: 'failed' });
    const back = { ...inState('reverting'), previous: 'verified' as const };
    expect(answered(back, { ...no, direction: 'revert' }, { awaited, now }).state).toBe('verified');
    expect(failed({ ...back, revertGeneration: 8 }, 8, 'no capacity', now).state).toBe('verified');
    expect(completed({ ...back, revertGeneration: 8 }, 8, now).state).toBe('reverted');
  });
  it('a late or second answer changes nothing', () => {
    const live = inState('live');
    expect(answered(live, applied, { awaited, now })).toBe(live);
    expect(completed(live, 9, now)).toBe(live);
  });
  it('the user may say something else, or change something beside it', () => {
    const stated = { name: 'web', image: 'x', resources: { cpu: '500m' } };
    const live = watched(inState('live'), { stated, shape, now });
    expect(live.after).toEqual(shape);
    expect(watched(live, { stated, shape, now })).toBe(live);
    expect(watched(live, { stated, shape: { ...shape, replicas: 4 }, now }).disturbed).toContain('4 ×');
    expect(watched(live, { stated: { ...stated, resources: { cpu: '4' } }, shape, now }).state).toBe('superseded');
  });
});

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
