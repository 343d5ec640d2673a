import type { Tier } from '../../shared/contracts/values.ts';
import type { TierDefaults } from '../../shared/domain/spec/index.ts';
import type { Weights } from '../../shared/contracts/application-spec.ts';

export type PresetName = 'balanced' | 'cost-optimized' | 'performance-optimized' | 'compliance-first';

/** How placement decides, resolved from configuration. */
export interface PlacementSettings {
  /** Defaults by tier, where the configuration changes them. */
  readonly tiers?: Readonly<Record<Tier, TierDefaults>>;
  readonly preset: PresetName;
  /** Overrides the preset for the whole fleet. */
  readonly weights?: Weights;
  /** Clouds that may be used, each with the regions that may be used in it (absent: all the catalogue knows). */
  readonly clouds: Readonly<Record<string, { readonly regions?: readonly string[] }>>;
  /** Share (0 to 1) by which a move must be cheaper, or faster, before a standing service is moved. */
  readonly thresholds: { readonly cost: number; readonly performance: number };
  /** A service that moved stays at least this long. */
  readonly cooldownMs: number;
  /** vCPU by `cloud/region/runtime`, over the provider's default. */
  readonly quotas: Readonly<Record<string, number>>;
  /** Address under which services reach each other; `{service}` and `{application}` are replaced. */
  readonly urlTemplate: string;
  /** A target that failed a service is not tried again for it before this. */
  readonly avoidMs: number;
  /** What found no place is tried again after this long, then after twice as long, and so on … */
  readonly retryInitialMs: number;
  /** … up to this. */
  readonly retryMaximumMs: number;
  /** Placements of one spec without a completed rollout between them, after which it comes to rest as failed. */
  readonly maximumAttempts: number;
}

/** Weights of the four factors; each sums to one. The default is DESIGN's 0.4 / 0.3 / 0.2 / 0.1. */
export const presets: Readonly<Record<PresetName, Weights>> = {
  balanced: { cost: 0.4, performance: 0.3, compliance: 0.2, reliability: 0.1 },
  'cost-optimized': { cost: 0.7, performance: 0.15, compliance: 0.1, reliability: 0.05 },
  'performance-optimized': { cost: 0.15, performance: 0.6, compliance: 0.1, reliability: 0.15 },
  'compliance-first': { cost: 0.15, performance: 0.15, compliance: 0.6, reliability: 0.1 },
};

export const defaultPlacementSettings: PlacementSettings = {
  preset: 'balanced',
  clouds: { aws: {}, azure: {}, gcp: {} },
  thresholds: { cost: 0.15, performance: 0.2 },
  cooldownMs: 3_600_000,
  quotas: {},
  urlTemplate: 'http://{service}.{application}.localhost:4680',
  avoidMs: 900_000,
  retryInitialMs: 60_000,
  retryMaximumMs: 900_000,
  maximumAttempts: 5,
};
