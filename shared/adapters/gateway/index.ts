export { createGateway, GatewayPortUnavailable, type Gateway } from './gateway.ts';
export { defaultLimits, type GatewayLimits, type GatewayOptions } from './options.ts';
export { latencyBoundsMs, type GatewayStats, type ServiceCounters } from './stats.ts';
