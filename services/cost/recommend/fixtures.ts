import { catalogue } from '../../../shared/catalogue/index.ts';
import type { ServiceSpec } from '../../../shared/contracts/application-spec.ts';
import { normalizeApplication } from '../../../shared/domain/spec/index.ts';
import { defaultCostSettings } from '../settings.ts';
import type { Facts } from './facts.ts';
import { offeringsById } from './gather.ts';
import type { Used, UsedDay } from './usage-record.ts';

export const fargate = 'aws/eu-west-1/fargate';
export const virginia = 'aws/us-east-1/fargate';
export const tokyo = 'aws/ap-northeast-1/fargate';
export const cloudRun = 'gcp/europe-west1/cloud-run';
export const now = Date.UTC(2026, 10, 21, 8);
const dayMs = 86_400_000;

const offerings = offeringsById(catalogue);

export const web = (more: Partial<ServiceSpec> = {}): ServiceSpec => ({
  name: 'web',
  image: 'registry.example/web:1',
  replicas: 2,
  resources: { cpu: '2', memory: '4Gi' },
  ports: [{ port: 8080 }],
  ...more,
});

/** The last so many days, each as given. */
export function used(count: number, of: (index: number, day: string) => Partial<Used>, target = fargate): UsedDay[] {
  return Array.from({ length: count }, (_, index) => {
    const day = new Date(now - (count - index) * dayMs).toISOString().slice(0, 10);
    return { day, targets: new Map([[target, { minutes: 1440, ...of(index, day) }]]) };
  });
}

export const share = (value: number, max = value) => ({ p50: value, p95: value, p99: value, max });

export function factsOf(stated: ServiceSpec = web(), more: Partial<Facts> = {}): Facts {
  const [service] = normalizeApplication({
    apiVersion: 'homeostasis.dev/v1',
    kind: 'Application',
    metadata: { name: 'shop' },
    spec: { services: [stated] },
  }).services;
  if (service === undefined) throw new Error('no service');
  const { replicas, cpuMillicores, memoryMib } = service;
  return {
    ...{ application: 'shop', service, stated, offerings, now },
    placed: [{ target: fargate, replicas, cpuMillicores, memoryMib }],
    ...{ eligible: [], movedAt: now - 30 * dayMs, days: [], links: [] },
    settings: defaultCostSettings.recommendations,
    ...more,
  };
}
