import { describe, expect, it } from 'vitest';
import { catalogue, fitSize, isMissing, monthlyCompute, monthlyEndpoint, offering } from './index.ts';
import type { Estimate, Missing } from './index.ts';
import type { Offering } from './types.ts';

function known(id: string): Offering {
  const found = offering(id);
  if (found === undefined) throw new Error(`${id} is not in the catalogue`);
  return found;
}

function estimate(result: Estimate | Missing): Estimate {
  if (isMissing(result)) throw new Error(`missing: ${result.missing.join()}`);
  return result;
}

const micros = (result: Estimate | Missing): readonly number[] => {
  const { lowMicros, expectedMicros, highMicros } = estimate(result);
  return [lowMicros, expectedMicros, highMicros];
};

describe('monthlyCompute', () => {
  it('prices Fargate by what is allocated', () => {
    // 2 × 0.5 vCPU × 730 h = 730 vCPU-h × $0.04048 = $29.5504; 2 × 1 GiB × 730 h = 1,460 × $0.004445 = $6.4897
    const result = estimate(monthlyCompute(known('aws/us-east-1/fargate'), { cpuMillicores: 500, memoryMib: 1024 }, 2));
    expect(result.parts).toEqual([
      expect.objectContaining({
        item: 'allocated vCPU',
        quantity: 730,
        unit: 'vcpu-hour',
        micros: 29_550_400,
        asOf: '2026-10-09',
      }),
      expect.objectContaining({ item: 'allocated memory', quantity: 1460, unit: 'gib-hour', micros: 6_489_700 }),
    ]);
    expect(micros(result)).toEqual([36_040_100, 36_040_100, 36_040_100]);
    expect(result.parts.every(({ source }) => source.includes('aws.amazon.com/fargate/pricing'))).toBe(true);
  });

  it('prices arm64 where it is known and names it where not', () => {
    const size = { cpuMillicores: 1000, memoryMib: 2048 };
    // 730 × $0.03238 = $23.6374; 1,460 × $0.00356 = $5.1976
    expect(micros(monthlyCompute(known('aws/us-east-1/fargate'), size, 1, { architecture: 'arm64' }))[1]).toBe(
      28_835_000,
    );
    expect(monthlyCompute(known('aws/eu-north-1/fargate'), size, 1, { architecture: 'arm64' })).toEqual({
      missing: ['aws/eu-north-1/fargate: arm64 price'],
    });
  });

  it('prices spot below its micro-dollar grain, with on demand as the worst case', () => {
    // 730 × $0.01264355 = $9.2297915; 1,460 × $0.00138835 = $2.026991; on demand 730 × $0.04048 + 1,460 × $0.004445
    const result = monthlyCompute(known('aws/us-east-1/fargate'), { cpuMillicores: 1000, memoryMib: 2048 }, 1, {
      spot: true,
    });
    expect(micros(result)).toEqual([11_475_052, 11_475_052, 29_550_400 + 6_489_700]);
    expect(
      monthlyCompute(known('azure/eastus/container-instances'), { cpuMillicores: 500, memoryMib: 512 }, 1, {
        spot: true,
      }),
    ).toEqual({
      missing: ['azure/eastus/container-instances: spot price'],
    });
  });

  it('prices Cloud Run by activity: idle let go, kept warm, never idle', () => {
    // Hours: 730, a quarter active = 182.5. Active $0.0864/vCPU-h, $0.009/GiB-h; idle $0.009 both; 2.628 M requests × $0.40.
    const usage = { requestsPerSecond: 1, activeShare: 0.25 };
    const size = { cpuMillicores: 1000, memoryMib: 512 };
    const result = estimate(monthlyCompute(known('gcp/us-central1/cloud-run'), size, 1, usage));
    const requests = 1_051_200;
    const active = 15_768_000 + 821_250;
    const idle = 4_927_500 + 2_463_750;
    expect(micros(result)).toEqual([active + requests, active + requests + idle, 63_072_000 + 3_285_000 + requests]);
    expect(result.parts.map(({ item }) => item)).toEqual([
      'active vCPU',
      'active memory',
      'requests',
      'idle vCPU',
      'idle memory',
    ]);
    expect(result.assumptions).toEqual([]);
  });

  it('bounds an idle price that has no source by the instance-based one, and says so', () => {
    const usage = { requestsPerSecond: 0, activeShare: 0 };
    const result = estimate(
      monthlyCompute(known('gcp/europe-west3/cloud-run'), { cpuMillicores: 1000, memoryMib: 1024 }, 1, usage),
    );
    // 730 × ($0.07776 + $0.00864) instance-based; 730 × ($0.12096 + $0.0126) active
    expect(micros(result)).toEqual([0, 63_072_000, 97_498_800]);
    expect(result.assumptions).toEqual([
      expect.stringMatching(/idle price has no source; bounded from above by the instance-based price/),
    ]);
  });

  it('never gives the idle rate to work that does not wait for requests', () => {
    const size = { cpuMillicores: 1000, memoryMib: 2048 };
    // Cloud Run turns to instance-based billing: 730 × $0.0648 + 1,460 × $0.0072
    expect(micros(monthlyCompute(known('gcp/us-central1/cloud-run'), size, 1, { requestDriven: false }))[1]).toBe(
      57_816_000,
    );
    // Container Apps has none: active all month, 730 × $0.0864 + 1,460 × $0.0108, and 0 requests
    const apps = known('azure/japaneast/container-apps');
    const busy = monthlyCompute(apps, size, 1, { requestDriven: false, requestsPerSecond: 0 });
    expect(micros(busy)).toEqual([78_840_000, 78_840_000, 78_840_000]);
  });

  it('prices Container Apps with its idle rate', () => {
    // 3 replicas: 2,190 h, 10 % active. Active 219 × ($0.1224 × 0.5 + $0.0144 × 1), idle 1,971 × ($0.0144 × 0.5 + $0.0144)
    const result = monthlyCompute(known('azure/westus2/container-apps'), { cpuMillicores: 500, memoryMib: 1024 }, 3, {
      requestsPerSecond: 0,
      activeShare: 0.1,
    });
    expect(micros(result).slice(0, 2)).toEqual([13_402_800 + 3_153_600, 16_556_400 + 14_191_200 + 28_382_400]);
  });

  it('leaves requests out where their price has no source, bounds idle time by the active price, and says both', () => {
    // 730 × 0.25 × $0.0864 + 730 × 0.5 × $0.0108, a tenth of it active
    const size = { cpuMillicores: 250, memoryMib: 512 };
    const result = estimate(monthlyCompute(known('azure/northeurope/container-apps'), size, 1, { activeShare: 0.1 }));
    expect(micros(result)).toEqual([1_576_800 + 394_200, 19_710_000, 19_710_000]);
    expect(result.assumptions).toEqual([
      expect.stringMatching(/price of requests has no source and is left out/),
      expect.stringMatching(/idle price has no source; bounded from above by the active price/),
    ]);
  });

  it('prices Container Instances by what is allocated', () => {
    // 730 × $0.0466 + 730 × $0.00511
    const result = monthlyCompute(
      known('azure/swedencentral/container-instances'),
      { cpuMillicores: 1000, memoryMib: 1024 },
      1,
    );
    expect(micros(result)[1]).toBe(34_018_000 + 3_730_300);
  });

  it('prices whole machines, one for each replica', () => {
    const size = { cpuMillicores: 2000, memoryMib: 12_000 };
    const result = estimate(monthlyCompute(known('aws/us-east-1/ecs-ec2'), size, 3));
    expect(result.parts).toEqual([
      expect.objectContaining({ item: 'machine m5.xlarge', quantity: 2190, micros: 420_480_000 }),
    ]);
  });

  it('costs nothing for no replicas, requests aside', () => {
    const size = { cpuMillicores: 500, memoryMib: 1024 };
    expect(micros(monthlyCompute(known('aws/us-east-1/fargate'), size, 0))).toEqual([0, 0, 0]);
  });

  it.each(['azure/brazilsouth/container-apps', 'aws/eu-west-1/ecs-ec2', 'gcp/us-east4/gke-autopilot'])(
    'names what is missing for %s',
    (id) => {
      const result = monthlyCompute(known(id), { cpuMillicores: 250, memoryMib: 512 }, 1);
      expect(isMissing(result) && result.missing).toEqual([expect.stringContaining(id)]);
    },
  );

  it('orders low, expected and high, and sums its parts, for everything priced', () => {
    let priced = 0;
    for (const each of catalogue.offerings) {
      const fit = fitSize(each, { cpuMillicores: 300, memoryMib: 700 });
      if (!fit.fits) continue;
      const result = monthlyCompute(each, fit.size, 4);
      if (isMissing(result)) continue;
      priced += 1;
      expect(result.lowMicros, each.id).toBeLessThanOrEqual(result.expectedMicros);
      expect(result.expectedMicros, each.id).toBeLessThanOrEqual(result.highMicros);
      expect(
        result.parts.reduce((sum, part) => sum + part.micros, 0),
        each.id,
      ).toBe(result.expectedMicros);
      expect(
        result.parts.every((part) => Number.isSafeInteger(part.micros) && part.source !== ''),
        each.id,
      ).toBe(true);
    }
    expect(priced).toBeGreaterThanOrEqual(30);
  });
});

describe('monthlyEndpoint', () => {
  it('is free where it belongs to the runtime', () => {
    expect(micros(monthlyEndpoint(known('gcp/us-central1/cloud-run')))).toEqual([0, 0, 0]);
  });

  it('is a load balancer on AWS, with one capacity unit at the most', () => {
    // 730 × $0.0225; 730 × $0.008
    expect(micros(monthlyEndpoint(known('aws/us-east-1/fargate')))).toEqual([16_425_000, 16_425_000, 22_265_000]);
    expect(estimate(monthlyEndpoint(known('aws/ap-northeast-1/fargate'))).assumptions).toHaveLength(1);
  });

  it('names what is missing', () => {
    expect(monthlyEndpoint(known('aws/sa-east-1/fargate'))).toEqual({
      missing: ["no source for the Application Load Balancer's hourly price in aws/sa-east-1"],
    });
  });
});

describe('free grants', () => {
  it('are those the providers state, once per account', () => {
    const run = catalogue.freeGrants.filter(({ appliesTo }) => appliesTo === 'cloud-run');
    expect(run.map(({ quantity, unit }) => [quantity.value, unit])).toEqual([
      [50, 'vcpu-hour'],
      [100, 'gib-hour'],
      [2, 'million-requests'],
    ]);
  });
});
