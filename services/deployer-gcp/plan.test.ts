import { describe, expect, it } from 'vitest';
import type { Workload } from '../../shared/contracts/workload.ts';
import { InvalidSpec } from '../../shared/ports/cloud-target.ts';
import { command } from './given.ts';
import type { Container } from './gcp-api.ts';
import { placeOf } from './names.ts';
import { plan } from './plan.ts';
import { withDefaults, type GcpSettings } from './settings.ts';

function planned(changed: Partial<Workload> = {}, settings: Partial<GcpSettings> = {}) {
  const resolved = withDefaults({ project: 'demo-project', ...settings });
  const wish = command(changed);
  return plan(wish, resolved, placeOf(wish.target, resolved));
}

const containerOf = (changed: Partial<Workload>, settings: Partial<GcpSettings> = {}): Container =>
  planned(changed, settings).body.template?.containers?.[0] ?? {};

const health = {
  path: '/healthz',
  port: 8080,
  intervalSeconds: 10,
  timeoutSeconds: 3,
  failureThreshold: 2,
  initialDelaySeconds: 5,
};

describe('plan', () => {
  it('makes a service of a workload with a port', () => {
    const { kind, body } = planned();
    expect(kind).toBe('service');
    expect(body).toMatchObject({
      name: 'projects/demo-project/locations/europe-west1/services/shop-web',
      labels: {
        'managed-by': 'homeostasis',
        'homeostasis-application': 'shop',
        'homeostasis-service': 'web',
        'homeostasis-generation': '1',
        'homeostasis-spec-hash': '0123456789abcdef',
      },
      scaling: { scalingMode: 'MANUAL', manualInstanceCount: 2 },
      ingress: 'INGRESS_TRAFFIC_ALL',
      invokerIamDisabled: true,
    });
    expect(containerOf({})).toMatchObject({
      image: 'docker.io/example/shop-web:1',
      env: [{ name: 'MODE', value: 'live' }],
      resources: { limits: { cpu: '1000m', memory: '512Mi' }, cpuIdle: true },
      ports: [{ name: 'http1', containerPort: 8080 }],
    });
  });

  it('makes a worker pool of one without', () => {
    const { kind, body } = planned({ ports: [], replicas: 3 });
    expect([kind, body.scaling]).toEqual(['workerPool', { manualInstanceCount: 3 }]);
    expect(body.name).toMatch(/\/workerPools\/shop-web$/);
    expect(containerOf({ ports: [] })).not.toHaveProperty('ports');
  });

  it('keeps a service closed when it is not public', () => {
    expect(planned({}, { public: false }).body).toMatchObject({ invokerIamDisabled: false });
  });

  it('speaks HTTP/2 to a gRPC port and asks it by the health protocol', () => {
    const grpc = { ports: [{ name: 'api', port: 8080, protocol: 'GRPC' as const }], healthCheck: health };
    expect(containerOf(grpc)).toMatchObject({
      ports: [{ name: 'h2c', containerPort: 8080 }],
      startupProbe: { grpc: { port: 8080 } },
      livenessProbe: { grpc: { port: 8080 } },
    });
  });

  it('gives a container all of Cloud Run’s 240 s to start, and its own numbers afterwards', () => {
    expect(containerOf({ healthCheck: health })).toMatchObject({
      startupProbe: { httpGet: { path: '/healthz', port: 8080 }, initialDelaySeconds: 5, failureThreshold: 24 },
      livenessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 10, failureThreshold: 2 },
    });
    // Threshold × period may not exceed the 240 s, whatever the service asked for.
    const patient = { ...health, intervalSeconds: 60, failureThreshold: 10 };
    expect(containerOf({ healthCheck: patient })).toMatchObject({
      startupProbe: { periodSeconds: 60, failureThreshold: 4 },
      livenessProbe: { periodSeconds: 60, failureThreshold: 10 },
    });
    const slow = { ...health, intervalSeconds: 300, timeoutSeconds: 60, initialDelaySeconds: 3600 };
    expect(containerOf({ healthCheck: slow })).toMatchObject({
      startupProbe: { initialDelaySeconds: 240, periodSeconds: 240, timeoutSeconds: 60, failureThreshold: 1 },
      livenessProbe: { periodSeconds: 300 },
    });
  });

  it('keeps the CPU on between requests unless the service is driven by them', () => {
    expect(containerOf({ requestDriven: false, memoryMib: 128 }).resources).toEqual({
      limits: { cpu: '1000m', memory: '512Mi' },
      cpuIdle: false,
    });
    expect(containerOf({ requestDriven: false, cpuMillicores: 500 }).resources).toMatchObject({ cpuIdle: true });
    expect(containerOf({ requestDriven: true, memoryMib: 128 }).resources?.limits).toMatchObject({ memory: '128Mi' });
  });

  it('leaves PORT to Cloud Run where it would say the same', () => {
    const env = { PORT: '8080', B: '2', A: '1' };
    expect(containerOf({ env }).env?.map(({ name }) => name)).toEqual(['A', 'B']);
    expect(containerOf({ env: { PORT: '9090' } }).env).toEqual([{ name: 'PORT', value: '9090' }]);
    expect(containerOf({ env, ports: [] }).env).toHaveLength(3);
  });

  it('pulls through the remote repository that stands in for a registry', () => {
    const remoteRepositories = { 'ghcr.io': 'europe-docker.pkg.dev/demo-project/ghcr/' };
    const from = (image: string) => containerOf({ image }, { remoteRepositories }).image;
    expect(from('ghcr.io/acme/web:1')).toBe('europe-docker.pkg.dev/demo-project/ghcr/acme/web:1');
    expect([from('nginx:1'), from('acme/web:1'), from('gcr.io/acme/web:1')]).toEqual([
      'nginx:1',
      'acme/web:1',
      'gcr.io/acme/web:1',
    ]);
  });

  it.each([
    [
      { env: 'T', secret: 'token' },
      { secret: 'token', version: 'latest' },
    ],
    [
      { env: 'T', secret: 'shop/token', key: 'value' },
      { secret: 'shop-token-value', version: 'latest' },
    ],
    [
      { env: 'T', secret: 'projects/p/secrets/s' },
      { secret: 'projects/p/secrets/s', version: 'latest' },
    ],
    [
      { env: 'T', secret: 'projects/p/secrets/s/versions/3', key: 'value' },
      { secret: 'projects/p/secrets/s-value', version: '3' },
    ],
    [
      { env: 'T', secret: 'projects/p/secrets/s/versions/3' },
      { secret: 'projects/p/secrets/s', version: '3' },
    ],
  ])('refers to secret %j', (ref, secretKeyRef) => {
    expect(containerOf({ secrets: [ref] }).env).toContainEqual({ name: 'T', valueSource: { secretKeyRef } });
  });

  it('cuts no name of a secret short', () => {
    const secrets = [{ env: 'T', secret: 'a'.repeat(200), key: 'b'.repeat(100) }];
    expect(() => containerOf({ secrets })).toThrow(/301 characters; Secret Manager takes at most 255/);
  });

  it('runs as the configured account, unless a service hints another', () => {
    const serviceAccount = 'run@demo.iam.gserviceaccount.com';
    const own = 'web@demo.iam.gserviceaccount.com';
    const accountOf = (change: Partial<Workload>, settings: Partial<GcpSettings>) =>
      planned(change, settings).body.template?.serviceAccount;
    expect(accountOf({}, {})).toBeUndefined();
    expect(accountOf({}, { serviceAccount })).toBe(serviceAccount);
    expect(accountOf({ ports: [] }, { serviceAccount })).toBe(serviceAccount);
    expect(accountOf({ hints: { gcp: { serviceAccount: own } } }, { serviceAccount })).toBe(own);
  });

  it('takes the hints for Google Cloud', () => {
    const hints = {
      gcp: { serviceAccount: 'web@demo.iam.gserviceaccount.com', executionEnvironment: 'gen2' as const },
    };
    expect(planned({ hints, memoryMib: 128 }).body.template).toMatchObject({
      serviceAccount: 'web@demo.iam.gserviceaccount.com',
      executionEnvironment: 'EXECUTION_ENVIRONMENT_GEN2',
      containers: [{ resources: { limits: { memory: '512Mi' } } }],
    });
  });

  it.each<[string, Partial<Workload>, RegExp]>([
    ['TCP', { ports: [{ name: 'redis', port: 6379, protocol: 'TCP' }] }, /redis is TCP.*HTTP and gRPC only/],
    [
      'two ports',
      {
        ports: [
          { name: 'http', port: 80, protocol: 'HTTP' },
          { name: 'api', port: 81, protocol: 'GRPC' },
        ],
      },
      /the ports http, api.*exactly one/,
    ],
    ['volumes', { volumes: [{ name: 'data', mountPath: '/data' }] }, /volume data would be lost/],
  ])('refuses %s', (_, changed, text) => {
    expect(() => planned(changed)).toThrow(InvalidSpec);
    expect(() => planned(changed)).toThrow(text);
    expect(() => planned(changed)).toThrow('shop/web cannot run on gcp/europe-west1/cloud-run');
  });

  it('carries a hash too long for a label as an annotation', () => {
    const wish = { ...command(), specHash: 'f'.repeat(64) };
    const settings = withDefaults({ project: 'demo-project' });
    const { labels, annotations } = plan(wish, settings, placeOf(wish.target, settings)).body;
    expect(labels).not.toHaveProperty('homeostasis-spec-hash');
    expect(annotations).toMatchObject({ 'homeostasis.dev/spec-hash': 'f'.repeat(64) });
  });
});
