import type { ServiceSpec } from '../../contracts/application-spec.ts';
import { mebibytes, millicores } from '../quantity.ts';
import { sizeLimits, specDefaults } from './defaults.ts';
import { normalizePorts } from './normalize.ts';
import { describeValue, type Finding, type Path } from './problem.ts';

/** Sizes, health checks, strategies and flags that contradict each other or the ports. */
export function checkTraffic(service: ServiceSpec, path: Path): readonly Finding[] {
  return [
    ...checkSizes(service, path),
    ...checkHealth(service, path),
    ...checkStrategy(service, path),
    ...checkRequestDriven(service, path),
    ...checkFlags(service, path),
  ];
}

function checkSizes({ resources }: ServiceSpec, path: Path): readonly Finding[] {
  const { cpu, memory } = resources ?? {};
  const findings: Finding[] = [];
  if (cpu !== undefined && !within(millicores(cpu), sizeLimits.cpuMillicores)) {
    const problem = absurd(cpu, 'from 1m to 1000 vCPUs', meantMillicores(cpu));
    findings.push({ path: [...path, 'resources', 'cpu'], ...problem });
  }
  if (memory !== undefined && (isBytes(memory) || !within(mebibytes(memory), sizeLimits.memoryMib))) {
    const problem = absurd(memory, 'from 1Mi to 32Ti', meantMebibytes(memory));
    findings.push({ path: [...path, 'resources', 'memory'], ...problem });
  }
  return findings;
}

function within(value: number | undefined, maximum: number): boolean {
  return value !== undefined && value >= 1 && value <= maximum;
}

/** Rounded up, anything above nothing is one MiB: a lone `512` would pass although it can only be a slip. */
function isBytes(memory: string | number): boolean {
  return /^\d+(\.\d+)?m?$/.test(String(memory)) && mebibytes(memory) === 1;
}

function absurd(found: unknown, allowed: string, suggestion: string | undefined): Omit<Finding, 'path'> {
  return { message: `found ${describeValue(found)}`, found, allowed: [allowed], ...(suggestion && { suggestion }) };
}

/** `2000` vCPUs were meant to be `2000m`. */
function meantMillicores(cpu: unknown): string | undefined {
  return /^\d{4,6}$/.test(String(cpu)) ? `${String(cpu)}m` : undefined;
}

/** `512` is bytes and `512m` half a byte; both were meant to be `512Mi`. */
function meantMebibytes(memory: unknown): string | undefined {
  const digits = /^(\d{2,6})m?$/.exec(String(memory))?.[1];
  return digits === undefined ? undefined : `${digits}Mi`;
}

function checkHealth(service: ServiceSpec, path: Path): readonly Finding[] {
  const { healthCheck } = service;
  if (healthCheck === undefined) return [];
  const at = [...path, 'healthCheck'];
  const ports = normalizePorts(service).map(({ port }) => String(port));
  if (ports.length === 0) return [{ path: at, message: 'a health check needs a port, and the service has none' }];
  const findings: Finding[] = [];
  if (healthCheck.port !== undefined && !ports.includes(String(healthCheck.port))) {
    findings.push({
      path: [...at, 'port'],
      found: healthCheck.port,
      message: `${healthCheck.port} is not a port of the service`,
      allowed: ports,
    });
  }
  const interval = healthCheck.intervalSeconds ?? specDefaults.healthCheck.intervalSeconds;
  const { timeoutSeconds } = healthCheck;
  if (timeoutSeconds !== undefined && timeoutSeconds > interval) {
    findings.push({
      path: [...at, 'timeoutSeconds'],
      found: timeoutSeconds,
      message: `${timeoutSeconds} is longer than the interval of ${interval} s`,
    });
  }
  return findings;
}

function checkStrategy(service: ServiceSpec, path: Path): readonly Finding[] {
  const { strategy } = service;
  if (strategy === undefined) return [];
  const at = [...path, 'strategy'];
  if (strategy.type === 'canary') return checkCanary(service, strategy.steps ?? specDefaults.canary.steps, at);
  if ((strategy.steps ?? strategy.stepSeconds) === undefined) return [];
  return [{ path: at, message: 'steps and stepSeconds mean nothing to a rolling strategy', severity: 'warning' }];
}

function checkCanary({ ports = [] }: ServiceSpec, steps: readonly number[], at: Path): readonly Finding[] {
  if (ports.length === 0) {
    return [
      { path: [...at, 'type'], found: 'canary', message: 'a canary shifts traffic, and the service has no port' },
    ];
  }
  const falling = steps.findIndex((step, index) => index > 0 && step <= (steps[index - 1] ?? 0));
  if (falling > 0) {
    const message = `${steps[falling]} does not rise above the step before it, ${steps[falling - 1]}`;
    return [{ path: [...at, 'steps', falling], found: steps[falling], message }];
  }
  const last = steps.at(-1);
  if (last === 100) return [];
  return [
    { path: [...at, 'steps', steps.length - 1], found: last, message: `the last step is ${last}`, allowed: ['100'] },
  ];
}

function checkRequestDriven(service: ServiceSpec, path: Path): readonly Finding[] {
  if (service.requestDriven !== true) return [];
  const ports = normalizePorts(service);
  if (ports.some(({ protocol }) => protocol !== 'TCP')) return [];
  const why = ports.length === 0 ? 'is a worker without ports' : 'has no HTTP or GRPC port';
  return [{ path: [...path, 'requestDriven'], found: true, message: `requests drive it, but it ${why}` }];
}

function checkFlags(service: ServiceSpec, path: Path): readonly Finding[] {
  const { spot, tier, stateless, volumes = [], constraints } = service;
  const warnings: readonly (readonly [holds: boolean, field: string, message: string])[] = [
    [
      spot === true && tier === 'critical',
      'spot',
      'a critical service on interruptible capacity can lose all its replicas at once',
    ],
    [
      spot === true && stateless === false,
      'spot',
      'it keeps state, and interruptible capacity can take it away at any time',
    ],
    [stateless === true && volumes.length > 0, 'stateless', 'called stateless, but it has volumes'],
    [
      volumes.length > 0 && (constraints?.minimumClouds ?? 1) > 1,
      'volumes',
      'each cloud has its own volume: nothing copies the data between them',
    ],
  ];
  return warnings.flatMap(([holds, field, message]) =>
    holds ? [{ path: [...path, field], message, severity: 'warning' }] : [],
  );
}
