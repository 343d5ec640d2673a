import { randomBytes, randomUUID } from 'node:crypto';
import type { AlertDialect } from '../../shared/contracts/alert-received.ts';

/** A request as the sender of a dialect makes it. */
export interface Sample {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface SampleOptions {
  /** Epoch ms. */
  readonly now: number;
  readonly resolved: boolean;
  /** The same for an alert and its end. */
  readonly id: string;
  readonly application: string;
  readonly service: string;
}

const json = { 'content-type': 'application/json' };
const agoMs = 90_000;
const sampled = (body: unknown, headers: Readonly<Record<string, string>> = json): Sample => ({
  headers,
  body: JSON.stringify(body),
});

/** A sample of each dialect, shaped as its sender shapes it, about one service. */
export const samples: Readonly<Record<AlertDialect, (options: SampleOptions) => Sample>> = {
  alertmanager: (of) => sampled({ ...group(of), version: '4', externalURL: 'http://alertmanager.example:9093' }),
  grafana: (of) =>
    sampled({
      ...group(of),
      ...{ version: '1', orgId: 1, state: of.resolved ? 'ok' : 'alerting', title: '[TEST] HomeostasisTest' },
      ...{ message: 'a test', externalURL: 'https://grafana.example/' },
    }),
  cloudwatch,
  'azure-monitor': azureMonitor,
  'google-monitoring': googleMonitoring,
  cdevents,
  cloudevents: ({ now, resolved, id, application, service }) =>
    sampled(
      {
        specversion: '1.0',
        ...{ id: randomUUID(), source: '/homeostasis-cli/alerts-test', subject: id, time: at(now) },
        type: resolved ? 'incident.resolved' : 'incident.opened',
        data: {
          ...{ title: 'HomeostasisTest', description: text, severity: 'critical' },
          ...{ startsAt: at(now - agoMs), labels: { application, service } },
        },
      },
      { 'content-type': 'application/cloudevents+json' },
    ),
};

const text = 'a sample that "homeostasis alerts test" sent: it moves nothing';
const at = (epochMs: number): string => new Date(epochMs).toISOString();
const started = (now: number): number => Math.floor((now - agoMs) / 60_000) * 60_000;

function group({ now, resolved, id, application, service }: SampleOptions) {
  const status = resolved ? 'resolved' : 'firing';
  const labels = { alertname: 'HomeostasisTest', application, service, severity: 'critical' };
  const annotations = { summary: text };
  return {
    ...{ receiver: 'homeostasis', status, groupKey: `{}:{alertname="HomeostasisTest",id="${id}"}`, truncatedAlerts: 0 },
    ...{ groupLabels: { alertname: labels.alertname }, commonLabels: labels, commonAnnotations: annotations },
    alerts: [
      {
        ...{ status, labels, annotations, startsAt: at(started(now)) },
        endsAt: resolved ? at(now) : '0001-01-01T00:00:00Z',
        generatorURL: resolved ? '' : 'http://prometheus.example:9090/graph',
        fingerprint: id.padEnd(16, '0').slice(0, 16),
      },
    ],
  };
}

function cloudwatch({ now, resolved, id, application, service }: SampleOptions): Sample {
  const before = { value: resolved ? 'ALARM' : 'OK', reason: 'before', timestamp: at(started(now)) };
  const state = { value: resolved ? 'OK' : 'ALARM', reason: text, reasonData: '{"version":"1.0"}', timestamp: at(now) };
  return sampled({
    ...{ version: '0', id: randomUUID(), 'detail-type': 'CloudWatch Alarm State Change', source: 'aws.cloudwatch' },
    ...{ account: '123456789012', time: at(now), region: 'eu-west-1' },
    resources: [`arn:aws:cloudwatch:eu-west-1:123456789012:alarm:HomeostasisTest-${id}`],
    alarmTags: { 'homeostasis:application': application, 'homeostasis:service': service, severity: 'critical' },
    detail: {
      ...{ alarmName: `HomeostasisTest-${id}`, state, previousState: before },
      configuration: { description: text, metrics: [] },
    },
  });
}

function azureMonitor({ now, resolved, id, application, service }: SampleOptions): Sample {
  const subscription = '/subscriptions/11111111-1111-1111-1111-111111111111';
  return sampled({
    schemaId: 'azureMonitorCommonAlertSchema',
    data: {
      essentials: {
        alertId: `${subscription}/providers/Microsoft.AlertsManagement/alerts/${id}`,
        ...{ alertRule: 'test-HomeostasisAlertRule', severity: 'Sev0', signalType: 'Metric', description: text },
        ...{
          monitorCondition: resolved ? 'Resolved' : 'Fired',
          monitoringService: 'Platform',
          essentialsVersion: '1.0',
        },
        ...{ alertTargetIDs: [], configurationItems: [], firedDateTime: at(started(now)) },
        ...(resolved ? { resolvedDateTime: at(now) } : {}),
      },
      alertContext: { condition: { windowSize: 'PT5M', allOf: [] } },
      customProperties: { application, service },
    },
  });
}

function googleMonitoring({ now, resolved, id, application, service }: SampleOptions): Sample {
  return sampled({
    version: 'test',
    incident: {
      ...{
        incident_id: `0.${id}`,
        scoping_project_id: 'sample',
        url: 'https://console.cloud.google.com/monitoring/alerting',
      },
      ...{ state: resolved ? 'closed' : 'open', severity: 'Critical', summary: text, policy_name: 'HomeostasisTest' },
      ...{ started_at: started(now) / 1000, ended_at: resolved ? Math.floor(now / 1000) : null },
      resource: { type: 'cloud_run_revision', labels: { location: 'europe-west1' } },
      metric: { type: 'run.googleapis.com/request_count', displayName: 'Requests', labels: {} },
      metadata: { system_labels: {}, user_labels: {} },
      policy_user_labels: { 'homeostasis-application': application, 'homeostasis-service': service },
    },
  });
}

function cdevents({ now, resolved, id, application, service }: SampleOptions): Sample {
  return sampled({
    context: {
      ...{ specversion: '0.5.1', id: randomUUID(), source: '/homeostasis-cli/alerts-test', timestamp: at(now) },
      type: `dev.cdevents.incident.${resolved ? 'resolved' : 'detected'}.0.3.0`,
    },
    subject: {
      ...{ id, source: '/homeostasis-cli' },
      content: { description: text, environment: { id: 'sample' }, service: { id: `${application}/${service}` } },
    },
    customData: { severity: 'critical', title: 'HomeostasisTest', startsAt: at(started(now)) },
    customDataContentType: 'application/json',
  });
}

/** Of an alert that shall be its own. */
export const newId = (): string => randomBytes(6).toString('hex');
