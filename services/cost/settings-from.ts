import type { Settings } from '../../shared/domain/settings/index.ts';
import type { CostSettings } from './settings.ts';

/** What cost takes of the configuration. */
export function settingsFrom({ cost }: Settings): CostSettings {
  return cost;
}
