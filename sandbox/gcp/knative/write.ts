import { timestamp } from '../conditions.ts';
import type {
  Condition,
  Container,
  Desired,
  Entity,
  EnvVar,
  KnativeExtras,
  Operation,
  Revision,
  Template,
  TrafficTarget,
} from '../model.ts';
import { defaultCreator, renderOperation, targetRevision } from '../render.ts';
import { ingressNames } from './read.ts';

const run = (key: string): string => `run.googleapis.com/${key}`;

type Texts = Readonly<Record<string, string | undefined>>;

/** Annotations are texts; what is not set has none. */
function texts(values: Readonly<Record<string, string | number | undefined>>): Record<string, string> {
  const set = Object.entries(values).filter(([, value]) => value !== undefined && value !== '');
  return Object.fromEntries(set.map(([key, value]) => [key, String(value)]));
}

/** Grows with every change, as Kubernetes' resource versions do. */
export const resourceVersion = (entity: Entity): string =>
  Buffer.from(`${entity.updateTime}/${entity.generation}`).toString('base64url');

const ingressText = (ingress: string | undefined): string | undefined =>
  Object.entries(ingressNames).find(([, name]) => name === ingress)?.[0];

function serviceAnnotations(entity: Entity): Record<string, string> {
  const { desired, extras } = entity;
  const scaling = desired.scaling ?? {};
  return texts({
    ...extras.annotations,
    ...desired.annotations,
    [run('client-name')]: desired.client,
    [run('client-version')]: desired.clientVersion,
    [run('description')]: desired.description,
    [run('ingress')]: ingressText(desired.ingress),
    [run('ingress-status')]: ingressText(desired.ingress),
    [run('minScale')]: scaling.minInstanceCount,
    [run('maxScale')]: scaling.maxInstanceCount,
    [run('manualInstanceCount')]: scaling.manualInstanceCount,
    [run('scalingMode')]: scaling.scalingMode?.toLowerCase(),
    [run('invoker-iam-disabled')]: whenTrue(desired.invokerIamDisabled),
    [run('operation-id')]: entity.operation?.id,
    [run('urls')]: entity.uri === undefined ? undefined : JSON.stringify([entity.uri]),
    'serving.knative.dev/creator': defaultCreator,
    'serving.knative.dev/lastModifier': defaultCreator,
  });
}

const whenTrue = (flag: boolean | undefined): string | undefined => (flag === true ? 'true' : undefined);

const generations: Texts = { EXECUTION_ENVIRONMENT_GEN1: 'gen1', EXECUTION_ENVIRONMENT_GEN2: 'gen2' };

function templateAnnotations(template: Template, extras: KnativeExtras): Record<string, string> {
  const resources = template.containers?.[0]?.resources;
  return texts({
    ...extras.templateAnnotations,
    ...template.annotations,
    'autoscaling.knative.dev/minScale': template.scaling?.minInstanceCount,
    'autoscaling.knative.dev/maxScale': template.scaling?.maxInstanceCount,
    [run('cpu-throttling')]: resources?.cpuIdle ? undefined : 'false',
    [run('startup-cpu-boost')]: whenTrue(resources?.startupCpuBoost),
    [run('execution-environment')]: generations[template.executionEnvironment ?? ''],
    [run('sessionAffinity')]: whenTrue(template.sessionAffinity),
  });
}

function writeVariable(variable: EnvVar): object {
  const { valueSource, ...rest } = variable;
  const secret = valueSource?.secretKeyRef;
  return secret === undefined
    ? rest
    : { ...rest, valueFrom: { secretKeyRef: { name: secret.secret, key: secret.version } } };
}

function writeContainer(container: Container): object {
  const { resources, env, ...rest } = container;
  return { ...rest, ...(env ? { env: env.map(writeVariable) } : {}), resources: { limits: resources?.limits } };
}

const revisionSpec = (template: Template): object => ({
  containerConcurrency: template.maxInstanceRequestConcurrency,
  timeoutSeconds: Number.parseInt(template.timeout ?? '300s', 10),
  serviceAccountName: template.serviceAccount,
  containers: (template.containers ?? []).map(writeContainer),
});

function writeTraffic(entity: Entity, target: TrafficTarget, observed: boolean): object {
  const pinned = target.revision !== undefined;
  const revisionName = pinned || observed ? targetRevision(entity, target) : undefined;
  const url = observed && target.tag !== undefined ? { url: entity.uri } : {};
  return { percent: target.percent, tag: target.tag, latestRevision: pinned ? undefined : true, revisionName, ...url };
}

const statuses = {
  CONDITION_PENDING: 'Unknown',
  CONDITION_RECONCILING: 'Unknown',
  CONDITION_FAILED: 'False',
  CONDITION_SUCCEEDED: 'True',
} as const;

/** `HEALTH_CHECK_CONTAINER_ERROR` in v2 is `HealthCheckContainerError` in v1. */
const reasonText = (reason: string | undefined): string | undefined =>
  reason?.toLowerCase().replace(/(?:^|_)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

const writeCondition = (condition: Condition): object => ({
  type: condition.type,
  status: statuses[condition.state],
  reason: reasonText(condition.reason ?? condition.revisionReason),
  message: condition.message,
  lastTransitionTime: condition.lastTransitionTime,
});

const templateOf = (desired: Desired, extras: KnativeExtras): object => {
  const template = desired.template ?? {};
  const labels = { ...template.labels, ...extras.templateLabels };
  return {
    metadata: { name: template.revision, labels, annotations: templateAnnotations(template, extras) },
    spec: revisionSpec(template),
  };
};

const isoSeconds = (ms: number): string => timestamp(ms).replace(/\.\d+Z$/, '.000000Z');

/** A Service as v1 shows it. */
export function writeService(entity: Entity): object {
  const { desired, extras, ref } = entity;
  const traffic = desired.traffic ?? [];
  const observed = entity.latestReady === undefined ? [] : traffic.map((target) => writeTraffic(entity, target, true));
  const url = entity.uri === undefined ? {} : { url: entity.uri, address: { url: entity.uri } };
  return {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: {
      name: ref.id,
      namespace: ref.project,
      selfLink: `/apis/serving.knative.dev/v1/namespaces/${ref.project}/services/${ref.id}`,
      uid: entity.uid,
      resourceVersion: resourceVersion(entity),
      generation: entity.generation,
      creationTimestamp: isoSeconds(entity.createTime),
      deletionTimestamp: entity.deleteTime === undefined ? undefined : isoSeconds(entity.deleteTime),
      labels: { ...desired.labels, ...extras.labels, 'cloud.googleapis.com/location': ref.location },
      annotations: serviceAnnotations(entity),
    },
    spec: {
      template: templateOf(desired, extras),
      traffic: traffic.map((target) => writeTraffic(entity, target, false)),
    },
    status: {
      observedGeneration: entity.operation === undefined ? entity.generation : entity.observedGeneration,
      conditions: [entity.terminal, ...entity.conditions].map(writeCondition),
      latestReadyRevisionName: entity.latestReady,
      latestCreatedRevisionName: entity.latestCreated,
      traffic: observed,
      ...url,
    },
  };
}

export const revisionLabels = (entity: Entity, revision: Revision): Record<string, string> => ({
  ...revision.template.labels,
  ...revision.extras.templateLabels,
  'serving.knative.dev/service': entity.ref.id,
  'serving.knative.dev/configuration': entity.ref.id,
  'serving.knative.dev/configurationGeneration': String(revision.generation),
  'cloud.googleapis.com/location': entity.ref.location,
});

/** A Revision as v1 shows it. */
export const writeRevision = (entity: Entity, revision: Revision): object => ({
  apiVersion: 'serving.knative.dev/v1',
  kind: 'Revision',
  metadata: {
    name: revision.id,
    namespace: entity.ref.project,
    uid: revision.uid,
    resourceVersion: Buffer.from(`${revision.createTime}/${revision.state}`).toString('base64url'),
    generation: 1,
    creationTimestamp: isoSeconds(revision.createTime),
    labels: revisionLabels(entity, revision),
    annotations: {
      ...templateAnnotations(revision.template, revision.extras),
      'serving.knative.dev/creator': defaultCreator,
    },
  },
  spec: revisionSpec(revision.template),
  status: {
    observedGeneration: 1,
    conditions: revision.conditions.map(writeCondition),
    serviceName: entity.ref.id,
    imageDigest: revision.template.containers?.[0]?.image,
  },
});

/** An operation on a service, with the v1 message in place of the v2 one. */
export function writeOperation(operation: Operation): object {
  const v1 = operation.entity?.kind === 'service' ? writeService(operation.entity) : {};
  const typed = { '@type': 'type.googleapis.com/google.cloud.run.v1.Service', ...v1 };
  const { metadata: _v2, response, ...rest } = renderOperation(operation) as { metadata?: object; response?: object };
  return response === undefined ? { ...rest, metadata: typed } : { ...rest, metadata: typed, response: typed };
}
