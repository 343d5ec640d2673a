import type { ServiceSpec } from '../../contracts/application-spec.ts';
import { normalizePorts } from './normalize.ts';
import type { Finding, Path } from './problem.ts';

export function checkServiceNames(services: readonly ServiceSpec[]): readonly Finding[] {
  return repeated(
    services.map(({ name }) => name),
    (name, index, first) => ({
      path: ['spec', 'services', index, 'name'],
      found: name,
      message: `a second service "${name}"; the first is spec.services[${first}]`,
    }),
  );
}

/** Everything of one service that must be unique: ports and their names, volumes and where they are mounted, variables. */
export function checkNames(service: ServiceSpec, path: Path): readonly Finding[] {
  const { volumes = [], secrets = [], env = {} } = service;
  const ports = normalizePorts(service);
  const second = (list: string, key: string, what: string) => (value: string, index: number) => ({
    path: [...path, list, index, key],
    found: value,
    message: `a second ${what} "${value}"`,
  });
  const clashes = secrets.flatMap(({ env: name }, index) =>
    Object.hasOwn(env, name)
      ? [{ path: [...path, 'secrets', index, 'env'], found: name, message: `"${name}" is set in env, too` }]
      : [],
  );
  const numbers = ports.map(({ port }) => String(port));
  return [
    ...repeated(numbers, second('ports', 'port', 'port')),
    // Equal numbers give equal default names: once is enough to say it.
    ...(new Set(numbers).size < numbers.length
      ? []
      : repeated(
          ports.map(({ name }) => name),
          second('ports', 'name', 'port named'),
        )),
    ...repeated(
      volumes.map(({ name }) => name),
      second('volumes', 'name', 'volume'),
    ),
    ...repeated(
      volumes.map(({ mountPath }) => mountPath),
      second('volumes', 'mountPath', 'volume mounted at'),
    ),
    ...repeated(
      secrets.map(({ env: name }) => name),
      second('secrets', 'env', 'secret for variable'),
    ),
    ...clashes,
  ];
}

function repeated(
  values: readonly string[],
  finding: (value: string, index: number, first: number) => Finding,
): readonly Finding[] {
  const seen = new Map<string, number>();
  return values.flatMap((value, index) => {
    const first = seen.get(value);
    if (first !== undefined) return [finding(value, index, first)];
    seen.set(value, index);
    return [];
  });
}
