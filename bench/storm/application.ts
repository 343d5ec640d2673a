import { stringify } from 'yaml';

/** Where a thousand services may stand: three regions of each of three clouds, one runtime in each. */
export const targets = [
  'aws/eu-west-1/fargate',
  'aws/eu-central-1/fargate',
  'aws/eu-west-2/fargate',
  'azure/westeurope/container-apps',
  'azure/northeurope/container-apps',
  'azure/uksouth/container-apps',
  'gcp/europe-west1/cloud-run',
  'gcp/europe-west3/cloud-run',
  'gcp/europe-west4/cloud-run',
] as const;

export const lostTarget = targets[0];
export const lostRegion = regionOf(lostTarget);
export const regions = targets.map(regionOf);

function regionOf(target: string): string {
  return target.split('/').slice(0, 2).join('/');
}

/** The first of ten is critical, the last three can wait. */
const tierOf = (index: number): string => (index % 10 === 0 ? 'critical' : index % 10 < 7 ? 'standard' : 'best-effort');

/** One of `applications` that together have a thousand services, and each all tiers. */
export function application(index: number, services: number) {
  return {
    apiVersion: 'homeostasis.dev/v1',
    kind: 'Application',
    metadata: { name: `estate-${String(index).padStart(3, '0')}` },
    spec: {
      services: Array.from({ length: services }, (_, i) => ({
        name: `service-${String(i).padStart(4, '0')}`,
        image: `ghcr.io/homeostasis/examples/service:1.${i % 7}.0`,
        resources: { cpu: '250m', memory: '512Mi' },
        tier: tierOf(i),
        ports: [{ port: 8080 }],
        healthCheck: { path: '/healthz' },
        constraints: { regions: { allow: targets.map((target) => target.split('/')[1] ?? '') } },
      })),
    },
  };
}

/**
 * The lost one holds all; of the others none holds more than a quarter, so that the thousand spread over all that is left. Looks are quick:
 * what is measured begins with the decision.
 */
export function configuration(): string {
  const quotas = Object.fromEntries(targets.map((target) => [target, target === lostTarget ? 500 : 80]));
  return stringify({ placement: { quotas }, dr: { holdDownSeconds: 2, failback: { stabilizationSeconds: 300 } } });
}
