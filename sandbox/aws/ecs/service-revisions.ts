import { invalidParameter } from '../wire/errors.ts';
import { texts } from '../wire/input.ts';
import type { Call } from './call.ts';
import { ingressOf } from './express-ingress.ts';
import { arn, type Deployment, type Service } from './state.ts';

/** Source: Amazon ECS API Reference, DescribeServiceRevisions. */
const mostRevisions = 20;

export const revisionArn = (service: Service, deployment: Deployment): string =>
  arn(
    service.region,
    `service-revision/${service.cluster.name}/${service.name}/${deployment.id.slice('ecs-svc/'.length)}`,
  );

/** What is told of revisions is which they are, and what ECS made for them. */
export function describeServiceRevisions({ input, region }: Call): object {
  const asked = texts(input, 'serviceRevisionArns');
  if (asked.length === 0) throw invalidParameter('serviceRevisionArns cannot be empty.');
  if (asked.length > mostRevisions)
    throw invalidParameter(`serviceRevisionArns can have at most ${mostRevisions} items.`);
  const services = [...region.clusters.values()].flatMap((cluster) => [...cluster.services.values()]);
  const known = new Map(
    services.flatMap((service) =>
      service.deployments.map((each) => [revisionArn(service, each), view(service, each)] as const),
    ),
  );
  return {
    serviceRevisions: asked.flatMap((each) => known.get(each) ?? []),
    failures: asked.filter((each) => !known.has(each)).map((each) => ({ arn: each, reason: 'MISSING' })),
  };
}

function view(service: Service, deployment: Deployment): object {
  return {
    serviceRevisionArn: revisionArn(service, deployment),
    serviceArn: service.arn,
    clusterArn: service.cluster.arn,
    taskDefinition: deployment.taskDefinition.arn,
    createdAt: deployment.createdAt,
    ...(service.express === undefined ? {} : { ecsManagedResources: { ingressPaths: [ingressPath(service)] } }),
  };
}

function ingressPath(service: Service): object {
  const { balancerArn, targetGroupArn } = ingressOf(service);
  const made = { status: 'ACTIVE', updatedAt: service.updatedAt };
  return {
    accessType: 'PUBLIC',
    loadBalancer: { ...made, arn: balancerArn, scheme: 'internet-facing' },
    targetGroups: [{ ...made, arn: targetGroupArn }],
  };
}
