import type { Config } from '../../contracts/config.ts';
import { defaultSettings as defaults } from './defaults.ts';
import type { CloudsSettings, Settings } from './settings.ts';

/** Fills the defaults into a checked configuration. Pure. */
export function resolveSettings(config: Config): Settings {
  const server = { ...defaults.server, ...config.server };
  const urlTemplate = defaults.traffic.urlTemplate.replace('4680', String(server.gatewayPort));
  return {
    clouds: resolveClouds(config.clouds),
    placement: {
      ...defaults.placement,
      ...config.placement,
      thresholds: { ...defaults.placement.thresholds, ...config.placement?.thresholds },
    },
    tiers: resolveTiers(config.tiers),
    monitor: { ...defaults.monitor, ...config.monitor },
    dr: { ...defaults.dr, ...config.dr },
    hub: { ...defaults.hub, ...config.hub },
    server,
    sandbox: {
      ...defaults.sandbox,
      // Who configures real clouds wants those, and says so if not.
      enabled: config.clouds === undefined || config.sandbox?.url !== undefined,
      ...config.sandbox,
      ports: { ...defaults.sandbox.ports, ...config.sandbox?.ports },
    },
    traffic: { urlTemplate, ...config.traffic },
  };
}

function resolveClouds(clouds: Config['clouds']): CloudsSettings {
  if (clouds === undefined) return defaults.clouds;
  const { aws, azure, gcp } = clouds;
  // Naming some clouds means those: a cloud left out of a written list is not silently used.
  return {
    aws: { ...defaults.clouds.aws, enabled: aws !== undefined, ...aws },
    azure: { ...defaults.clouds.azure, enabled: azure !== undefined, ...azure },
    gcp: { ...defaults.clouds.gcp, enabled: gcp !== undefined, ...gcp },
  };
}

function resolveTiers(tiers: Config['tiers']): Settings['tiers'] {
  return {
    critical: { ...defaults.tiers.critical, ...tiers?.critical },
    standard: { ...defaults.tiers.standard, ...tiers?.standard },
    'best-effort': { ...defaults.tiers['best-effort'], ...tiers?.['best-effort'] },
  };
}
