export { createApi, type RunApi } from './gcp-api.ts';
export { handlers } from './handlers.ts';
export { createMetrics } from './metrics.ts';
export { createMonitoringApi, type MonitoringApi } from './monitoring-api.ts';
export { parseSettings, type GcpSettings } from './settings.ts';
export { createTarget } from './target.ts';
