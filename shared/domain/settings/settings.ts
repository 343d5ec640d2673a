import type { Weights } from '../../contracts/application-spec.ts';
import type { Config, sandboxSpeeds, sandboxWorkloads } from '../../contracts/config.ts';
import type { HookConfig } from '../../contracts/config-hooks.ts';
import type { PrometheusConfig } from '../../contracts/config-prometheus.ts';
import type { alertTriggers } from '../../contracts/config-recovery.ts';
import type { HubConfig, IssuerAccess } from '../../contracts/config-hub.ts';
import type { Tier } from '../../contracts/values.ts';
import type { CostSettings } from './cost.ts';
import type { PresetName } from '../spec/normalized.ts';
import type { TierDefaults } from '../spec/defaults.ts';

/** The configuration with every default written out: what composition roots hand to the services. */
export interface Settings {
  readonly clouds: CloudsSettings;
  readonly placement: {
    readonly preset: PresetName;
    readonly weights?: Weights;
    readonly thresholds: { readonly cost: number; readonly performance: number };
    readonly cooldownSeconds: number;
    readonly avoidSeconds: number;
    readonly retryInitialSeconds: number;
    readonly retryMaxSeconds: number;
    /** vCPU by `cloud/region/runtime`. */
    readonly quotas: Readonly<Record<string, number>>;
  };
  readonly tiers: Readonly<Record<Tier, TierDefaults>>;
  readonly monitor: {
    readonly observeInitialMs: number;
    readonly observeMaxMs: number;
    readonly reconcileSeconds: number;
    readonly unreachableAfter: number;
    readonly metrics: {
      readonly enabled: boolean;
      readonly everySeconds: number;
      readonly errorRatio: number;
      readonly minimumRequests: number;
      readonly prometheus: readonly PrometheusConfig[];
    };
  };
  readonly dr: RecoverySettings;
  readonly cost: CostSettings;
  readonly hooks: readonly HookConfig[];
  /** What the hub is deployed with; who may call it, and for what. */
  readonly hub: Readonly<Omit<HubConfig, 'access'>> & { readonly access: readonly IssuerAccess[] };
  readonly server: {
    readonly host: string;
    readonly port: number;
    readonly gatewayPort: number;
    readonly dataFolder: string;
    /** Absent: a token is made in the data folder. */
    readonly tokenFile?: string;
  };
  readonly sandbox: SandboxSettings;
  readonly traffic: { readonly urlTemplate: string };
}

export interface RecoverySettings {
  readonly holdDownSeconds: number;
  readonly readmitAfterSeconds: number;
  readonly minimumDelaySeconds: number;
  readonly alerts: (typeof alertTriggers)[number];
  readonly failback: {
    readonly stabilizationSeconds: number;
    readonly maximumConcurrent: number;
    /** US dollars. Absent: a service goes back whatever it costs. */
    readonly maximumMonthlyDifference?: number;
  };
  readonly wholeCloud: {
    readonly enabled: boolean;
    readonly regions: number;
    readonly share: number;
    readonly windowSeconds: number;
  };
  readonly history: { readonly days: number; readonly records: number };
  readonly drills: NonNullable<NonNullable<Config['dr']>['drills']>;
}

export interface SandboxSettings {
  readonly enabled: boolean;
  /** Control URL of a sandbox that already runs. Absent: one is started. */
  readonly url?: string;
  readonly speed: (typeof sandboxSpeeds)[number];
  readonly workloads: (typeof sandboxWorkloads)[number];
  /** 0 takes any free port. */
  readonly ports: {
    readonly aws: number;
    readonly azure: number;
    readonly gcp: number;
    readonly gcpGrpc: number;
    readonly control: number;
  };
}

type Clouds = NonNullable<Config['clouds']>;
/** Of every cloud as configured, with what must always be known filled in. */
export interface CloudsSettings {
  readonly aws: Filled<NonNullable<Clouds['aws']>, 'cluster'>;
  readonly azure: Filled<NonNullable<Clouds['azure']>, 'resourceGroup'>;
  readonly gcp: Filled<NonNullable<Clouds['gcp']>, 'transport'>;
}
type Filled<T, K extends keyof T> = Readonly<
  Omit<T, K | 'enabled' | 'endpointScheme'> &
    Required<Pick<T, K>> & { enabled: boolean; endpointScheme: 'http' | 'https' }
>;
