import { metricsHandler } from '../../shared/pipeline/deployer-handlers.ts';
import type { Handler } from '../../shared/pipeline/handler.ts';
import type { MetricSource } from '../../shared/ports/metric-source.ts';

export const onMetricsCollect = (metrics: MetricSource): Handler => metricsHandler('aws', metrics);
