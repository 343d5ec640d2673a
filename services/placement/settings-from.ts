import type { Settings } from '../../shared/domain/settings/index.ts';
import { defaultPlacementSettings, type PlacementSettings } from './settings.ts';

/** What placement takes of the configuration. */
export function settingsFrom({ placement, clouds, tiers, traffic }: Settings): PlacementSettings {
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
    retryInitialMs: placement.retryInitialSeconds * 1000,
    retryMaximumMs: placement.retryMaxSeconds * 1000,
    quotas: placement.quotas,
    urlTemplate: traffic.urlTemplate,
  };
}
