import type { Handler } from '../../shared/pipeline/handler.ts';
import type { CostGiven } from './given.ts';
import { onBudgetExceeded } from './on-budget-exceeded.ts';
import { onBudgetRestored } from './on-budget-restored.ts';

/** Every subscription of the service, composed with what it is given. */
export function handlers(given: CostGiven): readonly Handler[] {
  return [onBudgetExceeded(given), onBudgetRestored(given)];
}

export { defaultCostSettings, type CostSettings } from './settings.ts';
export { settingsFrom } from './settings-from.ts';
export type { CostGiven } from './given.ts';
export { routes } from './routes.ts';
