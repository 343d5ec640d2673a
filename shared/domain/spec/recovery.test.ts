import { describe, expect, it } from 'vitest';
import { catalogue, places } from '../../catalogue/index.ts';
import type { ApplicationSpec } from '../../contracts/application-spec.ts';
import { tierDefaults } from './defaults.ts';
import { formatFinding, knownWorld, normalizeApplication, validateApplication } from './index.ts';

const known = knownWorld(catalogue, places);

function specOf(service: object): ApplicationSpec {
  const services = [{ name: 'web', image: 'registry.example/web:1', ...service }];
  return { apiVersion: 'homeostasis.dev/v1', kind: 'Application', metadata: { name: 'shop' }, spec: { services } };
}

const routed = { ports: [{ port: 8080 }] };

describe('a recovery that cannot be', () => {
  const cases: readonly (readonly [string, object, readonly string[]])[] = [
    [
      'a worker that waits for traffic',
      { recovery: { standby: 'warm' } },
      [
        'spec.services[0].recovery.standby: a warm standby waits for traffic, and the service has no port; allowed: cold, active-active',
      ],
    ],
    [
      'warm in one region',
      { ...routed, recovery: { standby: 'warm' }, constraints: { regions: { allow: ['aws/eu-west-1'] } } },
      [
        'spec.services[0].recovery.standby: warm needs 2 regions, and the constraints leave only aws/eu-west-1; allow another region, or set it to cold',
      ],
    ],
    [
      'active-active under a law that holds in one region',
      {
        ...routed,
        recovery: { standby: 'active-active' },
        constraints: { dataResidency: ['IE'], clouds: { allow: ['aws'] } },
      },
      [
        'spec.services[0].recovery.standby: active-active needs 2 regions, and the constraints leave only aws/eu-west-1; allow another region, or set it to cold',
      ],
    ],
    [
      'warm beside a spread that takes all regions there are',
      {
        ...routed,
        replicas: 2,
        recovery: { standby: 'warm' },
        constraints: { minimumRegions: 2, regions: { allow: ['aws/eu-west-1', 'aws/eu-central-1'] } },
      },
      [
        'spec.services[0].recovery.standby: warm needs 3 regions, and the constraints leave only aws/eu-central-1, aws/eu-west-1; allow another region, or set it to cold',
      ],
    ],
    [
      'active-active with one replica',
      { ...routed, replicas: 1, recovery: { standby: 'active-active' } },
      [
        'spec.services[0].replicas: 1 replica cannot satisfy recovery.standby active-active, which serves from two regions; allowed: 2 or more',
      ],
    ],
    [
      'more that wait than serve',
      { ...routed, replicas: 2, recovery: { standby: 'warm', warmReplicas: 3 } },
      ['spec.services[0].recovery.warmReplicas: 3 would stand by for 2 replicas; allowed: 1 to 2'],
    ],
  ];
  it.each(cases)('%s', (_, service, expected) => {
    expect(validateApplication(specOf(service), known).errors.map(formatFinding)).toEqual(expected);
  });
});

describe('a recovery that can be', () => {
  const cases: readonly (readonly [string, object])[] = [
    ['a worker in two regions', { replicas: 2, recovery: { standby: 'active-active' } }],
    [
      'warm wherever there are two regions',
      { ...routed, recovery: { standby: 'warm' }, constraints: { dataResidency: ['EU'] } },
    ],
    ['objectives alone', { recovery: { rtoSeconds: 30, rpoSeconds: 0, failback: 'automatic' } }],
    [
      'warm in a private cloud, of whose regions nothing is known',
      { ...routed, recovery: { standby: 'warm' }, constraints: { regions: { allow: ['private/frankfurt'] } } },
    ],
    ['warm for a service that is scaled to nothing', { ...routed, replicas: 0, recovery: { standby: 'warm' } }],
  ];
  it.each(cases)('%s', (_, service) => {
    expect(validateApplication(specOf(service), known).errors.map(formatFinding)).toEqual([]);
  });

  it('is warned of what means nothing, and of data that is nowhere else', () => {
    const volumes = [{ name: 'data', mountPath: '/data', sizeGib: 1 }];
    const warnings = (service: object) =>
      validateApplication(specOf(service), known).warnings.map(({ path }) => path.slice(3).join('.'));
    expect(warnings({ ...routed, recovery: { standby: 'cold', warmReplicas: 2 } })).toEqual(['recovery.warmReplicas']);
    expect(warnings({ ...routed, volumes, recovery: { standby: 'warm' } })).toEqual(['recovery.standby']);
  });

  it('follows its tier where it says nothing', () => {
    const [web] = normalizeApplication(specOf({ tier: 'critical', recovery: { rtoSeconds: 15 } })).services;
    expect(web?.recovery).toEqual({ ...tierDefaults.critical.recovery, rtoSeconds: 15 });
  });

  it('takes two replicas to be active in two regions, where no count is stated', () => {
    const [web] = normalizeApplication(specOf({ recovery: { standby: 'active-active' } })).services;
    expect(web?.replicas).toBe(2);
  });
});
