import type { Workload } from '../../shared/contracts/workload.ts';
import type { ApplyCommand } from '../../shared/ports/cloud-target.ts';

/** Samples that several tests begin from. */
export const workload: Workload = {
  image: 'docker.io/example/shop-web:1',
  replicas: 2,
  cpuMillicores: 1000,
  memoryMib: 512,
  env: { MODE: 'live' },
  secrets: [],
  ports: [{ name: 'http', port: 8080, protocol: 'HTTP' }],
  volumes: [],
  requestDriven: true,
  spot: false,
  hints: {},
};

export const target = 'gcp/europe-west1/cloud-run';

export const command = (changed: Partial<Workload> = {}, key: Partial<ApplyCommand> = {}): ApplyCommand => ({
  application: 'shop',
  service: 'web',
  target,
  generation: 1,
  tier: 'standard',
  workload: { ...workload, ...changed },
  specHash: '0123456789abcdef',
  ...key,
});
