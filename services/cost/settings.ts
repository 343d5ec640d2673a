import { defaultCostSettings as defaults } from '../../shared/domain/settings/cost.ts';
import type { CostSettings as Configured } from '../../shared/domain/settings/cost.ts';
import type { NormalizeOptions } from '../../shared/domain/spec/normalize.ts';

/**
 * What cost takes of the configuration. Amounts of money are as configured, in units of the currency, not micro-units. What a spec leaves
 * out is read as placement reads it: `tiers`, where the configuration changes their defaults.
 */
export type CostSettings = Configured & NormalizeOptions;

export const defaultCostSettings: CostSettings = defaults;
