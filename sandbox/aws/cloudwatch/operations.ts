import type { CloudWatchOperation } from './call.ts';
import { getMetricData } from './get-metric-data.ts';
import { getMetricStatistics } from './get-metric-statistics.ts';
import { listMetrics } from './list-metrics.ts';
import { putMetricData } from './put-metric-data.ts';

/** What of CloudWatch the sandbox speaks: metrics, no alarms, dashboards or metric math. */
export const cloudWatchOperations: Readonly<Record<string, CloudWatchOperation>> = {
  GetMetricData: getMetricData,
  GetMetricStatistics: getMetricStatistics,
  ListMetrics: listMetrics,
  PutMetricData: putMetricData,
};
