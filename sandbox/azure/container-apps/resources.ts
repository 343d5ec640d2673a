import { badRequest } from '../errors.ts';
import type { Container } from './model.ts';

/** Quarter cores up to four, two gibibytes per core; an environment without workload profiles stops at two cores. */
const steps = (cores: number): readonly number[] => Array.from({ length: cores * 4 }, (_, index) => (index + 1) / 4);

const defaults = { cpu: 0.5, memory: '1Gi' };

/** What a container gets: the service fills in half a core and one gibibyte. */
export const resourcesOf = (container: Container): { readonly cpu: number; readonly memory: string } => ({
  ...defaults,
  ...container.resources,
});

function gibibytes(quantity: string): number {
  const match = /^(\d+(?:\.\d+)?)(Gi|Mi)$/.exec(quantity);
  if (!match) return Number.NaN;
  return Number(match[1]) / (match[2] === 'Mi' ? 1024 : 1);
}

/** Sums of decimals such as 0.1 + 0.2 are compared in thousandths. */
const thousandths = (value: number): number => Math.round(value * 1000);

/** The containers of one replica together must be a pair that Container Apps' Consumption profile sells. */
export function requireResourceTotal(containers: readonly Container[], consumptionOnly: boolean): void {
  const all = containers.map(resourcesOf);
  const cpu = all.reduce((sum, one) => sum + one.cpu, 0);
  const memory = all.reduce((sum, one) => sum + gibibytes(one.memory), 0);
  const allowed = steps(consumptionOnly ? 2 : 4);
  if (allowed.some((step) => thousandths(step) === thousandths(cpu) && thousandths(step * 2) === thousandths(memory)))
    return;
  const pairs = allowed.map((step) => `[cpu: ${step}, memory: ${(step * 2).toFixed(1)}Gi]`).join('; ');
  throw badRequest(
    'ContainerAppInvalidResourceTotal',
    `The total requested CPU and memory resources for this application (CPU: ${cpu}, memory: ${memory}) is invalid. ` +
      `Total CPU and memory for all containers defined in a Container App must add up to one of the following CPU - Memory ` +
      `combinations: ${pairs}`,
  );
}

/** `ephemeralStorage` follows from the cores: 1, 2, 4 or 8 GiB. */
export function ephemeralStorage(cpu: number): string {
  if (cpu <= 0.25) return '1Gi';
  if (cpu <= 0.5) return '2Gi';
  return cpu <= 1 ? '4Gi' : '8Gi';
}
