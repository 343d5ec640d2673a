import { describe, expect, it } from 'vitest';
import type { PlannedService } from '../show-plan.ts';
import { comparison, type Decided, type Priced } from './compare.ts';

const cost = { low: 0, expected: 0, high: 0 };
const weights = { cost: 0.25, performance: 0.25, compliance: 0.25, reliability: 0.25 };
const ireland = 'aws/eu-west-1/fargate';
const belgium = 'gcp/europe-west1/cloud-run';

const candidate = (target: string, monthlyMicros: number, scores: readonly number[], total: number) => ({
  ...{ target, monthlyMicros, scores, total },
});

const web: PlannedService = {
  service: 'web',
  tier: 'standard',
  note: 'chosen',
  targets: [{ target: ireland, replicas: 2 }],
  cost: { compute: cost, fixed: cost },
  eligible: [
    candidate(ireland, 50_000_000, [80, 90, 100, 90], 90),
    candidate('aws/us-east-1/fargate', 40_000_000, [90, 40, 100, 90], 80),
    candidate(belgium, 60_000_000, [60, 90, 100, 90], 85),
  ],
  rejected: [{ filter: 'residency', reason: 'the data must stay in EU', targets: ['azure/westus2/container-apps'] }],
};

/** So much, of it a tenth for traffic; half of it at least, twice at most. */
const priced = (dollars: number): Priced => {
  const amount = (factor: number) => ({
    ...{ low: dollars * factor * 0.5e6, expected: dollars * factor * 1e6, high: dollars * factor * 2e6 },
  });
  return { monthly: amount(1), traffic: amount(0.1), unpriced: [] };
};

const decided = (over: Partial<Decided['comparison']> = {}, services = [web]): Decided => ({
  ...{ application: 'shop', weights, services },
  comparison: {
    services: [
      {
        service: 'web',
        standing: priced(50),
        clouds: [
          { cloud: 'aws', target: 'aws/us-east-1/fargate', ...priced(40) },
          { cloud: 'gcp', target: belgium, ...priced(60) },
        ],
      },
    ],
    totals: [],
    pricesAsOf: '2026-09-01',
    prices: { embedded: { prices: 1, undated: 0 }, lists: [] },
    ...over,
  },
});

describe('comparing clouds', () => {
  it('puts the cheapest place of each cloud beside where it stands, traffic and range counted in, and says what speaks against it', () => {
    const [service] = comparison(decided())?.services ?? [];
    expect(service?.standing).toEqual({ targets: [ireland], ...priced(50), note: 'chosen' });
    expect(service?.clouds).toEqual([
      {
        ...{ cloud: 'aws', target: 'aws/us-east-1/fargate', ...priced(40) },
        ...{ differenceMicros: -10_000_000, ratio: -0.2, why: 'performance 40 against 90; scores 80.0 against 90.0' },
      },
      { cloud: 'azure', why: 'no place: residency: the data must stay in EU' },
      {
        ...{ cloud: 'gcp', target: belgium, ...priced(60) },
        ...{ differenceMicros: 10_000_000, ratio: 0.2, why: 'cost 60 against 80; scores 85.0 against 90.0' },
      },
    ]);
  });

  it('holds all on one cloud against the same services where they stand', () => {
    const total = { cloud: 'gcp', targets: [{ service: 'web', target: belgium }], standing: priced(50) };
    const [gcp] = comparison(decided({ totals: [{ ...total, ...priced(60), missing: ['cart'] }] }))?.totals ?? [];
    expect(gcp).toMatchObject({ differenceMicros: 10_000_000, ratio: 0.2, missing: ['cart'] });
  });

  it('names a place where it stands as such, however many it has, and no share of nothing', () => {
    const spread = { ...web, targets: [...web.targets, { target: belgium, replicas: 2 }] };
    const [service] = comparison(decided({}, [spread]))?.services ?? [];
    expect(service?.clouds.at(-1)).toMatchObject({ cloud: 'gcp', why: 'stands there' });
    const free = [{ service: 'web', standing: priced(0), clouds: [{ cloud: 'gcp', target: belgium, ...priced(1) }] }];
    expect(comparison(decided({ services: free }))?.services[0]?.clouds.at(-1)).not.toHaveProperty('ratio');
  });

  it('is nothing where the control plane priced nothing', () => {
    const { comparison: _, ...older } = decided();
    expect(comparison(older)).toBeUndefined();
  });
});
