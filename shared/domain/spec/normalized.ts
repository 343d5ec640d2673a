import type { Constraints, presetNames, Weights } from '../../contracts/application-spec.ts';
import type { Tier } from '../../contracts/values.ts';
import type { CloudHints, HealthCheck, Port, SecretRef, Volume } from '../../contracts/workload.ts';
import type { Static } from 'typebox';
import type { RecoveryObjectives } from './defaults.ts';
import type { ScheduleWindow } from './schedule.ts';

export type PresetName = (typeof presetNames)[number];
export type NormalizedPort = Readonly<Static<typeof Port>>;
export type NormalizedHealthCheck = Readonly<Static<typeof HealthCheck>>;

/** An application with every default written out and every quantity in fixed units: what placement reasons about. */
export interface NormalizedApplication {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly placement: NormalizedPlacement;
  readonly services: readonly NormalizedService[];
}

export interface NormalizedPlacement {
  /** As the spec says; absent follows the configuration. */
  readonly weights?: Weights;
  readonly preset?: PresetName;
  /** Largest share (0 to 1] of the application's vCPUs on one cloud. */
  readonly maxSharePerCloud?: number;
  /** Distinct clouds the application as a whole stands on; 1 unless the spec asks for more. */
  readonly minimumClouds: number;
}

export interface NormalizedService {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly replicas: number;
  /** Thousandths of a vCPU, rounded up. */
  readonly cpuMillicores: number;
  /** MiB, rounded up. */
  readonly memoryMib: number;
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: readonly Static<typeof SecretRef>[];
  /** Empty for a worker. */
  readonly ports: readonly NormalizedPort[];
  readonly volumes: readonly Static<typeof Volume>[];
  readonly healthCheck?: NormalizedHealthCheck;
  readonly strategy: NormalizedStrategy;
  readonly constraints: NormalizedConstraints;
  readonly tier: Tier;
  readonly recovery: RecoveryObjectives;
  readonly spot: boolean;
  readonly stateless: boolean;
  readonly requestDriven: boolean;
  readonly hints: Static<typeof CloudHints>;
  readonly links: readonly NormalizedLink[];
  /** Targets it stands on before any other, where it may. */
  readonly prefer?: readonly string[];
  /** Replica counts by the clock; outside of them `replicas` counts. */
  readonly schedule?: readonly ScheduleWindow[];
  /** Of a schedule, filled in where it is known what time it is: on average (what it costs), and at most (what must find room). */
  readonly meanReplicas?: number;
  readonly peakReplicas?: number;
  readonly usage: NormalizedUsage;
}

export interface NormalizedStrategy {
  readonly type: 'rolling' | 'canary';
  /** Percent of traffic, ascending, ending at 100; `[100]` for rolling. */
  readonly steps: readonly number[];
  readonly stepSeconds: number;
  readonly progressDeadlineSeconds: number;
}

export type NormalizedConstraints = Constraints & { readonly minimumClouds: number; readonly minimumRegions: number };

export interface NormalizedLink {
  readonly to: string;
  readonly gbPerMonth: number;
}

/** Stated traffic; an absent figure is unknown, and whoever needs one says which assumption it made. */
export interface NormalizedUsage {
  readonly requestsPerSecond?: Amount;
  readonly activeShare?: Amount;
  readonly egressGbPerMonth?: Amount;
}

/** low ≤ expected ≤ high. */
export interface Amount {
  readonly low: number;
  readonly expected: number;
  readonly high: number;
}
