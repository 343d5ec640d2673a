import type { FailbackMode, StandbyMode } from '../../contracts/recovery-values.ts';
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
  readonly recovery: RecoveryObjectives;
}

/** What is demanded of a service's recovery, with nothing left open. */
export interface RecoveryObjectives {
  readonly standby: StandbyMode;
  /** Of use for warm. */
  readonly warmReplicas: number;
  readonly rtoSeconds: number;
  readonly rpoSeconds: number;
  readonly failback: FailbackMode;
}

/** What a tier means where a service says nothing. Configuration may override each. */
export const tierDefaults: Readonly<Record<Tier, TierDefaults>> = {
  critical: {
    replicas: 2,
    progressDeadlineSeconds: 600,
    recovery: { standby: 'cold', warmReplicas: 1, rtoSeconds: 120, rpoSeconds: 60, failback: 'suggest' },
  },
  standard: {
    replicas: 1,
    progressDeadlineSeconds: 600,
    recovery: { standby: 'cold', warmReplicas: 1, rtoSeconds: 600, rpoSeconds: 300, failback: 'suggest' },
  },
  'best-effort': {
    replicas: 1,
    progressDeadlineSeconds: 600,
    recovery: { standby: 'cold', warmReplicas: 1, rtoSeconds: 3600, rpoSeconds: 3600, failback: 'off' },
  },
};

/** Beyond these no machine exists to run it: numbers outside are slips of the hand, not wishes. */
export const sizeLimits = { cpuMillicores: 1_000_000, memoryMib: 32 * 1024 * 1024 } as const;
