import type { Container, Template } from './model.ts';
import type { Kind } from './names.ts';
import type { Violation } from './status.ts';

/** What an instance may have, from cloud.google.com/run/docs/configuring/services/cpu and …/memory-limits. */
const wholeCpus = [1, 2, 4, 6, 8];
const mebibyte = 2 ** 20;
const gibibytes = (count: number): number => count * 1024;

const memoryUnits: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** CPUs of a Kubernetes quantity (`1`, `1000m`, `0.5`), or undefined when it is none. */
export function parseCpu(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(m?)$/.exec(text);
  return match ? Number(match[1]) / (match[2] === 'm' ? 1000 : 1) : undefined;
}

/** Mebibytes of a Kubernetes quantity (`512Mi`, `2Gi`, `500M`), or undefined when it is none. */
export function parseMemory(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([kMGT]|[KMGT]i)?$/.exec(text);
  return match ? (Number(match[1]) * (memoryUnits[match[2] ?? ''] ?? 1)) / mebibyte : undefined;
}

/** Least and most memory in MiB for that many CPUs. */
function memoryRange(cpu: number, least: number): readonly [number, number] {
  if (cpu < 0.5) return [least, 512];
  if (cpu < 1) return [least, gibibytes(1)];
  if (cpu < 2) return [least, gibibytes(4)];
  if (cpu < 4) return [least, gibibytes(8)];
  if (cpu < 6) return [gibibytes(2), gibibytes(16)];
  return cpu < 8 ? [gibibytes(4), gibibytes(24)] : [gibibytes(4), gibibytes(32)];
}

const shown = (mebibytes: number): string => (mebibytes % 1024 === 0 ? `${mebibytes / 1024}Gi` : `${mebibytes}Mi`);

interface Instance {
  readonly kind: Kind;
  readonly template: Template;
  readonly cpu: number;
  readonly memory: number;
  /** CPU is throttled outside requests: the request-based billing that fractions of a CPU need. */
  readonly cpuIdle: boolean;
}

function fractionalProblem(instance: Instance): string | undefined {
  const { template, kind, cpu } = instance;
  const prefix = 'Invalid value specified for cpu. Total cpu < 1 is not supported';
  if (cpu < 0.08) return 'Invalid value specified for cpu. Total cpu must be at least 0.08.';
  if (kind === 'workerPool') return `${prefix} in worker pools.`;
  if ((template.maxInstanceRequestConcurrency ?? 0) > 1) return `${prefix} with concurrency > 1.`;
  if (!instance.cpuIdle) return `${prefix} when CPU is always allocated.`;
  if (template.executionEnvironment === 'EXECUTION_ENVIRONMENT_GEN2')
    return `${prefix} in the second generation execution environment.`;
  return undefined;
}

function cpuProblem(instance: Instance): string | undefined {
  if (instance.cpu < 1) return fractionalProblem(instance);
  if (wholeCpus.includes(instance.cpu)) return undefined;
  return `Invalid value specified for cpu. Total cpu must be less than 1 or one of 1, 2, 4, 6 or 8, but was ${instance.cpu}.`;
}

function memoryProblem(instance: Instance): string | undefined {
  const large =
    instance.kind === 'workerPool' ||
    !instance.cpuIdle ||
    instance.template.executionEnvironment === 'EXECUTION_ENVIRONMENT_GEN2';
  const [least, most] = memoryRange(instance.cpu, large ? 512 : 128);
  if (instance.memory >= least && instance.memory <= most) return undefined;
  return `Invalid value specified for container memory. For ${instance.cpu} CPU, memory must be between ${shown(least)} and ${shown(most)} inclusive.`;
}

const limitKeys = new Set(['cpu', 'memory', 'nvidia.com/gpu']);

function quantityProblems(container: Container, at: string): Violation[] {
  const limits = container.resources?.limits ?? {};
  const unknown = Object.keys(limits).filter((key) => !limitKeys.has(key));
  const problems = unknown.map((key) => ({
    field: `${at}.limits`,
    description: `Unsupported resource limit '${key}'. Only cpu, memory and nvidia.com/gpu are supported.`,
  }));
  if (limits['cpu'] !== undefined && parseCpu(limits['cpu']) === undefined) {
    problems.push({
      field: `${at}.limits.cpu`,
      description: `Invalid value specified for cpu: '${limits['cpu']}' is not a quantity.`,
    });
  }
  if (limits['memory'] !== undefined && parseMemory(limits['memory']) === undefined) {
    problems.push({
      field: `${at}.limits.memory`,
      description: `Invalid value specified for container memory: '${limits['memory']}' is not a quantity.`,
    });
  }
  return problems;
}

/** Holds the CPU and memory of one instance (all its containers together) against Cloud Run's pairs. The template has its defaults. */
export function checkResources(kind: Kind, template: Template, path: string): Violation[] {
  const containers = template.containers ?? [];
  const at = `${path}.containers[0].resources`;
  const malformed = containers.flatMap((container, index) =>
    quantityProblems(container, `${path}.containers[${index}].resources`),
  );
  if (malformed.length > 0) return malformed;
  const total = (read: (container: Container) => number | undefined): number =>
    containers.reduce((sum, container) => sum + (read(container) ?? 0), 0);
  const cpu = total((container) => parseCpu(container.resources?.limits?.['cpu'] ?? '1'));
  const memory = total((container) => parseMemory(container.resources?.limits?.['memory'] ?? '512Mi'));
  const cpuIdle = containers.some((container) => container.resources?.cpuIdle === true);
  const instance = { kind, template, cpu, memory, cpuIdle };
  const cpuText = cpuProblem(instance);
  if (cpuText !== undefined) return [{ field: `${at}.limits.cpu`, description: cpuText }];
  const memoryText = memoryProblem(instance);
  return memoryText === undefined ? [] : [{ field: `${at}.limits.memory`, description: memoryText }];
}
