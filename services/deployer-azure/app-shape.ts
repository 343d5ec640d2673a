import type { Container, ContainerApp, EnvironmentVar, Ingress } from '@azure/arm-appcontainers';
import { shapeOf, type ContainerShape, type Shape } from './shape.ts';

/** The shape of a container app, planned or found: every value in one spelling, whatever the service made of it. */
export function appShape(app: ContainerApp): Shape {
  return shapeOf(containerShape(app.template?.containers?.[0] ?? {}), ingressShape(app.configuration?.ingress));
}

function containerShape({ image, command, args, env, resources }: Container): ContainerShape {
  return {
    image,
    // The service says null for what was not given.
    command: [...(command ?? []), '--', ...(args ?? [])],
    env: (env ?? []).map(variable),
    cpuMillicores: Math.round((resources?.cpu ?? 0) * 1000),
    memoryMib: mebibytes(resources?.memory ?? ''),
  };
}

const variable = ({ name = '', value = '', secretRef }: EnvironmentVar): readonly [string, string] => [
  name,
  secretRef === undefined ? value : `secret:${secretRef}`,
];

function ingressShape(ingress: Ingress | undefined | null): string {
  if (ingress == null) return 'none';
  return `${ingress.targetPort ?? 0}/${(ingress.transport ?? 'auto').toLowerCase()}/${ingress.external === true ? 'public' : 'internal'}`;
}

/** `2Gi`, `0.5Gi`, `512Mi`. */
function mebibytes(quantity: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(Gi|Mi)$/.exec(quantity) ?? [];
  if (number === undefined) return 0;
  return Math.round(Number(number) * (unit === 'Gi' ? 1024 : 1));
}
