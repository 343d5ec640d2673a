import { describe, expect, it } from 'vitest';
import type { ServiceSpec } from '../../contracts/application-spec.ts';
import { knownWorld } from './known.ts';
import { formatFinding, normalizeApplication, validateApplication } from './index.ts';

const known = knownWorld(
  {
    regions: [{ id: 'aws/eu-west-1', cloud: 'aws', jurisdiction: { value: { country: 'IE', blocs: ['EU'] } } }],
    offerings: [{ runtime: 'fargate' }],
  },
  [],
);

const specOf = (service: Partial<ServiceSpec>) => ({
  apiVersion: 'homeostasis.dev/v1' as const,
  kind: 'Application' as const,
  metadata: { name: 'shop' },
  spec: { services: [{ name: 'web', image: 'web:1', ...service }] },
});
const problems = (service: Partial<ServiceSpec>): string[] =>
  validateApplication(specOf(service), known).errors.map(formatFinding);

describe('usage', () => {
  it('is a range without width where it is a number', () => {
    const usage = { requestsPerSecond: 5, egressGbPerMonth: { low: 1, expected: 2, high: 9 } };
    expect(normalizeApplication(specOf({ usage })).services[0]?.usage).toEqual({
      requestsPerSecond: { low: 5, expected: 5, high: 5 },
      egressGbPerMonth: { low: 1, expected: 2, high: 9 },
    });
  });

  it.each<[string, NonNullable<ServiceSpec['usage']>, string]>([
    [
      'a low above what is expected',
      { requestsPerSecond: { low: 3, expected: 2, high: 4 } },
      'spec.services[0].usage.requestsPerSecond.low: low 3 is more than expected 2; allowed: at most 2',
    ],
    [
      'a high below it',
      { egressGbPerMonth: { low: 1, expected: 2, high: 1.5 } },
      'spec.services[0].usage.egressGbPerMonth.high: high 1.5 is less than expected 2; allowed: at least 2',
    ],
    [
      'more than all of the time',
      { activeShare: { low: 0.1, expected: 0.5, high: 1.5 } },
      'spec.services[0].usage.activeShare.high: found 1.5; allowed: a number from 0 to 1',
    ],
    ['half a range', { activeShare: { low: 0.1 } } as never, 'spec.services[0].usage.activeShare.expected: is missing'],
    [
      'words',
      { activeShare: 'often' } as never,
      'spec.services[0].usage.activeShare: found "often"; allowed: a number, or low, expected and high: share of the time a replica answers a request',
    ],
  ])('is refused with %s', (_, usage, expected) => {
    expect(problems({ usage })[0]).toBe(expected);
  });
});

describe('preferred targets', () => {
  it('are targets that exist, each once; a private cloud is not known here', () => {
    expect(problems({ prefer: ['aws/eu-west-1/fargate', 'private/lab/docker'] })).toEqual([]);
    expect(problems({ prefer: ['aws/eu-wset-1/fargate'] })).toEqual([
      'spec.services[0].prefer[0]: "aws/eu-wset-1" is not known; allowed: aws/eu-west-1 (did you mean "aws/eu-west-1"?)',
    ]);
    expect(problems({ prefer: ['aws/eu-west-1/frgate'] })).toEqual([
      'spec.services[0].prefer[0]: "frgate" is not known; allowed: fargate (did you mean "fargate"?)',
    ]);
    expect(problems({ prefer: ['aws/eu-west-1/fargate', 'aws/eu-west-1/fargate'] })).toEqual([
      'spec.services[0].prefer[1]: "aws/eu-west-1/fargate" is listed twice',
    ]);
  });
});

describe('a schedule', () => {
  it.each<[string, NonNullable<ServiceSpec['schedule']>[number], string]>([
    [
      'of a zone that does not exist',
      { from: '08:00', to: '18:00', replicas: 2, timezone: 'Europe/Berln' },
      'spec.services[0].schedule[0].timezone: "Europe/Berln" is no time zone; allowed: Europe/Berlin,',
    ],
    [
      'at an hour that does not exist',
      { from: '24:00', to: '18:00', replicas: 2 },
      'spec.services[0].schedule[0].from: found "24:00"',
    ],
    [
      'with a day twice',
      { days: ['mon', 'mon'], from: '08:00', to: '18:00', replicas: 2 },
      'spec.services[0].schedule[0].days[1]: "mon" is listed twice',
    ],
    [
      'with fewer replicas than places',
      { from: '08:00', to: '18:00', replicas: 1 },
      'spec.services[0].schedule[0].replicas: 1 cannot be spread over 2 places; allowed: 0, 2 or more',
    ],
  ])('is refused %s', (_, window, expected) => {
    expect(problems({ schedule: [window], constraints: { minimumRegions: 2 } })[0]).toContain(expected);
  });
});
