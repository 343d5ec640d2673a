import type { Limits, Offering, Range, SizeRule } from './types.ts';

/** What one replica asks for, or gets. */
export interface Size {
  /** Thousandths of a vCPU. */
  readonly cpuMillicores: number;
  readonly memoryMib: number;
}

export type Fit =
  | { readonly fits: true; readonly size: Size; readonly instanceType?: string }
  /** `reason` names the offering, what was asked and the nearest bound. */
  | { readonly fits: false; readonly reason: string };

/** Smallest allowed value at or above `wanted`, or undefined above the range. */
function roundUp(wanted: number, range: Range): number | undefined {
  if (wanted <= range.min) return range.min;
  const value = range.min + Math.ceil((wanted - range.min) / range.step) * range.step;
  return value <= range.max ? value : undefined;
}

function fitRule(rule: SizeRule, wanted: Size): Size | undefined {
  const cpuMillicores = roundUp(wanted.cpuMillicores, rule.cpuMillicores);
  const memoryMib = roundUp(wanted.memoryMib, rule.memoryMib);
  if (cpuMillicores === undefined || memoryMib === undefined) return undefined;
  return { cpuMillicores, memoryMib };
}

function largest(rules: readonly SizeRule[]): Size {
  return {
    cpuMillicores: Math.max(...rules.map((rule) => rule.cpuMillicores.max)),
    memoryMib: Math.max(...rules.map((rule) => rule.memoryMib.max)),
  };
}

const spell = (size: Size): string => `${size.cpuMillicores}m CPU and ${size.memoryMib} MiB`;

function beyond(cap: Limits['deployerCap'], size: Size): boolean {
  return cap !== undefined && (size.cpuMillicores > cap.cpuMillicores || size.memoryMib > cap.memoryMib);
}

/** Our own bound is the one a user can act on, so it is told before the provider's. */
function refusal(limits: Limits, wanted: Size): string {
  if (limits.deployerCap !== undefined && beyond(limits.deployerCap, wanted)) return limits.deployerCap.reason;
  return `the largest replica is ${spell(largest(limits.sizes.value))}, and not every pair below it is allowed`;
}

/**
 * The smallest allowed size that holds what is wanted: least CPU first, because CPU is what costs, then least memory.
 * A size beyond the deployer's own cap does not fit either, and the reason says so.
 */
export function fitSize(offering: Offering, wanted: Size): Fit {
  const { limits } = offering;
  if (limits === undefined) {
    return { fits: false, reason: 'allowed sizes are not known (no source), so nothing can be fitted' };
  }
  for (const rule of limits.sizes.value) {
    const size = fitRule(rule, wanted);
    if (size === undefined || beyond(limits.deployerCap, size)) continue;
    return rule.instanceType === undefined
      ? { fits: true, size }
      : { fits: true, size, instanceType: rule.instanceType };
  }
  return { fits: false, reason: `it cannot hold ${spell(wanted)}: ${refusal(limits, wanted)}` };
}
