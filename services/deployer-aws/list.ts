import type { LoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Report } from '../../shared/contracts/deployment-reported.ts';
import { deploymentId } from '../../shared/contracts/values.ts';
import type { RegionApi } from './aws-api.ts';
import { reportOf } from './observe.ts';
import { fromWire, readIdentity, readMarks, type TagSet } from './tags.ts';

/** API reference, DescribeServices: services in one call. */
const page = 10;

/**
 * Everything of ours in a region, balancers without a service included. Addresses are left out: each would cost a call, and a sweep
 * for orphans does not need them.
 */
export async function listRegion(api: RegionApi): Promise<readonly Report[]> {
  const services = await listServices(api);
  const known = new Set(services.map(deploymentId));
  return [...services, ...(await listBalancers(api)).filter((report) => !known.has(deploymentId(report)))];
}

async function listServices({ ecs }: RegionApi): Promise<Report[]> {
  const arns = await ecs.serviceArns();
  const reports: Report[] = [];
  for (let start = 0; start < arns.length; start += page) {
    for (const service of (await ecs.services(arns.slice(start, start + page))) ?? []) {
      const key = readIdentity(fromWire(service.tags));
      if (key !== undefined && service.status !== 'INACTIVE')
        reports.push(reportOf(key, { service, endpoint: 'none' }));
    }
  }
  return reports;
}

async function listBalancers({ elb }: RegionApi): Promise<Report[]> {
  const balancers = await elb.networkBalancers();
  if (balancers.length === 0) return [];
  const tags = await elb.tagsOf(balancers.map(({ LoadBalancerArn = '' }) => LoadBalancerArn));
  return balancers.flatMap((balancer) => strayOf(balancer, tags.get(balancer.LoadBalancerArn ?? '') ?? {}));
}

function strayOf({ LoadBalancerArn = '', LoadBalancerName = '' }: LoadBalancer, tags: TagSet): Report[] {
  const key = readIdentity(tags);
  if (key === undefined) return [];
  const { specHash } = readMarks(tags);
  return [
    {
      ...key,
      phase: 'removing',
      reason: 'Removing',
      message: `${key.target}: load balancer ${LoadBalancerName} stands without its service`,
      replicas: { desired: 0, ready: 0 },
      resources: [LoadBalancerArn],
      ...(specHash === undefined ? {} : { specHash: specHash.slice(0, 64) }),
    },
  ];
}
