import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare } from './compare.ts';
import { cpu, inputOf, placeOf, reading, readings, readPrice } from './fixtures.ts';

const last = <T>(all: readonly T[]): T => {
  const found = all.at(-1);
  if (found === undefined) throw new Error('nothing there');
  return found;
};

describe('compare', () => {
  it('takes a first reading for news even where the amount is as embedded: it has another source', () => {
    const { changes, unchanged, record } = compare(inputOf());
    expect(changes).toEqual([
      {
        key: cpu,
        old: { micros: 40_480, per: 1, unit: 'vcpu-hour', currency: 'USD' },
        new: { micros: 40_480, per: 1, unit: 'vcpu-hour', currency: 'USD' },
        asOf: '2026-11-01',
        sku: 'SKU1',
      },
    ]);
    expect(unchanged).toBe(0);
    expect(record.prices[cpu]).toMatchObject({ micros: 40_480, readOn: '2026-11-21', since: '2026-11-01' });
  });

  it('says nothing of what is as it was read before, but dates it', () => {
    const { changes, unchanged, record } = last(readings([40_480, 40_480]));
    expect([changes, unchanged]).toEqual([[], 1]);
    expect(record).toMatchObject({ revision: 2, prices: { [cpu]: { readOn: '2026-11-22' } } });
  });

  it('tells a change with what was in use before', () => {
    const { changes } = last(readings([40_480, 42_000]));
    expect(changes).toMatchObject([{ old: { micros: 40_480 }, new: { micros: 42_000 } }]);
  });

  it('sets a 100-fold jump aside and keeps the price in use, dated as it was', () => {
    const [, jumped] = readings([40_480, 4_048_000]);
    expect(jumped?.changes).toEqual([]);
    expect(jumped?.quarantined).toMatchObject([
      { key: cpu, ratio: 100, reason: 'rose 100-fold; more than 5-fold is set aside', old: { micros: 40_480 } },
    ]);
    expect(jumped?.record.prices[cpu]).toMatchObject({ micros: 40_480, readOn: '2026-11-21', gone: true });
    expect(jumped?.vanished).toEqual([{ key: cpu, lastRead: '2026-11-21' }]);
    expect(jumped?.record.aside[cpu]).toMatchObject({ micros: 4_048_000, firstRead: '2026-11-22' });
  });

  it('is not worn down: a price that stays wild stays aside, told once, with the day it was first seen', () => {
    const { quarantined, vanished, record } = last(readings([40_480, 4_048_000, 4_048_000]));
    expect([quarantined, vanished]).toEqual([[], []]);
    expect(record.aside[cpu]).toMatchObject({ firstRead: '2026-11-22' });
    expect(record.prices[cpu]).toMatchObject({ micros: 40_480 });
  });

  it('forgets what was set aside when the list comes back to reason', () => {
    const { changes, record } = last(readings([40_480, 4_048_000, 41_000]));
    expect(changes).toMatchObject([{ old: { micros: 40_480 }, new: { micros: 41_000 } }]);
    expect(record.aside).toEqual({});
    expect(record.prices[cpu]).not.toHaveProperty('gone');
  });

  it.each([
    ['fell 100-fold; more than 5-fold is set aside', 100, 404.8],
    ['it would be free', 1_000_000_000, 0],
    ['it was free until now', 1_000_000_000, 40_480],
  ])('sets aside: %s', (reason, ratio, micros) => {
    const places = [placeOf(cpu, micros === 404.8 || micros === 0 ? 40_480 : 0)];
    const price = micros === 404.8 ? readPrice(cpu, 4048, { per: 10 }) : readPrice(cpu, micros);
    const { quarantined, record } = compare(inputOf({ places, reading: reading(price) }));
    expect(quarantined).toMatchObject([{ reason, ratio }]);
    expect(record.prices).toEqual({});
  });

  it('believes what was accepted', () => {
    const before = last(readings([40_480, 4_048_000])).record;
    const read = reading(readPrice(cpu, 4_048_000));
    const { changes, record } = compare(inputOf({ before, reading: read, accept: [cpu] }));
    expect(changes).toMatchObject([{ old: { micros: 40_480 }, new: { micros: 4_048_000 } }]);
    expect(record.aside).toEqual({});
  });

  it('believes nobody for a price that he has not seen', () => {
    const before = last(readings([40_480, 4_048_000])).record;
    const wilder = compare(inputOf({ before, reading: reading(readPrice(cpu, 404_800_000)), accept: [cpu] }));
    expect(wilder.quarantined).toMatchObject([{ new: { micros: 404_800_000 } }]);
    const first = compare(inputOf({ reading: reading(readPrice(cpu, 4_048_000)), accept: [cpu] }));
    expect(first.quarantined).toHaveLength(1);
  });

  it('keeps what vanished, and tells it once', () => {
    const [, gone, still] = readings([40_480, undefined, undefined]);
    expect(gone?.vanished).toEqual([{ key: cpu, lastRead: '2026-11-21' }]);
    expect(gone?.record).toMatchObject({ missing: 1, prices: { [cpu]: { gone: true, readOn: '2026-11-21' } } });
    expect(still?.vanished).toEqual([]);
    expect(still?.record.prices[cpu]).toMatchObject({ gone: true });
  });

  it('tells a price that came back as a change, so that everybody dates it anew', () => {
    expect(last(readings([40_480, undefined, 40_480])).changes).toHaveLength(1);
  });

  const regions = ['us-east-1', 'us-east-2', 'us-west-2'].map((name) => `aws/${name}/fargate#amd64.vcpuHour`);

  it('measures a price of which nothing was known by the same one elsewhere', () => {
    const places = [placeOf(cpu), ...regions.map((key) => placeOf(key, 40_000))];
    const wild = compare(inputOf({ places, reading: reading(readPrice(cpu, 4_000_000)) }));
    expect(wild.quarantined).toMatchObject([
      { ratio: 100, reason: 'rose 100-fold against the median of 3 other regions; more than 5-fold is set aside' },
    ]);
    expect(wild.quarantined[0]).not.toHaveProperty('old');
    expect(compare(inputOf({ places, reading: reading(readPrice(cpu, 60_000)) })).changes).toHaveLength(1);
  });

  it('without anything to measure by believes a price, but not that something is free', () => {
    const places = [placeOf(cpu)];
    expect(compare(inputOf({ places, reading: reading(readPrice(cpu, 60_000)) })).changes).toHaveLength(1);
    expect(compare(inputOf({ places, reading: reading(readPrice(cpu, 0)) })).quarantined).toHaveLength(1);
  });

  it.each([
    ['-1 micro-dollars for 1 is no price', readPrice(cpu, -1)],
    ['1.5 micro-dollars for 1 is no price', readPrice(cpu, 1.5)],
    ['it is priced by gib-hour, and the catalogue counts vcpu-hour', readPrice(cpu, 40_480, { unit: 'gib-hour' })],
    ['the catalogue has no such price', readPrice('aws/mars-1/fargate#amd64.vcpuHour', 1)],
  ])('finds unclear: %s', (reason, price) => {
    const { record, changes } = compare(inputOf({ reading: reading(price) }));
    expect(record.unclear).toEqual([{ key: price.key, reason }]);
    expect([changes, record.prices]).toEqual([[], {}]);
  });

  it('tells a tier that begins elsewhere as a change', () => {
    const key = 'aws/eu-west-1#internet.0';
    const tiered = (upToGb: number) =>
      reading({ ...readPrice(key, 90_000, { unit: 'gb' }), tier: { fromGb: 0, upToGb } });
    const places = [placeOf(key, 90_000, 'gb')];
    const first = compare(inputOf({ places, reading: tiered(10_240) }));
    const next = compare(inputOf({ places, before: first.record, reading: tiered(20_480) }));
    expect(next.changes).toMatchObject([{ tier: { fromGb: 0, upToGb: 20_480 } }]);
  });

  it('whatever lists say, never uses a price beyond reason of the one before', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.integer({ min: -10, max: 1e9 }), { nil: undefined }), { maxLength: 12 }),
        (all) => {
          let before = 40_480;
          for (const { record } of readings(all)) {
            const now = record.prices[cpu]?.micros ?? before;
            expect(Math.max(now / before, before / now)).toBeLessThanOrEqual(5);
            before = now;
          }
        },
      ),
    );
  });
});
