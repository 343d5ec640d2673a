import { clientException } from '../wire/errors.ts';

const range = (from: number, to: number, step: number) =>
  Array.from({ length: (to - from) / step + 1 }, (_, index) => from + index * step);

/**
 * Memory (MiB) that goes with each CPU size (1,024 units = 1 vCPU).
 * Source: Amazon ECS Developer Guide, "Task definition parameters for Fargate", task size.
 */
export const fargateSizes: ReadonlyMap<number, readonly number[]> = new Map([
  [256, [512, 1_024, 2_048]],
  [512, range(1_024, 4_096, 1_024)],
  [1_024, range(2_048, 8_192, 1_024)],
  [2_048, range(4_096, 16_384, 1_024)],
  [4_096, range(8_192, 30_720, 1_024)],
  [8_192, range(16_384, 61_440, 4_096)],
  [16_384, range(32_768, 122_880, 8_192)],
]);

/** `1024`, `1 vCPU`, `2 GB`: units or MiB. NaN when it is none of these. */
export function parseSize(text: string, unit: RegExp): number {
  const value = Number(text.trim().replace(unit, ''));
  return unit.test(text.trim()) ? value * 1_024 : value;
}

/** @throws ClientException when there is no such pair, in the words of ECS. */
export function checkFargateSize(cpu: string | undefined, memory: string | undefined): void {
  if (cpu === undefined) throw clientException("Fargate requires that 'cpu' be defined at the task level.");
  if (memory === undefined) throw clientException("Fargate requires that 'memory' be defined at the task level.");
  const units = parseSize(cpu, /\s*vcpu$/i);
  const mebibytes = parseSize(memory, /\s*gb$/i);
  if (fargateSizes.get(units)?.includes(mebibytes) !== true) {
    throw clientException(
      `No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory. See the Amazon ECS documentation for the valid values.`,
    );
  }
}
