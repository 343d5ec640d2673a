import { isDeepStrictEqual } from 'node:util';
import { type ArmError, badRequest, conflict, invalidContent } from '../errors.ts';
import { check } from '../shape.ts';
import type { Container, ContainerGroup, ContainerGroupBody } from './model.ts';
import { containerGroupShape } from './schema.ts';

/** What the service sells in one group without asking: four cores and sixteen gigabytes. */
const largest = { cpu: 4, memoryInGB: 16, containers: 60 };

export function bindGroup(body: unknown): ContainerGroupBody {
  const { value, findings } = check(body ?? {}, containerGroupShape);
  const [first] = findings;
  if (!first) return value as ContainerGroupBody;
  switch (first.kind) {
    case 'unknown':
      throw invalidContent(
        `Could not find member '${first.property}' on object of type '${first.owner}'. Path '${first.path}', line 1, position 1.`,
      );
    case 'required':
      throw invalidContent(
        `Required property '${first.property}' not found in JSON. Path '${first.path}', line 1, position 1.`,
      );
    case 'type':
      throw invalidContent(
        `Error converting value to type '${first.expected}'. Path '${first.path}', line 1, position 1.`,
      );
    case 'enum':
      throw invalidContent(`Requested value was not found. Path '${first.path}': allowed are ${first.expected}.`);
  }
}

const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

export function requireGroupName(name: string): void {
  if (!label.test(name))
    throw badRequest(
      'InvalidContainerGroupName',
      `The container group name '${name}' is invalid. It must contain no more than 63 characters and must match the regex ` +
        "'[a-z0-9]([-a-z0-9]*[a-z0-9])?' (e.g. 'my-name').",
    );
}

/** Rules between the members of a group. */
export function validateGroup(name: string, body: ContainerGroupBody): void {
  const { containers, ipAddress } = body.properties;
  if (containers.length === 0 || containers.length > largest.containers)
    throw badRequest(
      'InvalidContainersCount',
      `The container group '${name}' must have from 1 to ${largest.containers} containers, it has ${containers.length}.`,
    );
  containers.forEach((container) => validateContainer(name, container));
  const names = containers.map((container) => container.name);
  const twice = names.find((one, index) => names.indexOf(one) !== index);
  if (twice)
    throw badRequest('DuplicateContainerName', `The container name '${twice}' in group '${name}' is given twice.`);
  if (ipAddress) validateAddress(name, body);
}

function validateContainer(group: string, container: Container): void {
  const { name, properties } = container;
  if (!label.test(name))
    throw badRequest(
      'InvalidContainerName',
      `The container name '${name}' in container group '${group}' is invalid. It must match '[a-z0-9]([-a-z0-9]*[a-z0-9])?'.`,
    );
  if (!properties.image.trim() || /\s|^https?:/.test(properties.image))
    throw badRequest(
      'InvalidImage',
      `The image '${properties.image}' in container '${name}' of container group '${group}' is not a valid image reference.`,
    );
  const outside = (properties.ports ?? []).find(({ port }) => port < 1 || port > 65_535);
  if (outside)
    throw badRequest(
      'InvalidPort',
      `The port '${outside.port}' of container '${name}' in group '${group}' is invalid.`,
    );
  requireRequests(group, container);
}

function requireRequests(group: string, { name, properties }: Container): void {
  const requests = properties.resources?.requests;
  if (!requests)
    throw badRequest(
      'ResourceRequestsNotSpecified',
      `The resource requests are not specified in container '${name}' in container group '${group}'.`,
    );
  if (requests.cpu < 0.01 || requests.memoryInGB < 0.1 || !isTenth(requests.memoryInGB))
    throw badRequest(
      'InvalidResourceRequests',
      `The resource requests of container '${name}' in container group '${group}' are invalid: cpu ${requests.cpu} must be ` +
        `at least 0.01, memoryInGB ${requests.memoryInGB} a positive multiple of 0.1.`,
    );
}

const isTenth = (value: number): boolean => Math.abs(value * 10 - Math.round(value * 10)) < 1e-9;

/** Ports per IP address: not raised on request. */
const mostPorts = 5;

const portsOf = ({ properties }: Container): readonly number[] => (properties.ports ?? []).map(({ port }) => port);

function validateAddress(name: string, { properties }: ContainerGroupBody): void {
  const { containers, ipAddress, subnetIds = [] } = properties;
  const opened = new Set(containers.flatMap((container) => portsOf(container)));
  const ports = ipAddress?.ports ?? [];
  if (ports.length === 0)
    throw badRequest(
      'MissingIpAddressPorts',
      `The ports in the 'ipAddress' of container group '${name}' cannot be empty.`,
    );
  if (ports.length > mostPorts)
    throw badRequest(
      'TooManyIpAddressPorts',
      `The 'ipAddress' of container group '${name}' has ${ports.length} ports; at most ${mostPorts} are allowed.`,
    );
  const closed = ports.find(({ port }) => !opened.has(port));
  if (closed)
    throw badRequest(
      'InvalidIpAddressPorts',
      `Port '${closed.port}' of the 'ipAddress' of container group '${name}' is not exposed by any of its containers.`,
    );
  requireSubnet(name, ipAddress?.type === 'Private', subnetIds.length);
  requireDnsLabel(name, ipAddress?.dnsNameLabel ?? 'label');
}

function requireSubnet(name: string, isPrivate: boolean, subnets: number): void {
  if (isPrivate && subnets === 0)
    throw badRequest(
      'PrivateIPAddressNotSupported',
      `IP address type in container group '${name}' is invalid. Private needs subnetIds.`,
    );
}

function requireDnsLabel(name: string, dnsNameLabel: string): void {
  if (/^[a-z]([-a-z0-9]{3,61}[a-z0-9])$/i.test(dnsNameLabel)) return;
  throw badRequest(
    'InvalidDnsNameLabel',
    `The DNS name label '${dnsNameLabel}' in container group '${name}' is invalid.`,
  );
}

const total = (body: ContainerGroupBody, of: 'cpu' | 'memoryInGB'): number =>
  body.properties.containers.reduce((sum, container) => sum + (container.properties.resources?.requests?.[of] ?? 0), 0);

/** The refusal for want of capacity, with the request in it (virtual-kubelet issue 592: HTTP 409). */
export function noCapacity(region: string, body: ContainerGroupBody): ArmError {
  return conflict(
    'ServiceUnavailable',
    `The requested resource is not available in the location '${region}' at this moment. Please retry with a different resource ` +
      `request or in another location. Resource requested: '${total(body, 'cpu')}' CPU '${total(body, 'memoryInGB')}' GB memory ` +
      `'${body.properties.osType}' OS`,
  );
}

/** More than the region has in one piece is refused with the same words as a region that is full. */
export const fits = (body: ContainerGroupBody): boolean =>
  total(body, 'cpu') <= largest.cpu && total(body, 'memoryInGB') <= largest.memoryInGB;

/** A PUT over a present group may not change what its host was chosen for. */
export function requireUpdatable(group: ContainerGroup, body: ContainerGroupBody): void {
  const fixed = ({ properties }: ContainerGroupBody) => ({
    os: properties.osType,
    policy: properties.restartPolicy ?? 'Always',
    sizes: properties.containers.map((container) => [container.name, container.properties.resources?.requests]),
  });
  if (isDeepStrictEqual(fixed(group.body), fixed(body))) return;
  throw badRequest(
    'InvalidContainerGroupUpdate',
    `The updates on container group '${group.name}' are invalid. If you are going to update the os type, restart policy, network ` +
      'profile, CPU, memory or GPU resources for a container group, you must delete it first and then create a new one.',
  );
}
