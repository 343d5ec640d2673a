import { describe, expect, it } from 'vitest';
import { catalogue, egressMicrosPerGb, monthlyEgress, offering } from './index.ts';
import type { Destination } from './index.ts';
import type { Offering } from './types.ts';

function known(id: string): Offering {
  const found = offering(id);
  if (found === undefined) throw new Error(`${id} is not in the catalogue`);
  return found;
}

const to = (id: string): Destination => (id === 'internet' ? id : known(id));

describe('egressMicrosPerGb', () => {
  it.each([
    ['aws/us-east-1/fargate', 'internet', 90_000, 'internet'],
    ['aws/ap-south-1/fargate', 'internet', 109_300, 'internet'],
    ['aws/sa-east-1/fargate', 'internet', 150_000, 'internet'],
    // Every other cloud is the internet.
    ['aws/us-east-1/fargate', 'gcp/us-east4/cloud-run', 90_000, 'internet'],
    ['aws/us-east-1/fargate', 'aws/eu-west-1/fargate', 20_000, 'inter-region'],
    ['aws/ap-northeast-1/fargate', 'aws/us-east-1/fargate', 90_000, 'inter-region'],
    ['aws/us-east-1/fargate', 'aws/us-east-1/ecs-ec2', 10_000, 'same-region'],
    ['azure/eastus/container-apps', 'azure/westus2/container-apps', 20_000, 'inter-region'],
    ['azure/eastus/container-apps', 'azure/northeurope/container-apps', 87_000, 'internet-as-upper-bound'],
    ['azure/eastus/container-apps', 'azure/eastus/container-instances', 0, 'same-region'],
    ['gcp/europe-west1/cloud-run', 'gcp/europe-west4/cloud-run', 20_000, 'inter-region'],
    ['gcp/europe-west1/cloud-run', 'gcp/us-east4/cloud-run', 80_000, 'inter-region'],
    ['gcp/asia-northeast1/cloud-run', 'gcp/asia-southeast1/cloud-run', 80_000, 'inter-region'],
    ['gcp/europe-west1/cloud-run', 'gcp/australia-southeast1/cloud-run', 100_000, 'inter-region'],
    ['gcp/us-central1/cloud-run', 'internet', 120_000, 'internet'],
  ])('from %s to %s is %i micros (%s)', (from, destination, microsPerGb, basis) => {
    expect(egressMicrosPerGb(known(from), to(destination))).toMatchObject({ microsPerGb, basis });
  });

  it('names the price it has no source for', () => {
    expect(egressMicrosPerGb(known('azure/brazilsouth/container-apps'), 'internet')).toEqual({
      missing: ['azure/brazilsouth: price of traffic to the internet (no source)'],
    });
    expect(egressMicrosPerGb(known('azure/japaneast/container-apps'), known('azure/eastus/container-apps'))).toEqual({
      missing: ['azure/japaneast: price of traffic to azure/eastus (no source)'],
    });
  });

  it('has tiers that rise in volume and never in price', () => {
    for (const { id, egress } of catalogue.regions) {
      const tiers = egress.internet ?? [];
      for (const [at, tier] of tiers.entries()) {
        const next = tiers[at + 1];
        if (next === undefined) {
          expect(tier.upToGb, id).toBeUndefined();
          continue;
        }
        expect(next.upToGb ?? Infinity, id).toBeGreaterThan(tier.upToGb ?? Infinity);
        expect(next.price.value.micros, id).toBeLessThanOrEqual(tier.price.value.micros);
      }
    }
  });
});

describe('monthlyEgress', () => {
  it('walks through the tiers', () => {
    // 10,240 × $0.09 + 40,960 × $0.085 + 102,400 × $0.07 + 3,400 × $0.05: the lines of the source's own example
    const result = monthlyEgress(known('aws/eu-west-1/fargate'), 'internet', 157_000);
    expect(result).toMatchObject({ micros: 921_600_000 + 3_481_600_000 + 7_168_000_000 + 170_000_000 });
    expect('parts' in result && result.parts.map(({ quantity }) => quantity)).toEqual([10_240, 40_960, 102_400, 3_400]);
  });

  it('stays in the first tier up to its end', () => {
    expect(monthlyEgress(known('aws/eu-west-1/fargate'), 'internet', 10_240)).toMatchObject({ micros: 921_600_000 });
    expect(monthlyEgress(known('aws/eu-west-1/fargate'), 'internet', 10_241)).toMatchObject({ micros: 921_685_000 });
    expect(monthlyEgress(known('aws/eu-west-1/fargate'), 'internet', 0)).toEqual({ micros: 0, parts: [] });
  });

  it('is flat between regions, and passes on what is missing', () => {
    expect(monthlyEgress(known('aws/eu-west-1/fargate'), known('aws/eu-north-1/fargate'), 500)).toMatchObject({
      micros: 10_000_000,
    });
    expect(monthlyEgress(known('azure/brazilsouth/container-apps'), 'internet', 1)).toHaveProperty('missing');
  });
});
