import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyFreeGrants, type GrantedLine } from './free-grants.ts';

const apps = 'azure/westus2/container-apps';
const run = 'gcp/us-central1/cloud-run';

function line(target: string, item: string, quantity: number, micros: number): GrantedLine {
  const unit = item.endsWith('vCPU')
    ? 'vcpu-hour'
    : item.endsWith('memory')
      ? 'gib-hour'
      : item === 'requests'
        ? 'million-requests'
        : 'gb';
  return { target, item, quantity, unit, micros };
}

describe('applyFreeGrants', () => {
  it('takes 50 vCPU-hours off Container Apps once, however many services run there', () => {
    const { micros, perLine, granted } = applyFreeGrants([
      line(apps, 'active vCPU', 60, 6_000_000),
      line(apps, 'active vCPU', 40, 4_000_000),
    ]);
    expect(micros).toBe(5_000_000);
    expect(perLine).toEqual([3_000_000, 2_000_000]);
    expect(granted.map(({ used, free }) => [used, free])).toEqual([[100, 50]]);
  });

  it('takes off no more than was used', () => {
    expect(applyFreeGrants([line(run, 'requests', 0.5, 200_000)]).micros).toBe(200_000);
  });

  it.each([
    ['idle vCPU', line(apps, 'idle vCPU', 10, 1)],
    ['instances that are always on', line(run, 'always on vCPU', 10, 1)],
    ['another runtime', line('azure/westus2/container-instances', 'allocated vCPU', 10, 1)],
    ['traffic of Cloud Run from Europe', line('gcp/europe-west1/cloud-run', 'traffic (internet)', 1, 120_000)],
    ['traffic within a cloud', line('aws/us-east-1/fargate', 'traffic (inter-region)', 10, 1)],
  ])('gives nothing for %s', (_, each) => {
    expect(applyFreeGrants([each])).toMatchObject({ micros: 0, granted: [], perLine: [0] });
  });

  it('gives the 100 GB that leave AWS, and the one that leaves Cloud Run in North America', () => {
    expect(applyFreeGrants([line('aws/us-east-1/fargate', 'traffic (internet)', 400, 36_000_000)]).micros).toBe(
      9_000_000,
    );
    expect(applyFreeGrants([line(run, 'traffic (internet)', 2, 240_000)]).micros).toBe(120_000);
  });

  it('adds up to the micro-dollar, and never makes a line negative', () => {
    const lines = fc.array(
      fc.record({
        target: fc.constantFrom(apps, run, 'gcp/europe-west3/cloud-run', 'aws/eu-west-1/fargate'),
        item: fc.constantFrom('active vCPU', 'active memory', 'idle memory', 'requests', 'traffic (internet)'),
        quantity: fc.double({ min: 0, max: 1e6, noNaN: true }),
        micros: fc.integer({ min: 0, max: 1e12 }),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(lines, (drawn) => {
        const given = drawn.map(({ target, item, quantity, micros }) => line(target, item, quantity, micros));
        const { micros, perLine, granted } = applyFreeGrants(given);
        expect(perLine.reduce((a, b) => a + b, 0)).toBe(micros);
        expect(granted.reduce((sum, each) => sum + each.micros, 0)).toBe(micros);
        perLine.forEach((off, i) => {
          expect(Number.isInteger(off)).toBe(true);
          expect(off).toBeGreaterThanOrEqual(0);
          expect(off).toBeLessThanOrEqual(given[i]?.micros ?? 0);
        });
      }),
    );
  });
});
