import { describe, expect, it } from 'vitest';
import type { ApplicationSpec, ServiceSpec } from '../../shared/contracts/application-spec.ts';
import type { SpecChange } from '../../shared/contracts/cost-values.ts';
import { turned } from '../../shared/domain/spec/change.ts';
import { changeService } from './change-spec.ts';

const specOf = (web: Partial<ServiceSpec>): ApplicationSpec => ({
  apiVersion: 'homeostasis.dev/v1',
  kind: 'Application',
  metadata: { name: 'shop' },
  spec: {
    services: [
      { name: 'api', image: 'api:1' },
      { name: 'web', image: 'web:1', ...web },
    ],
  },
});

describe('a changed spec', () => {
  const arm = { nodes: { architecture: 'arm64' } } as const;
  it.each<[string, Partial<ServiceSpec>, SpecChange[], Partial<ServiceSpec>]>([
    ['a value', { replicas: 4 }, [{ path: '/replicas', from: 4, to: 2 }], { replicas: 2 }],
    ['what was not stated', {}, [{ path: '/resources/cpu', to: '500m' }], { resources: { cpu: '500m' } }],
    [
      'what is stated no more',
      { resources: { cpu: 1, memory: '1Gi' } },
      [{ path: '/resources/cpu', from: 1 }],
      { resources: { memory: '1Gi' } },
    ],
    [
      'several, deep',
      {},
      [
        { path: '/spot', to: true },
        { path: '/constraints', to: arm },
      ],
      { spot: true, constraints: arm },
    ],
    [
      'an entry of a list',
      { prefer: ['aws/eu-west-1/fargate', 'gcp/europe-west1/cloud-run'] },
      [{ path: '/prefer/0', from: 'aws/eu-west-1/fargate', to: 'gcp/europe-west4/cloud-run' }],
      { prefer: ['gcp/europe-west4/cloud-run', 'gcp/europe-west1/cloud-run'] },
    ],
    ['a name with a slash', { env: { 'A~B': 1 } }, [{ path: '/env/A~0B', from: 1, to: 2 }], { env: { 'A~B': 2 } }],
  ])('says %s, and turned back what it said before', (_, before, changes, after) => {
    const spec = specOf(before);
    const changed = changeService(spec, 'web', changes);
    expect(changed).toEqual({ spec: specOf(after) });
    if ('problem' in changed) throw new Error(changed.problem);
    expect(changeService(changed.spec, 'web', turned(changes))).toEqual({ spec });
  });

  it.each<[string, string, SpecChange, string]>([
    ['the value is another one', 'web', { path: '/replicas', from: 4, to: 2 }, 'web/replicas is 3 now, not 4'],
    ['it is stated now', 'web', { path: '/replicas', to: 2 }, 'web/replicas is 3 now, not not stated'],
    ['the service is gone', 'old', { path: '/replicas', from: 4, to: 2 }, 'there is no service old any more'],
    ['it leads into a number', 'web', { path: '/replicas/x', to: 2 }, 'web/replicas/x leads through'],
    ['it would rename it', 'web', { path: '/name', from: 'web', to: 'www' }, 'would become another service'],
    [
      'it reaches for what every object has',
      'web',
      { path: '/constructor', from: 'x' },
      'web/constructor is not stated now',
    ],
  ])('is none where %s', (_, service, change, problem) => {
    const found = changeService(specOf({ replicas: 3 }), service, [change]);
    expect('problem' in found ? found.problem : found).toContain(problem);
  });

  it('pollutes nothing', () => {
    const change = JSON.parse('[{"path":"/__proto__/polluted","to":true}]') as SpecChange[];
    changeService(specOf({}), 'web', change);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('leaves the spec it starts from alone', () => {
    const spec = specOf({ resources: { cpu: 1 } });
    const copy = structuredClone(spec);
    changeService(spec, 'web', [{ path: '/resources/cpu', from: 1, to: 2 }]);
    expect(spec).toEqual(copy);
  });
});
