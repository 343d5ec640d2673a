import type { Handler } from '../../shared/pipeline/handler.ts';
import { onDrHoldDue } from './on-dr-hold-due.ts';
import { onHealthChanged } from './on-health-changed.ts';
import type { DrSettings } from './settings.ts';

/** Every subscription of the service, composed with its settings. */
export function handlers(settings: DrSettings): readonly Handler[] {
  return [onHealthChanged(settings), onDrHoldDue];
}

export { defaultDrSettings, type DrSettings } from './settings.ts';
export { settingsFrom } from './settings-from.ts';
export { routes } from './routes.ts';
