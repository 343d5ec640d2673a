import type { AlertDialect } from '../../../../shared/contracts/alert-received.ts';
import type { Parse } from '../parsed.ts';
import { parseAlertmanager } from './alertmanager.ts';
import { parseAzureMonitor } from './azure-monitor.ts';
import { parseCloudwatch } from './cloudwatch.ts';
import { parseCdevents, parseCloudevents } from './events.ts';
import { parseGoogleMonitoring } from './google-monitoring.ts';
import { parseGrafana } from './grafana.ts';

/** How each dialect is read. @throws ProblemError 400 or 422 for a body that is none of it. */
export const parsers: Readonly<Record<AlertDialect, Parse>> = {
  alertmanager: parseAlertmanager,
  cloudwatch: parseCloudwatch,
  'azure-monitor': parseAzureMonitor,
  'google-monitoring': parseGoogleMonitoring,
  grafana: parseGrafana,
  cdevents: parseCdevents,
  cloudevents: parseCloudevents,
};

/**
 * The answer to "not now" that makes the sender come again. Alertmanager and Grafana give up on every 4xx and retry 5xx
 * (prometheus/alertmanager `notify/webhook/webhook.go`); EventBridge, SNS, Azure and Pub/Sub retry 429.
 */
export const busyStatus: Readonly<Record<AlertDialect, 429 | 503>> = {
  alertmanager: 503,
  grafana: 503,
  cloudwatch: 429,
  'azure-monitor': 429,
  'google-monitoring': 429,
  cdevents: 429,
  cloudevents: 429,
};
