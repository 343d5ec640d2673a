export { createAzureApi, type AzureApi } from './azure-api.ts';
export { defaultCredential } from './credential.ts';
export { handlers } from './handlers.ts';
export { createMetrics } from './metrics.ts';
export { createMonitorApi, type MonitorApi } from './monitor-api.ts';
export type { AzureSettings, ClientSettings, SignInSettings } from './settings.ts';
export { createTarget } from './target.ts';
