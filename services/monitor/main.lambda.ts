import { createTelemetry, serviceFunction } from '../../shared/adapters/lambda/index.ts';
import { prometheusSources } from '../../shared/adapters/prometheus-metrics/index.ts';
import { createSecrets } from '../../shared/adapters/secrets/index.ts';
import { handlers, settingsFrom } from './index.ts';

const clock = { now: () => Date.now() };

/** Configure as `index.handler` of the packaged function, with an SQS event source that reports batch item failures. */
export const handler = serviceFunction('monitor', ({ settings, environment }) => {
  const { logger } = createTelemetry('monitor');
  const secrets = createSecrets({ environment, clock, logger });
  return handlers(settingsFrom(settings), prometheusSources(settings.monitor.metrics.prometheus, secrets));
});
