import type { Tier } from '../../contracts/values.ts';

/** Every default of an application spec, stated once: the reader, the checks and the documentation take them from here. */
export const specDefaults = {
  tier: 'standard',
  cpuMillicores: 250,
  memoryMib: 512,
  protocol: 'HTTP',
  healthCheck: { intervalSeconds: 10, timeoutSeconds: 5, failureThreshold: 3, initialDelaySeconds: 0 },
  canary: { steps: [10, 50, 100], stepSeconds: 60 },
} as const;

export interface TierDefaults {
  readonly replicas: number;
  readonly progressDeadlineSeconds: number;
}

/** What a tier means where a service says nothing. Configuration may override the deadline. */
export const tierDefaults: Readonly<Record<Tier, TierDefaults>> = {
  critical: { replicas: 2, progressDeadlineSeconds: 600 },
  standard: { replicas: 1, progressDeadlineSeconds: 600 },
  'best-effort': { replicas: 1, progressDeadlineSeconds: 600 },
};

/** Beyond these no machine exists to run it: numbers outside are slips of the hand, not wishes. */
export const sizeLimits = { cpuMillicores: 1_000_000, memoryMib: 32 * 1024 * 1024 } as const;
