import type { BillSourceConfig } from '../../contracts/config-bills.ts';
import type { CostConfig } from '../../contracts/config-cost.ts';
import { recommendationKinds, type RecommendationKind } from '../../contracts/cost-values.ts';

type Given = Required<CostConfig>;
type Prices = NonNullable<Given['prices']>;

/** `cost:` of the configuration with every default written out. */
export interface CostSettings {
  readonly sweepHours: number;
  readonly currency: string;
  readonly prices: {
    readonly refreshHours: number;
    readonly quarantineRatio: number;
    readonly sources: NonNullable<Prices['sources']>;
  };
  readonly bills: readonly BillSourceConfig[];
  readonly uploadMegabytes: number;
  readonly tags: Readonly<Record<'application' | 'service' | 'target' | 'team', readonly string[]>>;
  readonly shared: Given['shared'];
  readonly budgets: Given['budgets'];
  readonly anomalies: { readonly minimumImpact: number; readonly sensitivity: number; readonly days: number };
  readonly recommendations: {
    readonly kinds: readonly RecommendationKind[];
    readonly minimumMonthlySaving: number;
    readonly days: number;
    readonly headroom: number;
    readonly moveThreshold: number;
    readonly verifyDays: number;
    readonly accept: NonNullable<Given['recommendations']['accept']>;
  };
}

export const defaultCostSettings: CostSettings = {
  sweepHours: 24,
  currency: 'USD',
  prices: { refreshHours: 24, quarantineRatio: 5, sources: {} },
  bills: [],
  uploadMegabytes: 4096,
  tags: {
    application: ['homeostasis:application', 'homeostasis-application'],
    service: ['homeostasis:service', 'homeostasis-service'],
    target: ['homeostasis:target', 'homeostasis-target', 'homeostasis-place'],
    team: ['team', 'homeostasis-team'],
  },
  shared: 'proportional',
  budgets: [],
  anomalies: { minimumImpact: 10, sensitivity: 4, days: 56 },
  recommendations: {
    kinds: recommendationKinds,
    minimumMonthlySaving: 5,
    days: 14,
    headroom: 0.2,
    moveThreshold: 0.15,
    verifyDays: 7,
    accept: [],
  },
};

export function resolveCost(given: CostConfig = {}): CostSettings {
  const { prices, tags, anomalies, recommendations } = defaultCostSettings;
  return {
    ...defaultCostSettings,
    ...given,
    prices: { ...prices, ...given.prices },
    tags: { ...tags, ...given.tags },
    anomalies: { ...anomalies, ...given.anomalies },
    recommendations: { ...recommendations, ...given.recommendations },
  };
}
