import type { CloudFace } from '../core/types.ts';
import type { AwsApi } from './api.ts';
import type { EcsRegion } from './ecs/state.ts';
import type { ElbRegion } from './elb/state.ts';

type Resource = ReturnType<CloudFace['resources']>[number];

function ofEcs(region: EcsRegion): Resource[] {
  const entry = (type: string, { arn, tags }: { arn: string; tags: ReadonlyMap<string, string> }): Resource => ({
    type,
    id: arn,
    region: region.name,
    tags: Object.fromEntries(tags),
  });
  const clusters = [...region.clusters.values()].filter((cluster) => cluster.status === 'ACTIVE');
  const services = clusters.flatMap((cluster) => [...cluster.services.values()]);
  const definitions = [...region.families.values()].flat().filter((definition) => definition.status === 'ACTIVE');
  return [
    ...clusters.map((cluster) => entry('ecs:cluster', cluster)),
    ...services.filter((service) => service.status !== 'INACTIVE').map((service) => entry('ecs:service', service)),
    ...definitions.map((definition) => entry('ecs:task-definition', definition)),
  ];
}

function ofElb(region: ElbRegion): Resource[] {
  const types: Readonly<Record<string, string>> = {
    loadbalancer: 'load-balancer',
    listener: 'listener',
    targetgroup: 'target-group',
  };
  return [...region.tags].map(([id, tags]) => ({
    type: `elbv2:${types[/:(loadbalancer|listener|targetgroup)\//.exec(id)?.[1] ?? ''] ?? 'other'}`,
    id,
    region: region.name,
    tags: Object.fromEntries(tags),
  }));
}

/** Everything that stands, without what is only remembered (inactive services, deregistered revisions). */
export function listResources(api: AwsApi): readonly Resource[] {
  return [...[...api.ecs.values()].flatMap(ofEcs), ...[...api.elb.values()].flatMap(ofElb)];
}
