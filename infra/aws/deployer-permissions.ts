import type { HubFunction } from './hub-function.ts';

/**
 * What services/deployer-aws calls, and nothing else. Resources that do not exist yet have no name to grant on: creations are bound by
 * the tag that the deployer puts on everything it makes, changes by the tag on what stands.
 * Source of actions, resource types and condition keys: Service Authorization Reference, "Amazon Elastic Container Service",
 * "AWS Elastic Load Balancing V2", "Amazon CloudWatch".
 */
export interface DeployerScope {
  readonly partition: string;
  readonly account: string;
  readonly cluster: string;
  /** Roles that it may hand to what it runs: execution, task, infrastructure. */
  readonly roles: readonly string[];
}

/** Put on every resource by services/deployer-aws/tags.ts. */
const ours = 'homeostasis:managed-by';

export function mayDeploy(of: HubFunction, { partition, account, cluster, roles }: DeployerScope): void {
  const ecs = (resource: string): string => `arn:${partition}:ecs:*:${account}:${resource}`;
  const elb = (resource: string): string => `arn:${partition}:elasticloadbalancing:*:${account}:${resource}`;
  const balancers = ['loadbalancer/net/*', 'targetgroup/*', 'listener/net/*'].map(elb);
  const tagged = { Null: { [`aws:ResourceTag/${ours}`]: 'false' } };
  const tagging = { Null: { [`aws:RequestTag/${ours}`]: 'false' } };
  const [own, services, tasks, definitions] = [
    ecs(`cluster/${cluster}`),
    ecs(`service/${cluster}/*`),
    ecs(`task/${cluster}/*`),
    ecs('task-definition/*:*'),
  ];
  of.allow({
    sid: 'Cluster',
    actions: ['ecs:CreateCluster', 'ecs:ListServices', 'ecs:ListTasks'],
    resources: [own, ecs(`container-instance/${cluster}/*`)],
    why: 'One cluster of this name in every region that services are placed in.',
  });
  of.allow({
    sid: 'Services',
    actions: serviceActions,
    resources: [services, tasks],
    why: `Services and tasks have no name before they are made. ${inCluster}`,
  });
  of.allow({
    sid: 'Tags',
    actions: ['ecs:TagResource'],
    resources: [own, services, definitions],
    why: `What is made is tagged as ours. ${inCluster}`,
  });
  of.allow({
    sid: 'TaskDefinitions',
    actions: ['ecs:RegisterTaskDefinition'],
    resources: [definitions],
    conditions: tagging,
    why: 'A task definition is named after the service it is for; it must carry our tag.',
  });
  of.allow({
    sid: 'OldTaskDefinitions',
    actions: ['ecs:DeregisterTaskDefinition', 'ecs:ListTaskDefinitions'],
    resources: ['*'],
    why: 'The service authorization reference lists no resource type for these two actions.',
  });
  of.allow({
    sid: 'SeeBalancers',
    actions: describeBalancers,
    resources: ['*'],
    why: 'Describe actions of Elastic Load Balancing know no resource.',
  });
  of.allow({
    sid: 'Metrics',
    actions: ['cloudwatch:GetMetricData'],
    resources: ['*'],
    why: 'The service authorization reference lists no resource type for it; it reads figures, and changes nothing.',
  });
  of.allow({
    sid: 'MakeBalancers',
    actions: createBalancers,
    resources: balancers,
    conditions: tagging,
    why: 'Balancers have no ARN before they are made; they must carry our tag.',
  });
  of.allow({
    sid: 'ChangeBalancers',
    actions: changeBalancers,
    resources: balancers,
    conditions: tagged,
    why: 'Only those that carry our tag.',
  });
  of.allow({
    sid: 'TagBalancers',
    actions: ['elasticloadbalancing:AddTags'],
    resources: balancers,
    why: 'They are tagged as they are made.',
  });
  of.allow({
    sid: 'SeeMetrics',
    actions: ['cloudwatch:GetMetricData'],
    resources: ['*'],
    why: 'The service authorization reference lists no resource type for this action.',
  });
  of.allow({
    sid: 'SeeRevisions',
    actions: ['ecs:DescribeServiceRevisions'],
    resources: [ecs(`service-revision/${cluster}/*`)],
    why: `Revisions tell which balancer ECS made for an Express service. ${inCluster}`,
  });
  of.allow({
    sid: 'FirstUse',
    actions: ['iam:CreateServiceLinkedRole'],
    resources: [
      `arn:${partition}:iam::${account}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`,
      `arn:${partition}:iam::${account}:role/aws-service-role/elasticloadbalancing.amazonaws.com/AWSServiceRoleForElasticLoadBalancing`,
    ],
    conditions: { StringEquals: { 'iam:AWSServiceName': ['ecs.amazonaws.com', 'elasticloadbalancing.amazonaws.com'] } },
  });
  if (roles.length === 0) return;
  of.allow({
    sid: 'HandRoles',
    actions: ['iam:PassRole'],
    resources: roles,
    conditions: { StringEquals: { 'iam:PassedToService': ['ecs-tasks.amazonaws.com', 'ecs.amazonaws.com'] } },
  });
}

const inCluster = 'The cluster binds them.';

const serviceActions = [
  'ecs:CreateService',
  'ecs:UpdateService',
  'ecs:DeleteService',
  'ecs:DescribeServices',
  'ecs:DescribeTasks',
  'ecs:CreateExpressGatewayService',
  'ecs:UpdateExpressGatewayService',
  'ecs:DeleteExpressGatewayService',
  'ecs:DescribeExpressGatewayService',
];

const describeBalancers = ['LoadBalancers', 'TargetGroups', 'Listeners', 'Tags'].map(
  (what) => `elasticloadbalancing:Describe${what}`,
);
const createBalancers = ['LoadBalancer', 'TargetGroup', 'Listener'].map((what) => `elasticloadbalancing:Create${what}`);
const changeBalancers = [
  ...['LoadBalancer', 'TargetGroup', 'Listener'].map((what) => `elasticloadbalancing:Delete${what}`),
  'elasticloadbalancing:ModifyTargetGroup',
];
