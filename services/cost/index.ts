import type { Handler } from '../../shared/pipeline/handler.ts';
import type { CostGiven } from './given.ts';

/** Every subscription of the service, composed with what it is given. */
export function handlers(_given: CostGiven): readonly Handler[] {
  return [];
}

export { defaultCostSettings, type CostSettings } from './settings.ts';
export { settingsFrom } from './settings-from.ts';
export type { CostGiven } from './given.ts';
export { routes } from './routes.ts';
