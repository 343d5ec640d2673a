import { type ArmError, badRequest, BindingProblem } from '../errors.ts';
import { isObject } from '../http.ts';
import { check, type Finding, type Shape } from '../shape.ts';
import type { Container, ContainerAppBody, Ingress, Template } from './model.ts';
import { requireResourceTotal } from './resources.ts';
import { requireDistinct, validateContainer } from './validate-container.ts';

/** Binds a body the way the service's web framework does: unknown members and wrong types are refused before any rule is read. */
export function bind<T>(body: unknown, shape: Shape, version: string): T {
  const { value, findings } = check(body, shape);
  if (!isObject(body)) throw new BindingProblem({ $: ['A non-empty request body is required.'] });
  if (findings.length === 0) return value as T;
  const errors: Record<string, string[]> = {};
  for (const finding of findings) {
    const key = finding.kind === 'unknown' ? '$' : `$.${finding.path}`;
    (errors[key] ??= []).push(phrase(finding, version));
  }
  throw new BindingProblem(errors);
}

function phrase(finding: Finding, version: string): string {
  const view = `Microsoft.ContainerApps.WebApi.Views.Version${version.replaceAll('-', '')}.${finding.owner}`;
  switch (finding.kind) {
    case 'unknown':
      return `Unknown properties ${finding.property} in ${view} are not supported`;
    case 'required':
      return `The ${finding.property} field is required.`;
    case 'type':
    case 'enum':
      return `The JSON value could not be converted to System.${finding.expected}. Path: $.${finding.path}.`;
  }
}

export function requireAppName(name: string): void {
  if (/^[a-z]([-a-z0-9]{0,30}[a-z0-9])$/.test(name) && !name.includes('--')) return;
  throw badRequest(
    'ContainerAppInvalidName',
    `Invalid ContainerApp name '${name}'. A name must consist of lower case alphanumeric characters or '-', start with an ` +
      "alphabetic character, and end with an alphanumeric character and cannot have '--'. The length must be between 2 and 32 " +
      'characters inclusive.',
  );
}

/** Rules between the members of a container app; `consumptionOnly` environments allow half the size. */
export function validateApp(body: ContainerAppBody, consumptionOnly: boolean): void {
  const template = body.properties?.template;
  if (!template?.containers?.length)
    throw badRequest(
      'ContainerAppCreateMustContainContainer',
      'Must specify atleast one container in properties.template.containers.',
    );
  template.containers.forEach((container, index) => validateContainer(container, index));
  requireDistinct(
    template.containers.map(({ name }) => name ?? ''),
    'template.containers',
  );
  requireResourceTotal(template.containers, consumptionOnly);
  validateScale(template);
  validateSuffix(template);
  validateConfiguration(body);
}

function validateScale({ scale }: Template): void {
  const minimum = scale?.minReplicas ?? 0;
  const maximum = scale?.maxReplicas ?? 10;
  if (minimum >= 0 && minimum <= maximum && maximum >= 1 && maximum <= 1000) return;
  throw badRequest(
    'ContainerAppInvalidScaleSpec',
    `Invalid scale: minReplicas ${minimum} must be from 0 to maxReplicas, and maxReplicas ${maximum} from 1 to 1000.`,
    'properties.template.scale',
  );
}

function validateSuffix({ revisionSuffix }: Template): void {
  if (revisionSuffix === undefined || revisionSuffix === '') return;
  if (/^[a-z0-9]([-a-z0-9]{0,62}[a-z0-9])?$/.test(revisionSuffix) && !revisionSuffix.includes('--')) return;
  throw badRequest(
    'ContainerAppInvalidRevisionSuffix',
    `Invalid revision suffix '${revisionSuffix}'. It must consist of lower case alphanumeric characters or '-'.`,
  );
}

function validateConfiguration({ properties }: ContainerAppBody): void {
  const { ingress, secrets = [], activeRevisionsMode = 'Single' } = properties?.configuration ?? {};
  requireDistinct(
    secrets.map(({ name }) => name ?? ''),
    'configuration.secrets',
  );
  requireSecrets(properties?.template?.containers ?? [], new Set(secrets.map(({ name }) => name)));
  if (activeRevisionsMode !== 'Single') throw unsupported(`activeRevisionsMode '${activeRevisionsMode}'`);
  if (ingress) validateIngress(ingress);
}

const mostMorePorts = 5;

function validateIngress({ targetPort = 1, traffic = [], additionalPortMappings = [] }: Ingress): void {
  if (additionalPortMappings.length > mostMorePorts)
    throw badRequest(
      'ContainerAppInvalidAdditionalPortMappings',
      `Container app has ${additionalPortMappings.length} additional port mappings; at most ${mostMorePorts} are allowed.`,
    );
  if (targetPort < 1 || targetPort > 65_535)
    throw badRequest(
      'ContainerAppInvalidIngressTargetPort',
      `Ingress target port '${targetPort}' must be from 1 to 65535.`,
    );
  if (traffic.some(({ latestRevision, weight }) => latestRevision !== true || weight !== 100))
    throw unsupported('a traffic split between revisions');
}

/** Said openly instead of accepted and ignored: the runner keeps one revision per app. */
const unsupported = (what: string): ArmError =>
  badRequest(
    'SandboxNotSupported',
    `The sandbox runs container apps in single revision mode only; it refuses ${what}.`,
  );

function requireSecrets(containers: readonly Container[], names: ReadonlySet<string | undefined>): void {
  for (const container of containers)
    for (const { secretRef } of container.env ?? [])
      if (secretRef !== undefined && !names.has(secretRef))
        throw badRequest(
          'ContainerAppSecretRefNotFound',
          `SecretRef '${secretRef}' defined for container '${container.name}' not found.`,
        );
}
