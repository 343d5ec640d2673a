import { setTimeout as wait } from 'node:timers/promises';
import { createTelemetry, required, serviceFunction } from '../../shared/adapters/lambda/index.ts';
import { createRoute53Router } from '../../shared/adapters/route53/index.ts';
import { handlers } from './index.ts';

/** Resolvers keep an answer this long: what Route 53 advises for records with health checks. A shift waits for it, and so counts it. */
const ttlSeconds = 60;

/** Configure as `index.handler` of the packaged function, with an SQS event source that reports batch item failures. */
export const handler = serviceFunction('traffic', ({ environment }) => {
  const { logger } = createTelemetry('traffic');
  const id = required(environment, 'HOMEOSTASIS_HOSTED_ZONE_ID');
  const name = required(environment, 'HOMEOSTASIS_HOSTED_ZONE_NAME');
  return handlers({ router: createRoute53Router({ zone: { id, name, ttlSeconds }, wait: (ms) => wait(ms), logger }) });
});
