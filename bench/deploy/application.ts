import { stringify } from 'yaml';
import { catalogue } from '../../shared/catalogue/index.ts';

/** What 1,000 services look like: groups of ten that call each other as a tree, with the mix of wishes a real estate has. */
export function application(services: number, name = `estate-${services}`) {
  return {
    apiVersion: 'homeostasis.dev/v1',
    kind: 'Application',
    metadata: { name },
    spec: {
      placement: { minimumClouds: 3, maxSharePerCloud: 0.4 },
      services: Array.from({ length: services }, (_, i) => service(i)),
    },
  };
}

export const serviceName = (index: number): string => `service-${String(index).padStart(4, '0')}`;

const group = 10;

function service(index: number) {
  const place = index % group;
  return {
    name: serviceName(index),
    image: `ghcr.io/homeostasis/examples/service:1.${index % 7}.0`,
    resources: sizes[index % sizes.length],
    env: { LOG_LEVEL: 'info', SHARD: String(index) },
    ...tierOf(place),
    // One in ten is a worker without a port.
    ...(place === 9 ? {} : { ports: [{ port: 8080 }], healthCheck: { path: '/healthz' } }),
    constraints: constraintsOf(index),
    ...(place === 0 ? {} : { links: [{ to: serviceName(parentOf(index)), gbPerMonth: 5 + (index % 40) }] }),
    usage: { requestsPerSecond: 1 + (index % 20), activeShare: 0.2, egressGbPerMonth: index % 50 },
  };
}

const sizes = [
  { cpu: '250m', memory: '512Mi' },
  { cpu: '500m', memory: '1Gi' },
  { cpu: '1', memory: '2Gi' },
];

/** A tree within the group: 1, 2 and 3 call 0; 4, 5 and 6 call 1; 7, 8 and 9 call 2. */
const parentOf = (index: number): number => index - (index % group) + Math.floor(((index % group) - 1) / 3);

function tierOf(place: number) {
  if (place === 0) return { tier: 'critical', replicas: 2 };
  if (place >= 7) return { tier: 'best-effort', spot: true, stateless: true, requestDriven: place !== 9 };
  return { tier: 'standard', replicas: 1 + (place % 2) };
}

function constraintsOf(index: number) {
  const residency = [['EU'], ['US'], undefined, ['EU', 'GB'], undefined][Math.floor(index / group) % 5];
  return {
    ...(residency === undefined ? {} : { dataResidency: residency }),
    ...(index % group === 0 ? { minimumClouds: 2, compliance: ['soc2'] } : {}),
    ...(index % 50 === 5 ? { minimumRegions: 2 } : {}),
  };
}

/**
 * A configuration whose quotas hold the estate: a new account may run 6 vCPU of Fargate in a region, which is not what an owner of
 * 3,000 services has. Still small enough that no region takes everything.
 */
export function configuration(): string {
  const limited = catalogue.offerings.filter(({ quotas }) => quotas.vcpu?.scope === 'region');
  return stringify({ placement: { quotas: Object.fromEntries(limited.map(({ id }) => [id, 500])) } });
}
