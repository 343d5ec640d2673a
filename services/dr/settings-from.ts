import type { Settings } from '../../shared/domain/settings/index.ts';
import type { DrSettings } from './settings.ts';

/** What dr takes of the configuration. */
export function settingsFrom({ dr }: Settings): DrSettings {
  const { holdDownSeconds, readmitAfterSeconds, minimumDelaySeconds, alerts, failback, drills } = dr;
  return {
    holdDownMs: holdDownSeconds * 1000,
    readmitAfterMs: readmitAfterSeconds * 1000,
    minimumDelayMs: minimumDelaySeconds * 1000,
    alerts,
    drills,
    stabilizationMs: failback.stabilizationSeconds * 1000,
    maximumConcurrent: failback.maximumConcurrent,
  };
}
