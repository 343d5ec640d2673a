import type { Container, Desired, Template } from './model.ts';
import type { Kind, ResourceName } from './names.ts';

const defaultPort = 8080;

/** The port a container is asked to listen on: the one exposed, else 8080 for the only container of a service. */
export const portOf = (container: Container): number => container.ports?.[0]?.containerPort ?? defaultPort;

/** The container that receives requests: the one with a port, or the first. */
export const ingressContainer = (template: Template): Container =>
  template.containers?.find((container) => (container.ports ?? []).length > 0) ?? template.containers?.[0] ?? {};

/** A stable project number: a revision's default service account carries one. */
function projectNumber(project: string): string {
  let hash = 7;
  for (const letter of project) hash = (hash * 31 + letter.charCodeAt(0)) % 900_000_000_000;
  return /^\d+$/.test(project) ? project : String(100_000_000_000 + hash);
}

/** Request-based billing is the default only where resources are not set at all; an explicit `resources` must say so itself. */
function withResources(kind: Kind, container: Container): Container {
  const given = container.resources;
  const limits = { memory: '512Mi', cpu: '1000m', ...given?.limits };
  if (given === undefined && kind === 'service')
    return { ...container, resources: { limits, cpuIdle: true, startupCpuBoost: true } };
  return { ...container, resources: { ...given, limits } };
}

function withPort(container: Container): Container {
  const port = portOf(container);
  const ports = [{ ...container.ports?.[0], name: container.ports?.[0]?.name ?? 'http1', containerPort: port }];
  const startupProbe = container.startupProbe ?? {
    timeoutSeconds: 240,
    periodSeconds: 240,
    failureThreshold: 1,
    tcpSocket: { port },
  };
  return { ...container, ports, startupProbe };
}

/** One CPU or more shares an instance between 80 requests by default, less than one serves one at a time. */
function defaultConcurrency(container: Container): number {
  const cpu = container.resources?.limits?.['cpu'] ?? '1';
  const fraction = cpu.endsWith('m') ? Number(cpu.slice(0, -1)) < 1000 : Number(cpu) < 1;
  return fraction ? 1 : 80;
}

function serviceTemplate(template: Template): Template {
  const exposed = ingressContainer(template);
  const containers = (template.containers ?? []).map((container) => {
    const sized = withResources('service', container);
    return container === exposed ? withPort(sized) : sized;
  });
  const scaling = { maxInstanceCount: 100, ...template.scaling };
  return {
    timeout: '300s',
    maxInstanceRequestConcurrency: defaultConcurrency(exposed),
    ...template,
    scaling,
    containers,
  };
}

function poolTemplate(template: Template): Template {
  return {
    ...template,
    containers: (template.containers ?? []).map((container) => withResources('workerPool', container)),
  };
}

/** What the server fills in when it is left out (cloud.google.com/run/docs/reference/rest/v2). */
export function withDefaults(ref: ResourceName, desired: Desired): Desired {
  const serviceAccount = `${projectNumber(ref.project)}-compute@developer.gserviceaccount.com`;
  const given = { serviceAccount, ...desired.template };
  const common = { launchStage: 'GA', ...desired };
  if (ref.kind === 'workerPool') {
    const scaling = { manualInstanceCount: 1, ...desired.scaling };
    const instanceSplits = desired.instanceSplits ?? [{ type: 'INSTANCE_SPLIT_ALLOCATION_TYPE_LATEST', percent: 100 }];
    return { ...common, scaling, instanceSplits, template: poolTemplate(given) };
  }
  const traffic = desired.traffic ?? [{ type: 'TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST', percent: 100 }];
  return { ingress: 'INGRESS_TRAFFIC_ALL', ...common, traffic, template: serviceTemplate(given) };
}
