import type { Container, ContainerGroup } from '@azure/arm-containerinstance';
import type { PortProtocol } from '../../shared/contracts/workload.ts';
import type { Static } from 'typebox';
import { shapeOf, type ContainerShape, type Shape } from './shape.ts';

type Protocol = Static<typeof PortProtocol>;

/** The shape of a container group, planned or found. The group does not know what is spoken on its port: the shape carries it. */
export function groupShape(group: ContainerGroup, protocol: string | undefined): Shape {
  const port = group.ipAddress?.ports[0]?.port;
  const [container] = group.containers;
  const run = container === undefined ? nothing : containerShape(container);
  return shapeOf(run, port === undefined ? 'none' : `${port}/${protocol ?? 'TCP'}`);
}

const nothing: ContainerShape = { image: undefined, command: [], env: [], cpuMillicores: 0, memoryMib: 0 };

function containerShape({ image, command, environmentVariables, resources: { requests } }: Container): ContainerShape {
  return {
    image,
    command: command ?? [],
    env: (environmentVariables ?? []).map(({ name, value = '' }) => [name, value] as const),
    cpuMillicores: Math.round(requests.cpu * 1000),
    memoryMib: Math.round(requests.memoryInGB * 1024),
  };
}

/** Port and protocol a shape tells of. */
export function portOf(shape: Shape): { readonly port: number; readonly protocol: Protocol } | undefined {
  const [, port, protocol] = /^(\d+)\/(HTTP|GRPC|TCP)$/.exec(shape['port'] ?? '') ?? [];
  return port === undefined ? undefined : { port: Number(port), protocol: protocol as Protocol };
}

/** What a PUT cannot change on a standing group: those are made anew, beside the old ones. */
export function sameGround(one: ContainerGroup, other: ContainerGroup): boolean {
  const ground = (group: ContainerGroup) => {
    const { cpu, memory } = groupShape(group, undefined);
    return `${cpu} ${memory} ${group.osType} ${group.restartPolicy ?? 'Always'}`;
  };
  return ground(one) === ground(other);
}
