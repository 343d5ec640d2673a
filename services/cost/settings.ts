import { defaultCostSettings as defaults } from '../../shared/domain/settings/cost.ts';
import type { CostSettings as Configured } from '../../shared/domain/settings/cost.ts';

/** What cost takes of the configuration. Amounts of money are as configured, in units of the currency, not micro-units. */
export type CostSettings = Configured;

export const defaultCostSettings: CostSettings = defaults;
