import type { Settings } from '../../shared/domain/settings/index.ts';
import { defaultDrSettings, type DrSettings } from '../../services/dr/index.ts';
import { defaultMonitorSettings, type MonitorSettings } from '../../services/monitor/index.ts';
import { defaultPlacementSettings, type PlacementSettings } from '../../services/placement/index.ts';

/** The configuration, cut into what each service takes. */

export function placementSettings({ placement, clouds, tiers, traffic }: Settings): PlacementSettings {
  const enabled = (['aws', 'azure', 'gcp'] as const).filter((cloud) => clouds[cloud].enabled);
  return {
    ...defaultPlacementSettings,
    tiers,
    preset: placement.preset,
    ...(placement.weights === undefined ? {} : { weights: placement.weights }),
    clouds: Object.fromEntries(
      enabled.map((cloud) => {
        const { regions } = clouds[cloud];
        return [cloud, regions === undefined ? {} : { regions }];
      }),
    ),
    thresholds: placement.thresholds,
    cooldownMs: placement.cooldownSeconds * 1000,
    avoidMs: placement.avoidSeconds * 1000,
    quotas: placement.quotas,
    urlTemplate: traffic.urlTemplate,
  };
}

export function monitorSettings({ monitor, sandbox }: Settings): MonitorSettings {
  // A sandbox that starts workloads in a second is watched by the tenth of it; a real cloud would only charge for the calls.
  const pace = sandbox.enabled && sandbox.speed !== 'realistic' ? 0.25 : 1;
  return {
    ...defaultMonitorSettings,
    observeInitialMs: Math.max(20, monitor.observeInitialMs * pace * (sandbox.speed === 'instant' ? 0.2 : 1)),
    observeMaxMs: monitor.observeMaxMs * pace,
    observeUnreachableMs: defaultMonitorSettings.observeUnreachableMs * pace,
    reconcileAfterMs: reconcileEveryMs({ monitor, sandbox }),
    surveyAfterMs: 10 * reconcileEveryMs({ monitor, sandbox }),
    sweepPaceMs: defaultMonitorSettings.sweepPaceMs * pace,
    health: { ...defaultMonitorSettings.health, unreachableAfter: monitor.unreachableAfter },
  };
}

/** How often the sweep runs: often enough in a sandbox that a lost region is noticed while somebody watches. */
export function reconcileEveryMs({ monitor, sandbox }: Pick<Settings, 'monitor' | 'sandbox'>): number {
  return monitor.reconcileSeconds * (sandbox.enabled && sandbox.speed !== 'realistic' ? 200 : 1000);
}

export function drSettings({ dr }: Settings): DrSettings {
  return { ...defaultDrSettings, holdDownMs: dr.holdDownSeconds * 1000, readmitAfterMs: dr.readmitAfterSeconds * 1000 };
}
