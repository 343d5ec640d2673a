import {
  CreateClusterCommand,
  CreateExpressGatewayServiceCommand,
  CreateServiceCommand,
  DeleteExpressGatewayServiceCommand,
  DeleteServiceCommand,
  DeregisterTaskDefinitionCommand,
  DescribeExpressGatewayServiceCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ListTasksCommand,
  paginateListServices,
  paginateListTaskDefinitions,
  RegisterTaskDefinitionCommand,
  TagResourceCommand,
  UpdateExpressGatewayServiceCommand,
  UpdateServiceCommand,
  type CreateExpressGatewayServiceCommandInput,
  type CreateServiceCommandInput,
  type DescribeServiceRevisionsCommandOutput,
  type ECSClient,
  type RegisterTaskDefinitionCommandInput,
  type Service,
  type Task,
  type UpdateExpressGatewayServiceCommandInput,
  type UpdateServiceCommandInput,
} from '@aws-sdk/client-ecs';
import { answered, given } from './answered.ts';
import { ingressOf, type Ingress } from './ingress.ts';
import { shortName } from './names.ts';
import { ecsTags, type TagSet } from './tags.ts';

/** ECS of one region, in one cluster. Every method throws errors of the port. */
export interface EcsApi {
  /** With tags, those that are gone included as long as ECS remembers them; undefined when there is no cluster yet. */
  services(names: readonly string[]): Promise<readonly Service[] | undefined>;
  /** ARNs of all services of the cluster. */
  serviceArns(): Promise<readonly string[]>;
  createCluster(tags: TagSet): Promise<void>;
  /** @returns the ARN of the new revision. */
  register(definition: RegisterTaskDefinitionCommandInput): Promise<string>;
  createService(input: CreateServiceCommandInput): Promise<void>;
  updateService(input: UpdateServiceCommandInput): Promise<void>;
  deleteService(name: string): Promise<void>;
  createExpress(input: CreateExpressGatewayServiceCommandInput): Promise<void>;
  updateExpress(input: UpdateExpressGatewayServiceCommandInput): Promise<void>;
  deleteExpress(serviceArn: string): Promise<void>;
  /** Host name under which an Express service answers; undefined before it is known. */
  expressHost(serviceArn: string): Promise<string | undefined>;
  /** The balancer that ECS made for an Express service; undefined before it is known. */
  expressIngress(serviceArn: string): Promise<Ingress | undefined>;
  tag(arn: string, tags: TagSet): Promise<void>;
  /** At most a hundred: enough to tell why a service does not get well. */
  tasks(service: string, status: 'RUNNING' | 'STOPPED'): Promise<readonly Task[]>;
  /** ARNs of the active revisions. */
  revisions(family: string): Promise<readonly string[]>;
  deregister(definitionArn: string): Promise<void>;
}

const goneAlready = ['ServiceNotFound', 'ServiceNotActive', 'ResourceNotFound'];

export function createEcsApi(client: ECSClient, of: { readonly region: string; readonly cluster: string }): EcsApi {
  const { cluster } = of;
  const doing = (what: string) => `aws/${of.region} ${what}`;

  return {
    async services(names) {
      const input = { cluster, services: [...names], include: ['TAGS' as const] };
      const call = () => client.send(new DescribeServicesCommand(input));
      const answer = await answered(doing(`DescribeServices ${names.join(', ')}`), call, ['ClusterNotFound']);
      return answer === undefined ? undefined : (answer.services ?? []);
    },
    async serviceArns() {
      const list = async () => {
        const arns: string[] = [];
        const pages = paginateListServices({ client, pageSize: 100 }, { cluster });
        for await (const page of pages) arns.push(...(page.serviceArns ?? []));
        return arns;
      };
      return (await answered(doing(`ListServices ${cluster}`), list, ['ClusterNotFound'])) ?? [];
    },
    async createCluster(tags) {
      const capacityProviders = ['FARGATE', 'FARGATE_SPOT'];
      const input = { clusterName: cluster, capacityProviders, tags: ecsTags(tags) };
      await answered(doing(`CreateCluster ${cluster}`), () => client.send(new CreateClusterCommand(input)));
    },
    async register(definition) {
      const what = doing(`RegisterTaskDefinition ${definition.family}`);
      const answer = await answered(what, () => client.send(new RegisterTaskDefinitionCommand(definition)));
      return given(answer?.taskDefinition?.taskDefinitionArn, 'taskDefinitionArn', what);
    },
    async createService(input) {
      await answered(doing(`CreateService ${input.serviceName}`), () => client.send(new CreateServiceCommand(input)));
    },
    async updateService(input) {
      await answered(doing(`UpdateService ${input.service}`), () => client.send(new UpdateServiceCommand(input)));
    },
    async deleteService(name) {
      const command = new DeleteServiceCommand({ cluster, service: name, force: true });
      await answered(doing(`DeleteService ${name}`), () => client.send(command), goneAlready);
    },
    async createExpress(input) {
      const command = new CreateExpressGatewayServiceCommand(input);
      await answered(doing(`CreateExpressGatewayService ${input.serviceName}`), () => client.send(command));
    },
    async updateExpress(input) {
      const command = new UpdateExpressGatewayServiceCommand(input);
      await answered(doing(`UpdateExpressGatewayService ${shortName(input.serviceArn ?? '')}`), () =>
        client.send(command),
      );
    },
    async deleteExpress(serviceArn) {
      const command = new DeleteExpressGatewayServiceCommand({ serviceArn });
      const what = doing(`DeleteExpressGatewayService ${shortName(serviceArn)}`);
      await answered(what, () => client.send(command), goneAlready);
    },
    async expressHost(serviceArn) {
      const command = new DescribeExpressGatewayServiceCommand({ serviceArn });
      const what = doing(`DescribeExpressGatewayService ${shortName(serviceArn)}`);
      const answer = await answered(what, () => client.send(command), goneAlready);
      const paths = answer?.service?.activeConfigurations?.flatMap(({ ingressPaths }) => ingressPaths ?? []) ?? [];
      return (paths.find(({ accessType }) => accessType === 'PUBLIC') ?? paths[0])?.endpoint;
    },
    async expressIngress(serviceArn) {
      const command = new DescribeExpressGatewayServiceCommand({ serviceArn });
      const what = doing(`DescribeExpressGatewayService ${shortName(serviceArn)}`);
      const found = await answered(what, () => client.send(command), goneAlready);
      const revision = found?.service?.activeConfigurations?.[0]?.serviceRevisionArn;
      if (revision === undefined) return undefined;
      const describe = new DescribeServiceRevisionsCommand({ serviceRevisionArns: [revision] });
      return madeFor(await answered(doing('DescribeServiceRevisions'), () => client.send(describe), goneAlready));
    },
    async tag(resourceArn, tags) {
      const command = new TagResourceCommand({ resourceArn, tags: ecsTags(tags) });
      await answered(doing(`TagResource ${shortName(resourceArn)}`), () => client.send(command));
    },
    async tasks(serviceName, desiredStatus) {
      const what = doing(`ListTasks ${serviceName}`);
      const list = new ListTasksCommand({ cluster, serviceName, desiredStatus });
      const tasks = (await answered(what, () => client.send(list), goneAlready))?.taskArns ?? [];
      if (tasks.length === 0) return [];
      const describe = new DescribeTasksCommand({ cluster, tasks });
      return (await answered(doing(`DescribeTasks ${serviceName}`), () => client.send(describe)))?.tasks ?? [];
    },
    async revisions(family) {
      const list = async () => {
        const arns: string[] = [];
        const pages = paginateListTaskDefinitions({ client }, { familyPrefix: family, status: 'ACTIVE' });
        for await (const page of pages) arns.push(...(page.taskDefinitionArns ?? []));
        return arns;
      };
      const arns = (await answered(doing(`ListTaskDefinitions ${family}`), list)) ?? [];
      // AWS says "family", emulators read "prefix".
      return arns.filter((arn) => shortName(arn).startsWith(`${family}:`));
    },
    async deregister(taskDefinition) {
      const command = new DeregisterTaskDefinitionCommand({ taskDefinition });
      await answered(doing(`DeregisterTaskDefinition ${shortName(taskDefinition)}`), () => client.send(command));
    },
  };
}

function madeFor(answer: DescribeServiceRevisionsCommandOutput | undefined): Ingress | undefined {
  const revisions = answer?.serviceRevisions ?? [];
  const [path] = revisions.flatMap(({ ecsManagedResources }) => ecsManagedResources?.ingressPaths ?? []);
  return path === undefined ? undefined : ingressOf(path.loadBalancer?.arn, path.targetGroups?.[0]?.arn);
}
