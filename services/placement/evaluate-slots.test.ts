import { describe, expect, it } from 'vitest';
import type { NormalizedService } from '../../shared/domain/spec/normalized.ts';
import { evaluateSlots } from './evaluate-slots.ts';
import { inputOf, placed, standing, webService } from './fixtures.ts';
import type { DecideInput } from './input.ts';
import { defaultPlacementSettings } from './settings.ts';
import { sharedBy } from './shared-by.ts';
import { slotsOf } from './slots.ts';

const evaluated = (services: readonly NormalizedService[], over: Partial<DecideInput> = {}) => {
  const input = inputOf(services, over);
  return evaluateSlots(slotsOf(input.application, new Set()), input, sharedBy(input));
};

describe('what services could stand on', () => {
  it('is worked out once for those that ask for the same', () => {
    const [a, b] = evaluated([
      webService('a', { tier: 'critical', env: { A: '1' } }),
      webService('b', { links: [{ to: 'a', gbPerMonth: 1 }] }),
    ]);
    expect(a?.options.length).toBeGreaterThan(0);
    expect(b).toBe(a);
  });

  it.each<[string, Partial<NormalizedService>]>([
    ['size', { cpuMillicores: 2000 }],
    ['replicas', { replicas: 2 }],
    ['ports', { ports: [] }],
    ['constraints', { constraints: { minimumClouds: 1, minimumRegions: 1, dataResidency: ['DE'] } }],
    ['usage', { usage: { requestsPerSecond: { low: 50, expected: 50, high: 50 } }, requestDriven: true }],
  ])('is its own matter for one that differs in %s', (_what, over) => {
    const [a, b, alone] = [
      ...evaluated([webService('a'), webService('b', over)]),
      ...evaluated([webService('b', over)]),
    ];
    expect(b).not.toEqual(a);
    expect(b).toEqual(alone);
  });

  it('is its own matter for one that failed somewhere, is kept out, or stands where nothing new may go', () => {
    const services = ['free', 'failed', 'kept-out', 'standing'].map((name) => webService(name));
    const first = placed(inputOf(services));
    const target = first.services[0]?.targets[0]?.target ?? '';
    const current = new Map([...standing(first)].filter(([name]) => name === 'standing'));
    const now = Date.parse('2026-11-21T08:00:00Z');
    const found = evaluated(services, {
      current,
      avoid: { failed: { [target]: now + 1 }, free: { [target]: now } },
      exclusions: [
        { scope: target, reason: 'full', mode: 'cordon' },
        { scope: target, reason: 'slow', service: 'kept-out' },
      ],
    });
    const reasons = found.map(({ rejected }) =>
      rejected.filter(({ targets }) => targets.includes(target)).map(({ filter, reason }) => `${filter}: ${reason}`),
    );
    const cordoned = `excluded: ${target} is cordoned, nothing new goes there: full`;
    expect(reasons).toEqual([[cordoned], [cordoned], [`excluded: ${target} is excluded: slow`], []]);
  });
});

describe('a thousand services that lost their region', () => {
  it('are placed where there is room, within a few percent of the best there may be', () => {
    const services = Array.from({ length: 1000 }, (_, i) =>
      webService(`s${i}`, { cpuMillicores: 250 + 250 * (i % 4), memoryMib: 1024 + 512 * (i % 3) }),
    );
    const [scope, regions] = ['aws/eu-west-1', ['eu-west-1', 'eu-west-2', 'eu-central-1', 'eu-north-1']];
    const clouds = { aws: { regions: ['eu-west-1'] } };
    const only = { ...defaultPlacementSettings, clouds, quotas: { 'aws/eu-west-1/fargate': 1000 } };
    const first = placed(inputOf(services, { settings: only }));
    const quotas = { 'aws/eu-north-1/fargate': 250, 'aws/eu-west-2/fargate': 250, 'aws/eu-central-1/fargate': 250 };
    const settings = { ...defaultPlacementSettings, clouds: { aws: { regions } }, quotas };
    const exclusions = [{ scope, reason: 'silent' }];
    const decided = placed(
      inputOf(services, { settings, cause: 'target-excluded', current: standing(first), exclusions }),
    );
    const used = decided.services.flatMap(({ targets }) => targets.map(({ target }) => target));
    expect([...new Set(used)].sort()).toEqual(Object.keys(quotas).sort());
    expect(decided.gap).toBeLessThan(0.05);
  });
});
