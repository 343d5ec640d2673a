import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { now } from './fixtures.ts';
import { about, arm, proposal, spot } from './fixtures-life.ts';
import { reconcile } from './reconcile.ts';
import { moved } from './record.ts';
import { addedBy } from './together.ts';

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
