export { createGateway, GatewayPortUnavailable, type Gateway } from './gateway.ts';
export { defaultLimits, type GatewayLimits, type GatewayOptions } from './options.ts';
export { answeredBetween, type Answered } from './window.ts';
export { latencyBoundsMs, type GatewayStats, type ServiceCounters, type ServiceStats } from './stats.ts';
