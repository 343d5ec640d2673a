import type { Settings } from '../../shared/domain/settings/index.ts';
import type { DrSettings } from './settings.ts';

/** What dr takes of the configuration. */
export function settingsFrom({ dr, clouds }: Settings): DrSettings {
  const { holdDownSeconds, readmitAfterSeconds, minimumDelaySeconds, alerts, failback, drills, wholeCloud, history } =
    dr;
  const { maximumMonthlyDifference: dollars } = failback;
  const { windowSeconds, ...cloudwide } = wholeCloud;
  return {
    holdDownMs: holdDownSeconds * 1000,
    readmitAfterMs: readmitAfterSeconds * 1000,
    minimumDelayMs: minimumDelaySeconds * 1000,
    alerts,
    drills,
    stabilizationMs: failback.stabilizationSeconds * 1000,
    maximumConcurrent: failback.maximumConcurrent,
    ...(dollars === undefined ? {} : { maximumMonthlyMicros: Math.round(dollars * 1_000_000) }),
    clouds: Object.entries(clouds).flatMap(([cloud, { enabled }]) => (enabled ? [cloud] : [])),
    wholeCloud: { ...cloudwide, windowMs: windowSeconds * 1000 },
    history: { keptMs: history.days * 86_400_000, records: history.records },
  };
}
