import { describe, expect, it } from 'vitest';
import type { ApplicationSpec, ServiceSpec } from '../../contracts/application-spec.ts';
import { normalizeApplication, tierDefaults } from './index.ts';

function application(service: Partial<ServiceSpec>, placement?: ApplicationSpec['spec']['placement']): ApplicationSpec {
  return {
    apiVersion: 'homeostasis.dev/v1',
    kind: 'Application',
    metadata: { name: 'shop' },
    spec: { ...(placement && { placement }), services: [{ name: 'web', image: 'web:1', ...service }] },
  };
}

const normalized = (service: Partial<ServiceSpec>) => normalizeApplication(application(service)).services[0];

describe('normalizing', () => {
  it('writes out every default', () => {
    expect(normalizeApplication(application({}))).toEqual({
      name: 'shop',
      labels: {},
      placement: { minimumClouds: 1 },
      services: [
        {
          name: 'web',
          image: 'web:1',
          replicas: 1,
          cpuMillicores: 250,
          memoryMib: 512,
          env: {},
          secrets: [],
          ports: [],
          volumes: [],
          strategy: { type: 'rolling', steps: [100], stepSeconds: 0, progressDeadlineSeconds: 600 },
          constraints: { minimumClouds: 1, minimumRegions: 1 },
          tier: 'standard',
          recovery: tierDefaults.standard.recovery,
          spot: false,
          stateless: true,
          requestDriven: false,
          hints: {},
          links: [],
          usage: {},
        },
      ],
    });
  });

  it.each<[string, Partial<ServiceSpec>, object]>([
    ['two replicas of what is critical', { tier: 'critical' }, { replicas: 2 }],
    ['as many replicas as the spread needs', { constraints: { minimumClouds: 2, minimumRegions: 3 } }, { replicas: 3 }],
    ['stated replicas, even none', { tier: 'critical', replicas: 0 }, { replicas: 0 }],
    [
      'a region per cloud',
      { constraints: { minimumClouds: 3 } },
      { constraints: { minimumClouds: 3, minimumRegions: 3 } },
    ],
    ['text for every variable', { env: { A: 1.5, B: true, C: 'x' } }, { env: { A: '1.5', B: 'true', C: 'x' } }],
    ['whole units, rounded up', { resources: { cpu: 0.1001, memory: '1.5M' } }, { cpuMillicores: 101, memoryMib: 2 }],
    ['a state where there is a volume', { volumes: [{ name: 'v', mountPath: '/v' }] }, { stateless: false }],
    [
      'ports with protocol and name',
      { ports: [{ port: 80 }, { port: 9, protocol: 'GRPC' }, { port: 5, name: 'x', protocol: 'TCP' }] },
      {
        ports: [
          { name: 'http-80', port: 80, protocol: 'HTTP' },
          { name: 'grpc-9', port: 9, protocol: 'GRPC' },
          { name: 'x', port: 5, protocol: 'TCP' },
        ],
      },
    ],
    [
      'a health check on the first HTTP port',
      { ports: [{ port: 9, protocol: 'GRPC' }, { port: 80 }], healthCheck: { path: '/h' } },
      {
        healthCheck: {
          path: '/h',
          port: 80,
          intervalSeconds: 10,
          timeoutSeconds: 5,
          failureThreshold: 3,
          initialDelaySeconds: 0,
        },
      },
    ],
    [
      'a timeout no longer than a short interval',
      { ports: [{ port: 9, protocol: 'TCP' }], healthCheck: { path: '/', intervalSeconds: 2 } },
      {
        healthCheck: {
          path: '/',
          port: 9,
          intervalSeconds: 2,
          timeoutSeconds: 2,
          failureThreshold: 3,
          initialDelaySeconds: 0,
        },
      },
    ],
    [
      'canary steps',
      { strategy: { type: 'canary' } },
      { strategy: { type: 'canary', steps: [10, 50, 100], stepSeconds: 60, progressDeadlineSeconds: 600 } },
    ],
    [
      'a rolling strategy without steps that mean nothing',
      { strategy: { type: 'rolling', steps: [5], progressDeadlineSeconds: 30 } },
      { strategy: { type: 'rolling', steps: [100], stepSeconds: 0, progressDeadlineSeconds: 30 } },
    ],
  ])('gives %s', (_, service, expected) => {
    expect(normalized(service)).toMatchObject(expected);
  });

  it('takes what a tier means from the configuration', () => {
    const tiers = {
      ...tierDefaults,
      'best-effort': { ...tierDefaults['best-effort'], replicas: 4, progressDeadlineSeconds: 60 },
    };
    const [service] = normalizeApplication(application({ tier: 'best-effort' }), { tiers }).services;
    expect(service).toMatchObject({ replicas: 4, strategy: { progressDeadlineSeconds: 60 } });
  });

  it('keeps wishes of the application', () => {
    const placement = { preset: 'cost-optimized', maxSharePerCloud: 0.5, minimumClouds: 2 } as const;
    expect(normalizeApplication(application({}, placement)).placement).toEqual(placement);
  });

  it('refuses a quantity that was never checked', () => {
    expect(() => normalized({ resources: { cpu: 'lots' } })).toThrow('service web: cpu "lots"');
  });
});
