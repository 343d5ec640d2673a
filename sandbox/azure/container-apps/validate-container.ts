import { type ArmError, badRequest } from '../errors.ts';
import type { Container, EnvironmentVariable, Probe } from './model.ts';

const invalidField = (field: string, detail: string): ArmError =>
  badRequest(
    'InvalidParameterValueInContainerTemplate',
    `The following field(s) are either invalid or missing. Field '${field}' is invalid with details: '${detail}'.`,
    field,
  );

const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** Rules of one container; `index` names it while it has no name. */
export function validateContainer({ name = '', image = '', env = [], probes = [] }: Container, index: number): void {
  const where = `template.containers.${name === '' ? index : name}`;
  if (!label.test(name)) throw invalidField(`${where}.name`, `'${name}' must be a lower case RFC 1123 label`);
  if (image === '' || /[\s]|^https?:/.test(image))
    throw invalidField(`${where}.image`, `'${image}' is not an image reference`);
  env.forEach((variable) => validateVariable(variable, where));
  requireDistinct(
    env.map((variable) => variable.name ?? ''),
    `${where}.env`,
  );
  probes.forEach((probe) => validateProbe(probe, where));
  requireDistinct(
    probes.map(({ type }) => type ?? ''),
    `${where}.probes`,
  );
}

function validateVariable({ name, value, secretRef }: EnvironmentVariable, where: string): void {
  if (!name) throw invalidField(`${where}.env`, 'an environment variable has no name');
  if (value !== undefined && secretRef !== undefined)
    throw invalidField(`${where}.env.${name}`, 'give value or secretRef, not both');
}

/** Least and most of each, as the REST reference of ContainerAppProbe gives them. */
const probeLimits = {
  failureThreshold: [1, 10],
  initialDelaySeconds: [1, 60],
  periodSeconds: [1, 240],
  successThreshold: [1, 10],
  timeoutSeconds: [1, 240],
} as const;

function validateProbe(probe: Probe, where: string): void {
  const { type, httpGet, tcpSocket } = probe;
  if (!type || (httpGet === undefined) === (tcpSocket === undefined))
    throw invalidField(`${where}.probes`, 'a probe needs a type and exactly one of httpGet and tcpSocket');
  const port = (httpGet ?? tcpSocket)?.port ?? 0;
  if (port < 1 || port > 65_535)
    throw invalidField(`${where}.probes.${type}.port`, `'${port}' must be between 1 and 65535`);
  requireLimits(probe, `${where}.probes.${type}`);
}

function requireLimits(probe: Probe, where: string): void {
  for (const [field, [least, most]] of Object.entries(probeLimits)) {
    const value = probe[field as keyof typeof probeLimits] ?? least;
    if (value < least || value > most)
      throw invalidField(`${where}.${field}`, `'${value}' must be between ${least} and ${most}`);
  }
}

/** Refuses a name that is given twice. */
export function requireDistinct(names: readonly string[], field: string): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalidField(field, `'${twice}' is given more than once`);
}
