import type { Config } from '../../contracts/config.ts';
import { resolveCost } from './cost.ts';
import { defaultSettings as defaults } from './defaults.ts';
import type { Tier } from '../../contracts/values.ts';
import type { TierDefaults } from '../spec/defaults.ts';
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
    monitor: {
      ...defaults.monitor,
      ...config.monitor,
      metrics: { ...defaults.monitor.metrics, ...config.monitor?.metrics },
    },
    dr: {
      ...defaults.dr,
      ...config.dr,
      failback: { ...defaults.dr.failback, ...config.dr?.failback },
      wholeCloud: { ...defaults.dr.wholeCloud, ...config.dr?.wholeCloud },
      history: { ...defaults.dr.history, ...config.dr?.history },
    },
    cost: resolveCost(config.cost),
    hooks: config.hooks ?? defaults.hooks,
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
  const resolved = (tier: Tier): TierDefaults => {
    const standard = defaults.tiers[tier];
    const given = tiers?.[tier];
    return { ...standard, ...given, recovery: { ...standard.recovery, ...given?.recovery } };
  };
  return { critical: resolved('critical'), standard: resolved('standard'), 'best-effort': resolved('best-effort') };
}
