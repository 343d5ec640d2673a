import { lookup } from '../lookup.ts';
import { isSystemKey } from '../metadata-rules.ts';
import type { Container, Desired, EnvVar, KnativeExtras, Probe, Template, TrafficTarget } from '../model.ts';
import { invalidArgument } from '../status.ts';
import { serviceMisfits } from './shapes.ts';
import type { ObjectMeta, V1Container, V1EnvVar, V1Probe, V1Service, V1Template, V1Traffic } from './shapes.ts';

/** A v1 Service in the terms of the store. */
export interface ReadService {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly resourceVersion: string | undefined;
  readonly desired: Desired;
  readonly extras: KnativeExtras;
}

type Annotations = Readonly<Record<string, string>>;

export const ingressNames: Readonly<Record<string, string>> = {
  all: 'INGRESS_TRAFFIC_ALL',
  internal: 'INGRESS_TRAFFIC_INTERNAL_ONLY',
  'internal-and-cloud-load-balancing': 'INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER',
};

const run = (key: string): string => `run.googleapis.com/${key}`;

/** The object without the members that are undefined: an absent field and an empty one differ in what they default to. */
function defined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T;
}

const count = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text))
    throw invalidArgument([{ field: 'metadata.annotations', description: `'${text}' is not a number of instances` }]);
  return Number(text);
};

function readProbe(probe: V1Probe | undefined): Probe | undefined {
  if (probe === undefined) return undefined;
  const { successThreshold: _always1, ...rest } = probe;
  return rest;
}

function readVariable(variable: V1EnvVar): EnvVar {
  const { valueFrom, ...rest } = variable;
  const secret = valueFrom?.secretKeyRef;
  if (secret === undefined) return rest;
  return {
    ...rest,
    valueSource: { secretKeyRef: defined({ secret: secret.name, version: secret.key }) as { secret?: string } },
  };
}

function readContainer(container: V1Container, annotations: Annotations): Container {
  const { resources, env, ports, livenessProbe, startupProbe, readinessProbe, ...rest } = container;
  const plain = ['name', 'image', 'command', 'args', 'workingDir'];
  const kept = Object.fromEntries(Object.entries(rest).filter(([name]) => plain.includes(name)));
  return defined({
    ...kept,
    env: env?.map(readVariable),
    ports: ports?.map(({ name, containerPort }) => defined({ name, containerPort })),
    resources: defined({
      limits: resources?.limits,
      cpuIdle: annotations[run('cpu-throttling')] !== 'false',
      startupCpuBoost: annotations[run('startup-cpu-boost')] === 'true',
    }),
    livenessProbe: readProbe(livenessProbe),
    startupProbe: readProbe(startupProbe),
    readinessProbe: readProbe(readinessProbe),
  } as Container);
}

const environments: Readonly<Record<string, string>> = {
  gen1: 'EXECUTION_ENVIRONMENT_GEN1',
  gen2: 'EXECUTION_ENVIRONMENT_GEN2',
};

const userOnly = (values: Annotations | undefined): Annotations =>
  Object.fromEntries(Object.entries(values ?? {}).filter(([key]) => !isSystemKey(key)));

/** Label keys with a namespace have no place in v2, whose labels are Google's. */
const plainLabels = (values: Annotations | undefined): Annotations =>
  Object.fromEntries(Object.entries(values ?? {}).filter(([key]) => !key.includes('/')));

const without = (values: Annotations | undefined, taken: Annotations): Annotations =>
  Object.fromEntries(Object.entries(values ?? {}).filter(([key]) => !(key in taken)));

function readTemplate(template: V1Template): Template {
  const annotations = template.metadata?.annotations ?? {};
  const spec = template.spec ?? {};
  const scaling = defined({
    minInstanceCount: count(annotations['autoscaling.knative.dev/minScale']),
    maxInstanceCount: count(annotations['autoscaling.knative.dev/maxScale']),
  });
  return defined({
    revision: template.metadata?.name,
    labels: plainLabels(template.metadata?.labels),
    annotations: userOnly(annotations),
    scaling,
    timeout: spec.timeoutSeconds === undefined ? undefined : `${spec.timeoutSeconds}s`,
    serviceAccount: spec.serviceAccountName,
    maxInstanceRequestConcurrency: spec.containerConcurrency,
    executionEnvironment: lookup(environments, annotations[run('execution-environment')]),
    sessionAffinity: annotations[run('sessionAffinity')] === 'true' || undefined,
    containers: (spec.containers ?? []).map((container) => readContainer(container, annotations)),
  } as Template);
}

function readTraffic(target: V1Traffic): TrafficTarget {
  const kind = target.revisionName === undefined ? 'LATEST' : 'REVISION';
  const { percent, tag } = target;
  return defined({
    type: `TRAFFIC_TARGET_ALLOCATION_TYPE_${kind}`,
    revision: target.revisionName,
    percent,
    tag,
  } as TrafficTarget);
}

function readScaling(annotations: Annotations): Desired['scaling'] {
  const scaling = defined({
    minInstanceCount: count(annotations[run('minScale')]),
    maxInstanceCount: count(annotations[run('maxScale')]),
    manualInstanceCount: count(annotations[run('manualInstanceCount')]),
    scalingMode: annotations[run('scalingMode')]?.toUpperCase(),
  });
  return Object.keys(scaling).length === 0 ? undefined : (scaling as Desired['scaling']);
}

function readIngress(annotations: Annotations): string | undefined {
  const text = annotations[run('ingress')];
  if (text === undefined) return undefined;
  const known = lookup(ingressNames, text);
  if (known !== undefined) return known;
  throw invalidArgument([
    { field: 'metadata.annotations[run.googleapis.com/ingress]', description: `'${text}' is not an ingress setting` },
  ]);
}

/** Annotations the server writes: sent back by every read-modify-write, and not to be taken as the user's. */
const serverWritten = new Set(['operation-id', 'ingress-status', 'urls'].map(run));

function readExtras(meta: ObjectMeta, template: ObjectMeta): KnativeExtras {
  const system = without(meta.annotations, userOnly(meta.annotations));
  return {
    labels: without(meta.labels, { ...plainLabels(meta.labels), 'cloud.googleapis.com/location': '' }),
    annotations: Object.fromEntries(
      Object.entries(system).filter(([key]) => !serverWritten.has(key) && !key.startsWith('serving.')),
    ),
    templateLabels: without(template.labels, plainLabels(template.labels)),
    templateAnnotations: without(template.annotations, userOnly(template.annotations)),
  };
}

const isSet = (annotations: Annotations, key: string): true | undefined =>
  annotations[run(key)] === 'true' || undefined;

function readDesired(meta: ObjectMeta, spec: NonNullable<V1Service['spec']>): Desired {
  const annotations = meta.annotations ?? {};
  return defined({
    description: annotations[run('description')],
    labels: plainLabels(meta.labels),
    annotations: userOnly(annotations),
    client: annotations[run('client-name')],
    clientVersion: annotations[run('client-version')],
    launchStage: annotations[run('launch-stage')],
    ingress: readIngress(annotations),
    invokerIamDisabled: isSet(annotations, 'invoker-iam-disabled'),
    defaultUriDisabled: isSet(annotations, 'default-url-disabled'),
    scaling: readScaling(annotations),
    traffic: spec.traffic?.map(readTraffic),
    template: readTemplate(spec.template ?? {}),
  } as Desired);
}

/** Refuses unknown fields, wrong types and a wrong kind with INVALID_ARGUMENT. */
function checkShape(body: unknown): V1Service {
  const problems = serviceMisfits(body ?? {});
  if (problems.length > 0) {
    const violations = problems.map((description) => ({ field: 'service', description }));
    throw invalidArgument(violations, problems.join('\n'));
  }
  const service = (body ?? {}) as V1Service;
  if (service.kind === 'Service' && service.apiVersion === 'serving.knative.dev/v1') return service;
  throw invalidArgument([{ field: 'kind', description: "must be 'Service' of apiVersion 'serving.knative.dev/v1'" }]);
}

/** Reads a v1 Service strictly. Throws INVALID_ARGUMENT for unknown fields, wrong types and a wrong kind. */
export function readService(body: unknown): ReadService {
  const { metadata: meta = {}, spec = {} } = checkShape(body);
  const { name = '', namespace, resourceVersion } = meta;
  const extras = readExtras(meta, spec.template?.metadata ?? {});
  return { name, namespace, resourceVersion, desired: readDesired(meta, spec), extras };
}
