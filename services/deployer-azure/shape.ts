import { hash } from 'node:crypto';

/**
 * The fields of a resource that a command sets, each as a short text: plain where it is short and no secret, else a hash. The
 * commanded shape is kept in a tag and the found one computed from the resource, so that drift is seen without the command.
 */
export type Shape = Readonly<Record<string, string>>;

export const spellShape = (shape: Shape): string =>
  Object.entries(shape)
    .map(([field, value]) => `${field}=${value}`)
    .join(';');

export function parseShape(text: string): Shape {
  const fields = text.split(';').map((field) => {
    const at = field.indexOf('=');
    return at < 1 ? undefined : ([field.slice(0, at), field.slice(at + 1)] as const);
  });
  return Object.fromEntries(fields.filter((field) => field !== undefined));
}

/** Eight hexadecimal digits: enough to tell two values of one field apart. */
export const digest = (value: unknown): string => `#${hash('sha256', JSON.stringify(value), 'hex').slice(0, 8)}`;

/** What a container runs, as both services spell it. */
export interface ContainerShape {
  readonly image: string | undefined;
  readonly command: readonly string[];
  readonly env: readonly (readonly [name: string, value: string])[];
  readonly cpuMillicores: number;
  readonly memoryMib: number;
}

export function shapeOf(container: ContainerShape, endpoint: string): Shape {
  const env = [...container.env].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    image: digest(container.image ?? ''),
    command: digest(container.command),
    env: digest(env),
    cpu: String(container.cpuMillicores),
    memory: String(container.memoryMib),
    port: endpoint,
  };
}

/** One line per field that differs from the command. Values behind a hash are not spelled: they may be anything. */
export function differences(commanded: Shape, found: Shape): string[] {
  if (Object.keys(commanded).length === 0) return ['tag homeostasis-shape is missing or unreadable'];
  return Object.entries(commanded)
    .filter(([field, value]) => found[field] !== value)
    .map(([field, value]) =>
      value.startsWith('#')
        ? `${field} differs from the command`
        : `${field}: ${found[field] ?? 'nothing'} found, ${value} commanded`,
    );
}
