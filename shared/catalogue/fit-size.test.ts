import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogue, fitSize, offering } from './index.ts';
import type { Offering } from './types.ts';

function known(id: string): Offering {
  const found = offering(id);
  if (found === undefined) throw new Error(`${id} is not in the catalogue`);
  return found;
}

const fargate = 'aws/eu-west-1/fargate';
const ec2 = 'aws/us-east-1/ecs-ec2';
const apps = 'azure/japaneast/container-apps';
const instances = 'azure/eastus/container-instances';
const run = 'gcp/us-central1/cloud-run';

describe('fitSize', () => {
  it.each([
    // wanted -> the smallest allowed
    [fargate, 1, 1, 250, 512],
    [fargate, 250, 512, 250, 512],
    [fargate, 250, 513, 250, 1024],
    [fargate, 250, 1025, 250, 2048],
    [fargate, 250, 2049, 500, 3072],
    [fargate, 251, 512, 500, 1024],
    [fargate, 500, 4097, 1000, 5120],
    [fargate, 1000, 8192, 1000, 8192],
    [fargate, 1000, 8193, 2000, 9216],
    [fargate, 2000, 16_385, 4000, 17_408],
    [fargate, 4000, 30_720, 4000, 30_720],
    [apps, 100, 100, 250, 512],
    [apps, 250, 513, 500, 1024],
    [apps, 1001, 512, 1250, 2560],
    [apps, 4000, 8192, 4000, 8192],
    [instances, 100, 100, 1000, 1024],
    [instances, 1001, 1025, 1500, 1536],
    [instances, 500, 7168, 1000, 7168],
    [instances, 500, 7169, 1500, 7680],
    [instances, 500, 16_384, 2500, 16_384],
    [instances, 4000, 16_384, 4000, 16_384],
    [run, 80, 64, 1000, 128],
    [run, 1000, 4097, 2000, 4097],
    [run, 2001, 512, 4000, 2048],
    [run, 4001, 512, 6000, 4096],
    [run, 8000, 32_768, 8000, 32_768],
  ])('%s: %im and %i MiB become %im and %i MiB', (id, ...sizes) => {
    const [cpu, memory, cpuMillicores, memoryMib] = sizes;
    const fit = fitSize(known(id), { cpuMillicores: cpu, memoryMib: memory });
    expect(fit).toEqual({ fits: true, size: { cpuMillicores, memoryMib } });
  });

  it.each([
    [[1, 1], [250, 128], 'm5.large'],
    [[2000, 7577], [2000, 7577], 'm5.large'],
    [[2000, 7578], [2000, 7578], 'm5.xlarge'],
    [[2001, 512], [2001, 512], 'm5.xlarge'],
    [[32_000, 121_241], [32_000, 121_241], 'm5.8xlarge'],
  ] as const)('on machines, %j stays %j and takes an %s', (wanted, given, instanceType) => {
    const fit = fitSize(known(ec2), { cpuMillicores: wanted[0], memoryMib: wanted[1] });
    expect(fit).toEqual({ fits: true, size: { cpuMillicores: given[0], memoryMib: given[1] }, instanceType });
  });

  it.each([
    [fargate, 4001, 512, /larger tasks go to ecs-ec2/],
    [fargate, 250, 30_721, /larger tasks go to ecs-ec2/],
    [fargate, 16_001, 512, /larger tasks go to ecs-ec2/],
    [apps, 4001, 512, /it cannot hold 4001m CPU and 512 MiB/],
    [apps, 250, 8193, /largest replica is 4000m CPU and 8192 MiB/],
    [instances, 4001, 512, /largest replica is 4000m/],
    [run, 8001, 512, /largest replica is 8000m/],
    [ec2, 32_001, 512, /largest replica is 32000m/],
    ['gcp/us-central1/gke-autopilot', 250, 512, /not known \(no source\)/],
  ])('%s refuses %im and %i MiB and says why', (id, cpuMillicores, memoryMib, reason) => {
    const fit = fitSize(known(id), { cpuMillicores, memoryMib });
    expect(fit.fits ? 'fits' : fit.reason).toMatch(reason);
  });

  it('gives at least what was wanted, and fits what it gave unchanged', () => {
    const sized = catalogue.offerings.filter(({ limits }) => limits !== undefined);
    fc.assert(
      fc.property(
        fc.constantFrom(...sized),
        fc.integer({ min: 1, max: 40_000 }),
        fc.integer({ min: 1, max: 140_000 }),
        (on, cpu, mib) => {
          const fit = fitSize(on, { cpuMillicores: cpu, memoryMib: mib });
          if (!fit.fits) return;
          expect(fit.size.cpuMillicores).toBeGreaterThanOrEqual(cpu);
          expect(fit.size.memoryMib).toBeGreaterThanOrEqual(mib);
          expect(fitSize(on, fit.size)).toEqual(fit);
        },
      ),
      { seed: 7, numRuns: 500 },
    );
  });
});
