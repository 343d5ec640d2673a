import type { WorkloadSpec } from '../../core/types.ts';
import { isInput, records, text, texts, whole, type Input } from '../wire/input.ts';
import { workloadId, type Deployment, type Service } from './state.ts';
import type { TargetGroups } from './target-groups.ts';

const asRecords = (value: unknown): readonly Input[] => (Array.isArray(value) ? value.filter(isInput) : []);
export const loadBalancersOf = (service: Service) => asRecords(service.shape['loadBalancers']);

/** The path in a `CMD-SHELL curl -f http://localhost:8080/healthz || exit 1`: the shell is not run, what it asks for is. */
function pathOfCommand(container: Input): string | undefined {
  const check = container['healthCheck'];
  if (!isInput(check)) return undefined;
  return /https?:\/\/[^/\s'"]+(\/[^\s'"]*)?/.exec(texts(check, 'command').join(' '))?.slice(1)[0];
}

function healthPathOf(service: Service, deployment: Deployment, container: Input, targetGroups: TargetGroups) {
  const express = service.express?.configurations.get(deployment.id);
  if (express !== undefined) return text(express, 'healthCheckPath') ?? '/ping';
  const group = loadBalancersOf(service).map((balancer) => text(balancer, 'targetGroupArn'))[0];
  return (group && targetGroups.find(service.region, group)?.healthPath) ?? pathOfCommand(container);
}

/** What the runner is asked to run for one deployment of a service. Only the container that serves runs; side cars do not. */
export function workloadSpec(service: Service, deployment: Deployment, targetGroups: TargetGroups): WorkloadSpec {
  const { containers } = deployment.taskDefinition;
  const balancer = loadBalancersOf(service)[0];
  const wanted = balancer === undefined ? undefined : text(balancer, 'containerName');
  const container =
    containers.find((candidate) => text(candidate, 'name') === wanted) ??
    containers.find((candidate) => candidate['essential'] !== false) ??
    {};
  const mapped = records(container, 'portMappings').map((mapping) => whole(mapping, 'containerPort'))[0];
  const port = (balancer === undefined ? undefined : whole(balancer, 'containerPort')) ?? mapped;
  const healthPath = healthPathOf(service, deployment, container, targetGroups);
  const command = [...texts(container, 'entryPoint'), ...texts(container, 'command')];
  const environment = records(container, 'environment').map((pair) => [text(pair, 'name'), text(pair, 'value') ?? '']);
  return {
    id: workloadId(service),
    cloud: 'aws',
    region: service.region,
    resource: service.name,
    revision: deployment.id,
    image: text(container, 'image') ?? '',
    environment: Object.fromEntries(environment) as Record<string, string>,
    replicas: service.desired,
    ...(command.length === 0 ? {} : { command }),
    ...(port === undefined ? {} : { port }),
    ...(healthPath === undefined ? {} : { healthPath }),
  };
}
