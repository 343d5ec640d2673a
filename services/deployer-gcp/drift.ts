import { hash } from 'node:crypto';
import type { Container, Probe, Resource, Service } from './gcp-api.ts';
import { annotationKeys } from './tags.ts';

/**
 * The fields we ask for, each as one short text; the same function reads the plan and the resource. Variables are digested: their
 * values are nobody's business here. A field that the plan left to Cloud Run is absent and not compared.
 */
export type Summary = Readonly<Record<string, string>>;

export function summarize(resource: Resource): Summary {
  const { scaling, template } = resource.body;
  const [container = {}] = template?.containers ?? [];
  return {
    replicas: String(scaling?.manualInstanceCount ?? 'automatic'),
    ...containerSummary(container),
    ...(template?.serviceAccount ? { serviceAccount: template.serviceAccount } : {}),
    ...(resource.kind === 'service' ? { ...portSummary(container), ...serviceSummary(resource.body) } : {}),
  };
}

function containerSummary({ image, command, args, env, resources, livenessProbe }: Container): Summary {
  return {
    image: image ?? '',
    command: digest([command ?? [], args ?? []]),
    environment: digest((env ?? []).map(variable).sort()),
    cpu: milli(resources?.limits?.['cpu']),
    memory: mebibytes(resources?.limits?.['memory']),
    liveness: probe(livenessProbe),
  };
}

function portSummary({ ports, resources }: Container): Summary {
  const [port] = ports ?? [];
  return {
    port: port === undefined ? 'none' : `${port.containerPort}/${port.name}`,
    cpuIdle: String(resources?.cpuIdle === true),
  };
}

function serviceSummary({ scaling, ingress, invokerIamDisabled, traffic, template }: Service): Summary {
  const environment = String(template?.executionEnvironment);
  return {
    scaling: String(scaling?.scalingMode),
    ingress: String(ingress),
    public: String(invokerIamDisabled === true),
    traffic: (traffic ?? []).map(({ type, revision, percent }) => `${revision || type} ${percent}%`).join(', '),
    ...(/GEN/.test(environment) ? { executionEnvironment: environment } : {}),
  };
}

const digest = (value: unknown): string => hash('sha256', JSON.stringify(value), 'hex').slice(0, 12);

type Variable = NonNullable<Container['env']>[number];

function variable({ name, value, valueSource }: Variable): string {
  const secret = valueSource?.secretKeyRef;
  return secret ? `${name}=secret:${secret.secret}:${secret.version}` : `${name}=${value ?? ''}`;
}

/** `1`, `1.0` and `1000m` are one quantity: the API may give back another spelling than it was given. */
function milli(text = ''): string {
  const match = /^(\d+(?:\.\d+)?)(m?)$/.exec(text);
  return match ? `${Math.round(Number(match[1]) * (match[2] === 'm' ? 1 : 1000))}m` : text;
}

function mebibytes(text = ''): string {
  const match = /^(\d+(?:\.\d+)?)(Mi|Gi)$/.exec(text);
  return match ? `${Number(match[1]) * (match[2] === 'Gi' ? 1024 : 1)}Mi` : text;
}

function probe(probe: Probe | null | undefined): string {
  if (probe?.httpGet) return `GET ${probe.httpGet.path}:${probe.httpGet.port}`;
  return probe?.grpc ? `grpc:${probe.grpc.port}` : 'none';
}

const digested = new Set(['command', 'environment']);
const mostLines = 20;

/** One line per field that is not as the plan left it; none when nobody touched it. */
export function driftOf(resource: Resource): string[] {
  const planned = plannedOf(resource);
  if (planned === undefined) {
    return [
      `annotation ${annotationKeys.planned}: missing or unreadable, so nothing can be compared with what was asked for`,
    ];
  }
  const found = summarize(resource);
  return Object.entries(planned)
    .filter(([field, wanted]) => found[field] !== wanted)
    .map(([field, wanted]) =>
      digested.has(field)
        ? `${field}: changed by somebody else`
        : `${field}: "${found[field] ?? 'nothing'}" where "${wanted}" was asked for`,
    )
    .map((line) => line.slice(0, 500))
    .slice(0, mostLines);
}

/** Replicas the plan asked for; undefined when nobody can tell any more. */
export function plannedReplicas(resource: Resource): number | undefined {
  const count = Number(plannedOf(resource)?.['replicas'] ?? Number.NaN);
  return Number.isSafeInteger(count) && count >= 0 ? count : undefined;
}

function plannedOf(resource: Resource): Summary | undefined {
  try {
    const parsed: unknown = JSON.parse(resource.body.annotations?.[annotationKeys.planned] ?? '');
    return isSummary(parsed) ? parsed : undefined;
  } catch {
    // An annotation is anybody's to edit: what cannot be read counts as missing, and is reported as drift.
    return undefined;
  }
}

/** Every plan has an image: without one it was cut short. */
function isSummary(value: unknown): value is Summary {
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).every((field) => typeof field === 'string') && 'image' in value;
}
