import type { Container, EnvVar, Probe, Template } from './model.ts';
import type { Kind } from './names.ts';
import type { Violation } from './status.ts';

const reservedEnvironment: Readonly<Record<Kind, readonly string[]>> = {
  service: ['PORT', 'K_SERVICE', 'K_REVISION', 'K_CONFIGURATION'],
  workerPool: ['CLOUD_RUN_WORKER_POOL', 'CLOUD_RUN_WORKER_POOL_REVISION'],
};

/** Cloud Run pulls from Google's registries and Docker Hub only; anything else needs a remote repository in Artifact Registry. */
const imageHosts = [
  /^(?:[a-z]+\.)?gcr\.io$/,
  /^[a-z0-9-]+-docker\.pkg\.dev$/,
  /^docker\.pkg\.dev$/,
  /^(?:index\.)?docker\.io$/,
];
const imagePath = /^[a-z0-9]+(?:[._/-]+[a-z0-9]+)*(?::[\w][\w.-]{0,127})?(?:@sha256:[a-f0-9]{64})?$/;

function imageAccepted(image: string): boolean {
  const [first = '', ...rest] = image.split('/');
  const hosted = rest.length > 0 && /[.:]|^localhost$/.test(first);
  if (hosted && !imageHosts.some((host) => host.test(first))) return false;
  return imagePath.test(hosted ? rest.join('/') : image);
}

function imageProblems(image: string, field: string): Violation[] {
  if (image === '') return [{ field, description: 'Image is required.' }];
  if (imageAccepted(image)) return [];
  const description = `Expected an image path like [host/]repo-path[:tag and/or @digest], where host is one of [region.]gcr.io, [region-]docker.pkg.dev or docker.io but obtained ${image}. To deploy container images from other public or private registries, set up an Artifact Registry remote repository.`;
  return [{ field, description }];
}

function environmentProblems(kind: Kind, variables: readonly EnvVar[], field: string): Violation[] {
  const names = variables.map((variable) => variable.name ?? '');
  const reserved = names.filter((name) => reservedEnvironment[kind].includes(name));
  const repeated = names.filter((name, index) => names.indexOf(name) !== index);
  const malformed = names.filter((name) => !/^[^=\s]+$/.test(name));
  const problem = (list: readonly string[], description: string): Violation[] =>
    list.length > 0 ? [{ field, description }] : [];
  return [
    ...problem(
      reserved,
      `The following reserved env names were provided: ${reserved.join(', ')}. These values are automatically set by the system.`,
    ),
    ...problem(repeated, `Duplicate env names were provided: ${repeated.join(', ')}.`),
    ...problem(malformed, `Invalid env names were provided: ${malformed.map((name) => `'${name}'`).join(', ')}.`),
  ];
}

const between = (value: number | undefined, least: number, most: number): boolean =>
  value === undefined || (value >= least && value <= most);

/** A container has this long to start, over all tries (cloud.google.com/run/docs/configuring/healthchecks). */
const longestStartup = 240;

function startupProblems(probe: Probe | undefined, field: string): Violation[] {
  const whole = (probe?.failureThreshold ?? 3) * (probe?.periodSeconds ?? 10);
  const tooLong = {
    field: `${field}.failure_threshold`,
    description: `failure_threshold * period_seconds must be at most ${longestStartup}, but was ${whole}`,
  };
  return [...probeProblems(probe, field, longestStartup), ...(whole > longestStartup ? [tooLong] : [])];
}

function probeProblems(probe: Probe | undefined, field: string, most: number): Violation[] {
  if (!probe) return [];
  const problems: Violation[] = [];
  const check = (name: string, value: number | undefined, least: number, limit: number): void => {
    if (!between(value, least, limit))
      problems.push({
        field: `${field}.${name}`,
        description: `must be between ${least} and ${limit}, but was ${value}`,
      });
  };
  check('initial_delay_seconds', probe.initialDelaySeconds, 0, most);
  check('timeout_seconds', probe.timeoutSeconds, 1, 3600);
  check('period_seconds', probe.periodSeconds, 1, most);
  check('failure_threshold', probe.failureThreshold, 1, Number.MAX_SAFE_INTEGER);
  if ((probe.timeoutSeconds ?? 1) > (probe.periodSeconds ?? 10)) {
    problems.push({
      field: `${field}.timeout_seconds`,
      description: 'must be smaller than or equal to period_seconds',
    });
  }
  if (!probe.httpGet && !probe.tcpSocket && !probe.grpc) {
    problems.push({ field, description: 'Exactly one of http_get, tcp_socket, or grpc must be specified.' });
  }
  return problems;
}

type Port = NonNullable<Container['ports']>[number];

function portShape(port: Port, field: string): Violation[] {
  const { containerPort = 0, name = '' } = port;
  const range = {
    field: `${field}.container_port`,
    description: 'must be a valid TCP port number, 0 < container_port < 65536',
  };
  const protocol = { field: `${field}.name`, description: `Allowed values are "http1" and "h2c", but was '${name}'.` };
  return [
    ...(between(containerPort, 1, 65535) ? [] : [range]),
    ...(['', 'http1', 'h2c'].includes(name) ? [] : [protocol]),
  ];
}

function portProblems(kind: Kind, container: Container, field: string): Violation[] {
  const [port, second] = container.ports ?? [];
  if (port === undefined) return [];
  if (kind === 'workerPool') return [{ field, description: 'Ports are not supported for worker pools.' }];
  if (second !== undefined) return [{ field, description: 'Only a single port can be specified.' }];
  return portShape(port, `${field}[0]`);
}

function containerProblems(kind: Kind, container: Container, at: string): Violation[] {
  return [
    ...imageProblems(container.image ?? '', `${at}.image`),
    ...environmentProblems(kind, container.env ?? [], `${at}.env`),
    ...portProblems(kind, container, `${at}.ports`),
    ...startupProblems(container.startupProbe, `${at}.startup_probe`),
    ...probeProblems(container.livenessProbe, `${at}.liveness_probe`, 3600),
    ...probeProblems(container.readinessProbe, `${at}.readiness_probe`, 3600),
  ];
}

/** Every rule about containers, except how much CPU and memory they may have. */
export function checkContainers(kind: Kind, template: Template, path: string): Violation[] {
  const containers = template.containers ?? [];
  if (containers.length === 0)
    return [{ field: `${path}.containers`, description: 'must have at least one container' }];
  const problems = containers.flatMap((container, index) =>
    containerProblems(kind, container, `${path}.containers[${index}]`),
  );
  const exposed = containers.filter((container) => (container.ports ?? []).length > 0).length;
  if (kind === 'service' && containers.length > 1 && exposed !== 1) {
    problems.push({
      field: `${path}.containers`,
      description: `Revision template should contain exactly one container with an exposed port, found ${exposed}.`,
    });
  }
  return problems;
}
