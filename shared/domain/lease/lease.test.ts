import { describe, expect, it } from 'vitest';
import { admit, decideLease, defaultLeaseSettings as settings, mayCommit, patienceMs, watch } from './index.ts';
import type { Lease, LeaseQuestion, Reading, Readings } from './index.ts';

const lease = (change: Partial<Lease> = {}): Lease => ({
  holder: 'a',
  epoch: 3,
  tenure: 3,
  from: 1,
  beat: 7,
  until: 30_000,
  ...change,
});
const says = (change?: Partial<Lease>): Reading => ({ kind: 'lease', lease: lease(change) });
const vacant: Reading = { kind: 'vacant' };
const silent: Reading = { kind: 'unreachable' };
const all = (reading: Reading): Readings => ({ own: reading, peer: reading, witness: reading });
const patience = patienceMs(settings);

function decided(me: string, readings: Readings, more: Partial<LeaseQuestion> & { quietMs?: number } = {}) {
  const now = 1_000_000;
  const watched = watch(undefined, me, readings, now - (more.quietMs ?? 0));
  return decideLease({ me, preferred: me === 'a', history: 3, watched, readings, now, settings, ...more });
}

describe('a hub', () => {
  it('waits for a slow clock with a fast one', () => {
    expect(patience).toBe(Math.ceil((30_000 * 1.01) / 0.99) + 1000);
  });

  it('begins at once where none ever ran, when it is the preferred one', () => {
    const first = { holder: 'a', epoch: 1, tenure: 1, from: 0, beat: 1, until: 1_030_000 };
    expect(decided('a', all(vacant), { history: 0 })).toEqual({
      kind: 'claim',
      lease: first,
      others: ['witness', 'peer'],
      needed: [],
    });
    expect(decided('b', all(vacant))).toMatchObject({ kind: 'stand-by', waitMs: patience });
    expect(decided('b', all(vacant), { quietMs: patience })).toMatchObject({ kind: 'claim' });
  });

  it('renews what it holds, with a majority', () => {
    const renewed = { kind: 'renew', lease: lease({ beat: 8, until: 1_030_000 }), needed: [] };
    expect(decided('a', all(says()))).toEqual({ ...renewed, others: ['witness', 'peer'] });
    expect(decided('a', { ...all(says()), witness: silent })).toEqual({ ...renewed, others: ['peer'] });
    // A register that was away, or lost what it held, is brought up again.
    expect(decided('a', { ...all(says()), witness: vacant })).toEqual({ ...renewed, others: ['witness', 'peer'] });
    expect(decided('a', { ...all(says()), peer: says({ holder: 'b', epoch: 2 }) })).toMatchObject({
      others: ['witness', 'peer'],
    });
  });

  it.each([
    ['its own register is silent', { ...all(says()), own: silent }],
    ['both others are', { own: says(), peer: silent, witness: silent }],
    [
      'both others follow the other hub',
      { own: says(), peer: says({ holder: 'b', epoch: 4 }), witness: says({ holder: 'b', epoch: 4 }) },
    ],
    ['its own register was taken from it', { ...all(says()), own: says({ holder: 'b', epoch: 4 }) }],
  ])('stands by when %s', (_, readings) => {
    expect(decided('a', readings)).toMatchObject({ kind: 'stand-by' });
  });

  it('takes over once a beat has been still for the whole patience, and in a newer epoch', () => {
    expect(decided('b', all(says()), { quietMs: patience - 1 })).toMatchObject({ kind: 'stand-by', waitMs: 1 });
    const readings = { ...all(says()), peer: silent };
    expect(decided('b', readings, { quietMs: patience })).toMatchObject({
      kind: 'claim',
      lease: { holder: 'b', epoch: 4, tenure: 4 },
      others: ['witness'],
    });
  });

  it('starts waiting anew with every beat, wherever it is seen', () => {
    const before = watch(undefined, 'b', all(says()), 0);
    expect(watch(before, 'b', all(says()), 5000)).toEqual({ foreign: lease(), since: 0 });
    expect(watch(before, 'b', { ...all(says()), witness: says({ beat: 8 }) }, 5000).since).toBe(5000);
    expect(watch(before, 'b', all(silent), 5000)).toEqual({ foreign: lease(), since: 0 });
  });

  it('keeps renewing beside a claim that came to nothing, and overrules it when that one is old', () => {
    const readings = { ...all(says()), witness: says({ holder: 'b', epoch: 4, tenure: 4, from: 3, beat: 1 }) };
    expect(decided('a', readings)).toMatchObject({ kind: 'renew', others: ['peer'] });
    // The history goes on: the other hub's own register never left us.
    expect(decided('a', readings, { quietMs: patience })).toMatchObject({
      kind: 'claim',
      lease: { epoch: 5, tenure: 3, from: 1, beat: 8 },
      needed: ['witness'],
    });
  });

  it('takes nothing over with a history that is not the last one', () => {
    const quietMs = patience;
    expect(decided('b', all(says()), { quietMs, history: 2 })).toMatchObject({
      because: expect.stringContaining('tenure 2') as string,
    });
    // Cut off, it cannot know whether the other hub became active: it may hold an old history.
    const cut = { own: says(), peer: silent, witness: says({ holder: 'b', epoch: 4, tenure: 4 }) };
    expect(decided('a', cut, { quietMs })).toMatchObject({ kind: 'stand-by' });
  });

  it('takes over from a claim that came to nothing, though the claimer be gone for good, and from no other', () => {
    const claim = { holder: 'a', epoch: 4, tenure: 4, from: 3 };
    const own = says({ holder: 'b', epoch: 3 });
    const seen = (beat: number, more: Partial<Lease> = {}): Readings => ({
      own,
      peer: silent,
      witness: says({ ...claim, beat, ...more }),
    });
    const quietMs = patience;
    expect(decided('b', seen(1), { quietMs })).toMatchObject({
      kind: 'claim',
      lease: { epoch: 5, tenure: 5, from: 3 },
      needed: ['witness'],
    });
    expect(decided('b', seen(2), { quietMs })).toMatchObject({ kind: 'stand-by' });
    expect(decided('b', seen(1, { from: 2 }), { quietMs })).toMatchObject({ kind: 'stand-by' });
    // Without the witness nobody can tell.
    const blind = { own: says({ ...claim, beat: 1 }), peer: own, witness: silent };
    expect(decided('b', blind, { quietMs })).toMatchObject({ kind: 'stand-by' });
  });

  it('that gave up its lease leaves the other one time to take it', () => {
    const readings = all(says({ released: true }));
    expect(decided('a', readings)).toMatchObject({ kind: 'stand-by', waitMs: patience });
    expect(decided('b', readings)).toMatchObject({ kind: 'claim', lease: { epoch: 4 } });
  });
});

describe('the fence', () => {
  const by = { hub: 'a', epoch: 3, now: 29_999 };
  it.each([
    [true, lease()],
    [false, undefined],
    [false, lease({ until: 29_999 })],
    [false, lease({ epoch: 4 })],
    [false, lease({ holder: 'b' })],
    [false, lease({ released: true })],
    [false, lease({ beat: 1 })],
  ])('says %s to a commit under %o', (may, register) => {
    expect(mayCommit(register, by)).toBe(may);
  });

  it('admits to the standby what the active hub committed, and nothing once it has taken over', () => {
    expect(admit(undefined, { me: 'b', epoch: 3 })).toBe('admit');
    expect(admit(lease(), { me: 'b', epoch: 3 })).toBe('admit');
    expect(admit(lease({ epoch: 5 }), { me: 'b', epoch: 3 })).toBe('admit');
    expect(admit(lease({ holder: 'b', epoch: 4, tenure: 4 }), { me: 'b', epoch: 3 })).toBe('stranded');
    expect(admit(lease({ epoch: 5, tenure: 5 }), { me: 'b', epoch: 3 })).toBe('stranded');
  });
});
