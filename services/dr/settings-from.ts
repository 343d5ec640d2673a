import type { Settings } from '../../shared/domain/settings/index.ts';
import { defaultDrSettings, type DrSettings } from './settings.ts';

/** What dr takes of the configuration. */
export function settingsFrom({ dr }: Settings): DrSettings {
  return { ...defaultDrSettings, holdDownMs: dr.holdDownSeconds * 1000, readmitAfterMs: dr.readmitAfterSeconds * 1000 };
}
