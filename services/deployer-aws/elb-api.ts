import {
  AddTagsCommand,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DeleteListenerCommand,
  DeleteLoadBalancerCommand,
  DeleteTargetGroupCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  DescribeTargetGroupsCommand,
  ModifyTargetGroupCommand,
  paginateDescribeLoadBalancers,
  type ElasticLoadBalancingV2Client,
  type Listener,
  type LoadBalancer,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { answered, given } from './answered.ts';
import type { BalancerPlan, PortPlan } from './plan-balancer.ts';
import { elbTags, fromWire, type TagSet } from './tags.ts';

/** Elastic Load Balancing v2 of one region. Every method throws errors of the port. */
export interface ElbApi {
  balancer(name: string): Promise<LoadBalancer | undefined>;
  networkBalancers(): Promise<readonly LoadBalancer[]>;
  createBalancer(plan: BalancerPlan, tags: TagSet): Promise<LoadBalancer>;
  deleteBalancer(arn: string): Promise<void>;
  targetGroup(name: string): Promise<TargetGroup | undefined>;
  createTargetGroup(plan: PortPlan, vpc: string, tags: TagSet): Promise<TargetGroup>;
  setCheck(arn: string, plan: PortPlan): Promise<void>;
  deleteTargetGroup(arn: string): Promise<void>;
  listeners(balancerArn: string): Promise<readonly Listener[]>;
  createListener(of: ListenerPlan, tags: TagSet): Promise<void>;
  deleteListener(arn: string): Promise<void>;
  /** By ARN, of any number of resources. */
  tagsOf(arns: readonly string[]): Promise<ReadonlyMap<string, TagSet>>;
  tag(arns: readonly string[], tags: TagSet): Promise<void>;
}

export interface ListenerPlan {
  readonly balancerArn: string;
  readonly port: number;
  readonly targetGroupArn: string;
}

/** API reference, DescribeTags: resources in one call. */
const tagPage = 20;

export function createElbApi(client: ElasticLoadBalancingV2Client, region: string): ElbApi {
  const doing = (what: string) => `aws/${region} ${what}`;

  return {
    async balancer(name) {
      const call = () => client.send(new DescribeLoadBalancersCommand({ Names: [name] }));
      const what = doing(`DescribeLoadBalancers ${name}`);
      return (await answered(what, call, ['LoadBalancerNotFound']))?.LoadBalancers?.[0];
    },
    async networkBalancers() {
      const list = async () => {
        const found: LoadBalancer[] = [];
        for await (const page of paginateDescribeLoadBalancers({ client }, {}))
          found.push(...(page.LoadBalancers ?? []));
        return found.filter(({ Type }) => Type === 'network');
      };
      return (await answered(doing('DescribeLoadBalancers'), list)) ?? [];
    },
    async createBalancer({ name, subnets, securityGroups }, tags) {
      const what = doing(`CreateLoadBalancer ${name}`);
      const command = new CreateLoadBalancerCommand({
        Name: name,
        Type: 'network',
        Scheme: 'internet-facing',
        Subnets: subnets,
        ...(securityGroups.length === 0 ? {} : { SecurityGroups: securityGroups }),
        Tags: elbTags(tags),
      });
      const answer = await answered(what, () => client.send(command));
      return given(answer?.LoadBalancers?.[0], 'LoadBalancers', what);
    },
    async deleteBalancer(arn) {
      await answered(doing(`DeleteLoadBalancer ${arn}`), () =>
        client.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: arn })),
      );
    },
    async targetGroup(name) {
      const call = () => client.send(new DescribeTargetGroupsCommand({ Names: [name] }));
      const what = doing(`DescribeTargetGroups ${name}`);
      return (await answered(what, call, ['TargetGroupNotFound']))?.TargetGroups?.[0];
    },
    async createTargetGroup({ port, targetGroup, check }, vpc, tags) {
      const what = doing(`CreateTargetGroup ${targetGroup}`);
      const command = new CreateTargetGroupCommand({
        Name: targetGroup,
        Protocol: 'TCP',
        Port: port,
        VpcId: vpc,
        // Tasks have addresses of their own (awsvpc).
        TargetType: 'ip',
        ...check,
        Tags: elbTags(tags),
      });
      const answer = await answered(what, () => client.send(command));
      return given(answer?.TargetGroups?.[0], 'TargetGroups', what);
    },
    async setCheck(arn, { targetGroup, check }) {
      const command = new ModifyTargetGroupCommand({ TargetGroupArn: arn, ...check });
      await answered(doing(`ModifyTargetGroup ${targetGroup}`), () => client.send(command));
    },
    async deleteTargetGroup(arn) {
      await answered(doing(`DeleteTargetGroup ${arn}`), () =>
        client.send(new DeleteTargetGroupCommand({ TargetGroupArn: arn })),
      );
    },
    async listeners(balancerArn) {
      const call = () => client.send(new DescribeListenersCommand({ LoadBalancerArn: balancerArn }));
      const answer = await answered(doing(`DescribeListeners ${balancerArn}`), call);
      return answer?.Listeners ?? [];
    },
    async createListener({ balancerArn, port, targetGroupArn }, tags) {
      const command = new CreateListenerCommand({
        LoadBalancerArn: balancerArn,
        Port: port,
        Protocol: 'TCP',
        DefaultActions: [{ Type: 'forward', TargetGroupArn: targetGroupArn }],
        Tags: elbTags(tags),
      });
      await answered(doing(`CreateListener ${balancerArn} port ${port}`), () => client.send(command));
    },
    async deleteListener(arn) {
      const command = new DeleteListenerCommand({ ListenerArn: arn });
      const gone = ['ListenerNotFound'];
      await answered(doing(`DeleteListener ${arn}`), () => client.send(command), gone);
    },
    async tagsOf(arns) {
      const found = new Map<string, TagSet>();
      for (let start = 0; start < arns.length; start += tagPage) {
        const command = new DescribeTagsCommand({ ResourceArns: arns.slice(start, start + tagPage) });
        const answer = await answered(doing('DescribeTags'), () => client.send(command));
        answer?.TagDescriptions?.forEach(({ ResourceArn = '', Tags }) => found.set(ResourceArn, fromWire(Tags)));
      }
      return found;
    },
    async tag(arns, tags) {
      const command = new AddTagsCommand({ ResourceArns: [...arns], Tags: elbTags(tags) });
      await answered(doing(`AddTags ${arns.join(', ')}`), () => client.send(command));
    },
  };
}
