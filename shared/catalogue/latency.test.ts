import { describe, expect, it } from 'vitest';
import { offering, place } from './index.ts';
import type { Place } from './index.ts';
import { distanceKm, latencyMs } from './latency.ts';
import type { Region } from './types.ts';

function region(id: string): Region {
  const found = offering(id);
  if (found === undefined) throw new Error(`${id} is not in the catalogue`);
  return found.region;
}

function city(name: string): Place {
  const found = place(name);
  if (found === undefined) throw new Error(`${name} is not a known place`);
  return found;
}

describe('distanceKm', () => {
  // Great-circle distances as any atlas has them.
  it.each([
    ['london', 'new-york', 5570],
    ['london', 'paris', 344],
    ['tokyo', 'san-francisco', 8280],
    ['sydney', 'singapore', 6300],
    ['sao-paulo', 'lisbon', 7940],
  ])('%s to %s is about %i km', (from, to, km) => {
    const found = distanceKm(city(from), city(to));
    expect(found).toBeGreaterThan(km * 0.99);
    expect(found).toBeLessThan(km * 1.01);
  });

  it('is zero to itself, the same both ways, and half the globe to the antipode', () => {
    expect(distanceKm(city('rome'), city('rome'))).toBe(0);
    expect(distanceKm(city('rome'), city('lima'))).toBeCloseTo(distanceKm(city('lima'), city('rome')), 9);
    expect(distanceKm({ latitude: 10, longitude: 20 }, { latitude: -10, longitude: -160 })).toBeCloseTo(
      Math.PI * 6371,
      3,
    );
  });
});

describe('latencyMs', () => {
  it('follows the stated model', () => {
    // 5,570 km × 2 × 1.5 ÷ 199.86 km/ms is 83.6 ms; Ashburn lies a little further from London than New York does.
    const ms = latencyMs(region('aws/us-east-1/fargate'), city('london'));
    expect(ms).toBeGreaterThan(84);
    expect(ms).toBeLessThan(92);
  });

  it('is next to nothing within a city, and never faster than light in fibre on the straightest line', () => {
    expect(latencyMs(region('aws/eu-west-2/fargate'), city('london'))).toBeLessThan(1);
    const tokyo = region('gcp/asia-northeast1/cloud-run');
    expect(latencyMs(tokyo, city('frankfurt'))).toBeGreaterThan(
      (2 * distanceKm(city('tokyo'), city('frankfurt'))) / 200,
    );
  });

  it('orders regions as geography does', () => {
    const seen = [
      'aws/eu-central-1/fargate',
      'aws/eu-west-1/fargate',
      'aws/us-east-1/fargate',
      'aws/us-west-2/fargate',
      'aws/ap-southeast-2/fargate',
    ];
    const ms = seen.map((id) => latencyMs(region(id), city('berlin')));
    expect(ms).toEqual(ms.toSorted((a, b) => a - b));
  });

  it('works between regions', () => {
    const frankfurt = region('aws/eu-central-1/fargate');
    expect(latencyMs(frankfurt, region('gcp/europe-west3/cloud-run'))).toBe(0);
    expect(latencyMs(frankfurt, region('azure/westeurope/container-apps'))).toBeLessThan(10);
  });
});
