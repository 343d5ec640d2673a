import { describe, expect, it } from 'vitest';
import { recommendationAccepted } from '../../../shared/contracts/recommendation-accepted.ts';
import { recommendationMade } from '../../../shared/contracts/recommendation-made.ts';
import { dayMs } from '../../../shared/domain/calendar.ts';
import { turned } from '../../../shared/domain/spec/change.ts';
import { control } from './control.ts';
import { now } from './fixtures.ts';
import { about, arm, inState, made, proposal, shape, spot } from './fixtures-life.ts';
import { answered, completed, failed } from './follow.ts';
import { watched } from './in-place.ts';
import { reconcile } from './reconcile.ts';
import { moved } from './record.ts';

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
