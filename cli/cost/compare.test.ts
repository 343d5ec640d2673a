import { describe, expect, it } from 'vitest';
import type { PlannedService } from '../show-plan.ts';
import { comparison } from './compare.ts';

const cost = { low: 0, expected: 0, high: 0 };
const weights = { cost: 0.25, performance: 0.25, compliance: 0.25, reliability: 0.25 };

const candidate = (target: string, monthlyMicros: number, scores: readonly number[], total: number) => ({
  ...{ target, monthlyMicros, scores, total },
});

const web: PlannedService = {
  service: 'web',
  tier: 'standard',
  note: 'chosen',
  targets: [{ target: 'aws/eu-west-1/fargate', replicas: 2 }],
  cost: { compute: cost, fixed: cost },
  eligible: [
    candidate('aws/eu-west-1/fargate', 50_000_000, [80, 90, 100, 90], 90),
    candidate('aws/us-east-1/fargate', 40_000_000, [90, 40, 100, 90], 80),
    candidate('gcp/europe-west1/cloud-run', 60_000_000, [60, 90, 100, 90], 85),
  ],
  rejected: [{ filter: 'residency', reason: 'the data must stay in EU', targets: ['azure/westus2/container-apps'] }],
};

describe('comparing clouds', () => {
  const { services, totals } = comparison({ application: 'shop', weights, services: [web] });

  it('names the cheapest place of each cloud, the difference, and what speaks against it', () => {
    expect(services[0]?.standing).toEqual({
      targets: ['aws/eu-west-1/fargate'],
      monthlyMicros: 50_000_000,
      note: 'chosen',
    });
    expect(services[0]?.clouds).toEqual([
      {
        ...{ cloud: 'aws', target: 'aws/us-east-1/fargate', monthlyMicros: 40_000_000 },
        ...{ differenceMicros: -10_000_000, ratio: -0.2, why: 'performance 40 against 90; scores 80.0 against 90.0' },
      },
      { cloud: 'azure', why: 'no place: residency: the data must stay in EU' },
      {
        ...{ cloud: 'gcp', target: 'gcp/europe-west1/cloud-run', monthlyMicros: 60_000_000 },
        ...{ differenceMicros: 10_000_000, ratio: 0.2, why: 'cost 60 against 80; scores 85.0 against 90.0' },
      },
    ]);
  });

  it('sums each cloud over the services that can stand there, and names those that cannot', () => {
    expect(totals.map(({ cloud, monthlyMicros, missing }) => [cloud, monthlyMicros, missing])).toEqual([
      ['aws', 40_000_000, []],
      ['gcp', 60_000_000, []],
    ]);
    const cart = { ...web, service: 'cart', eligible: web.eligible?.slice(0, 1) ?? [] };
    const both = comparison({ application: 'shop', weights, services: [web, cart] }).totals;
    expect(both.find(({ cloud }) => cloud === 'gcp')).toEqual({
      ...{ cloud: 'gcp', monthlyMicros: 60_000_000, differenceMicros: 10_000_000, ratio: 0.2, missing: ['cart'] },
    });
  });

  it('of one that is spread holds a place against the mean of those it has', () => {
    const spread = { ...web, targets: [...web.targets, { target: 'gcp/europe-west1/cloud-run', replicas: 2 }] };
    const [service] = comparison({ application: 'shop', weights, services: [spread] }).services;
    expect(service?.standing.monthlyMicros).toBe(55_000_000);
    expect(service?.clouds.at(-1)).toMatchObject({ cloud: 'gcp', why: 'stands there' });
  });
});
