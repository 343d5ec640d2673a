import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EstimateRecord } from '../estimates/record.ts';
import { focusColumns, focusRows } from './focus-rows.ts';

const fargate = 'aws/eu-west-1/fargate';
const run = 'gcp/europe-west1/cloud-run';
const at = (text: string): number => Date.parse(text);

const record = (intervals: EstimateRecord['intervals']): EstimateRecord => ({
  application: 'shop',
  service: 'web',
  generation: 1,
  intervals,
});
const interval = (from: string, to: string | undefined, targets: Readonly<Record<string, number>>) => ({
  from: at(from),
  ...(to === undefined ? {} : { to: at(to) }),
  targets,
  low: 0,
  expected: 0,
  high: 0,
  traffic: 0,
});

describe('an estimate as rows of FOCUS', () => {
  it('is a day on a target each, with the hours it was expected there', () => {
    const rows = focusRows(
      record([
        interval('2026-11-01T12:00:00Z', '2026-11-02T00:00:00Z', { [fargate]: 730_000_000 }),
        interval('2026-11-02T00:00:00Z', undefined, { [run]: 73_000_000 }),
      ]),
      '2026-11',
      at('2026-11-03T06:00:00Z'),
    );
    expect(
      rows.map(({ ChargePeriodStart, ResourceId, PricingQuantity, BilledCost }) => [
        ChargePeriodStart,
        ResourceId,
        PricingQuantity,
        BilledCost,
      ]),
    ).toEqual([
      ['2026-11-01T00:00:00Z', `shop/web/${fargate}`, '12', '12'],
      ['2026-11-02T00:00:00Z', `shop/web/${run}`, '24', '2.4'],
      ['2026-11-03T00:00:00Z', `shop/web/${run}`, '24', '2.4'],
    ]);
    expect(rows[0]).toMatchObject({
      ServiceName: 'Amazon ECS on AWS Fargate',
      RegionName: 'Dublin',
      BillingPeriodEnd: '2026-12-01T00:00:00Z',
      x_Estimated: 'true',
    });
  });

  it('says nothing of days that have not begun, nor of a service that was not wanted', () => {
    expect(focusRows(record([]), '2026-11', at('2026-11-03T06:00:00Z'))).toEqual([]);
    expect(
      focusRows(
        record([interval('2026-11-02T00:00:00Z', undefined, { [run]: 1 })]),
        '2026-12',
        at('2026-11-30T00:00:00Z'),
      ),
    ).toEqual([]);
  });

  it('has every column in every row, and amounts that are the micro-units exactly', () => {
    const monthly = fc.integer({ min: 0, max: 10 ** 12 });
    fc.assert(
      fc.property(monthly, monthly, (a, b) => {
        const rows = focusRows(
          record([interval('2026-11-01T00:00:00Z', undefined, { [fargate]: a, [run]: b })]),
          '2026-11',
          at('2026-11-01T05:00:00Z'),
        );
        expect(rows).toHaveLength(2);
        for (const row of rows) expect(Object.keys(row).sort()).toEqual([...focusColumns].sort());
        const sum = rows.reduce((total, { BilledCost }) => total + Math.round(Number(BilledCost) * 1e6), 0);
        expect(sum).toBe(Math.round((a * 24) / 730 + (b * 24) / 730));
      }),
    );
  });
});
