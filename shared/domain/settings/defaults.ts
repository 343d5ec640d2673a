import { tierDefaults } from '../spec/defaults.ts';
import { defaultCostSettings } from './cost.ts';
import type { Settings } from './settings.ts';

/** Every default of the configuration, stated once: the loader fills in from here and the documentation is generated from it. */
export const defaultSettings: Settings = {
  clouds: {
    aws: { enabled: true, cluster: 'homeostasis', endpointScheme: 'https' },
    azure: { enabled: true, resourceGroup: 'homeostasis', endpointScheme: 'https' },
    gcp: { enabled: true, transport: 'rest', endpointScheme: 'https' },
  },
  placement: {
    preset: 'balanced',
    thresholds: { cost: 0.15, performance: 0.2 },
    cooldownSeconds: 3600,
    avoidSeconds: 900,
    retryInitialSeconds: 60,
    retryMaxSeconds: 900,
    quotas: {},
  },
  tiers: tierDefaults,
  monitor: {
    observeInitialMs: 1000,
    observeMaxMs: 15_000,
    reconcileSeconds: 30,
    unreachableAfter: 3,
    metrics: { enabled: true, everySeconds: 60, errorRatio: 0.1, minimumRequests: 20, prometheus: [] },
  },
  dr: {
    holdDownSeconds: 10,
    readmitAfterSeconds: 60,
    minimumDelaySeconds: 60,
    alerts: 'critical',
    failback: { stabilizationSeconds: 300, maximumConcurrent: 20 },
    wholeCloud: { enabled: true, regions: 2, share: 0.5, windowSeconds: 300 },
    history: { days: 400, records: 10_000 },
    drills: [],
  },
  cost: defaultCostSettings,
  hooks: [],
  hub: { access: [] },
  server: { host: '127.0.0.1', port: 4600, gatewayPort: 4680, dataFolder: '.homeostasis' },
  sandbox: {
    enabled: true,
    speed: 'fast',
    workloads: 'auto',
    ports: { aws: 0, azure: 0, gcp: 0, gcpGrpc: 0, control: 0 },
  },
  traffic: { urlTemplate: 'http://{service}.{application}.localhost:4680' },
};
