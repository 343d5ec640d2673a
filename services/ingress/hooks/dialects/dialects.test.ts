import { describe, expect, it } from 'vitest';
import type { AlertDialect } from '../../../../shared/contracts/alert-received.ts';
import { amFiring, amGroup, amResolved } from '../fixtures.ts';
import type { Delivery } from '../parsed.ts';
import { parsers } from './index.ts';

const parse = (dialect: AlertDialect, body: unknown, headers: Delivery['headers'] = {}) =>
  parsers[dialect]({ headers, body: typeof body === 'string' ? body : JSON.stringify(body), now: 0 });
const one = (dialect: AlertDialect, body: unknown, headers?: Delivery['headers']) => {
  const { alerts, skipped } = parse(dialect, body, headers);
  expect(skipped).toEqual([]);
  expect(alerts).toHaveLength(1);
  return alerts[0];
};

describe('Alertmanager, as captured', () => {
  it('is one alert, firing and then resolved', () => {
    const [firing, resolved] = [one('alertmanager', amFiring), one('alertmanager', amResolved)];
    expect(firing).toMatchObject({
      status: 'firing',
      title: 'HighErrorRate',
      description: 'error rate',
      startsAt: '2026-11-20T22:27:53.940Z',
      url: 'http://prom/graph',
      labels: { service: 'checkout', cloud: 'aws', severity: 'critical' },
    });
    expect(firing).not.toHaveProperty('endsAt');
    expect(resolved).toMatchObject({ status: 'resolved', endsAt: '2026-11-20T22:27:57.000Z', key: firing?.key });
    expect(resolved?.url).toBe('http://localhost:18998');
  });

  it('says how many alerts the sender cut', () => {
    const [alert] = parse('alertmanager', amGroup([{ alertname: 'A' }], { truncatedAlerts: 7 })).alerts;
    expect(alert?.notes).toEqual(['the sender cut 7 more alerts of this group (max_alerts)']);
  });

  it('takes what can be read of a group, and tells the rest', () => {
    const group = JSON.parse(amGroup([{ alertname: 'A' }])) as { alerts: unknown[] };
    const { alerts, skipped } = parse('alertmanager', {
      ...group,
      alerts: [...group.alerts, 5, { status: 'odd' }, {}],
    });
    expect(alerts).toHaveLength(1);
    expect(skipped).toEqual([
      'alerts[1] is no object',
      'alerts[2] has status "odd": expected firing or resolved',
      'alerts[3] has status none: expected firing or resolved',
    ]);
  });

  it('tells alerts without a fingerprint apart by their labels', () => {
    const group = JSON.parse(amGroup([{ a: '1', b: '2' }, { b: '2', a: '1' }, { a: '2' }])) as { alerts: object[] };
    const alerts = group.alerts.map((each) => ({ ...each, fingerprint: undefined }));
    const keys = parse('alertmanager', { ...group, alerts }).alerts.map(({ key }) => key);
    expect(keys[0]).toBe(keys[1]);
    expect(keys[2]).not.toBe(keys[0]);
  });
});

const grafana = (alert: object) => ({
  receiver: 'homeostasis',
  status: 'firing',
  orgId: 1,
  version: '1',
  groupKey: '{alertname="x"}',
  truncatedAlerts: 0,
  title: '[FIRING:1]',
  state: 'alerting',
  message: '',
  externalURL: 'https://grafana.example/',
  alerts: [
    {
      status: 'firing',
      labels: { alertname: 'Slow', grafana_folder: 'shop', service: 'web' },
      annotations: { summary: 'slow' },
      startsAt: '2026-11-21T08:57:20.123+01:00',
      endsAt: '0001-01-01T00:00:00Z',
      values: { B: 44.2, C: 1 },
      generatorURL: 'https://grafana.example/alerting/1/edit',
      fingerprint: '57c6d9296de2ad39',
      silenceURL: 'https://grafana.example/silence',
      valueString: "[ var='B' value=44 ]",
      ...alert,
    },
  ],
});

describe('Grafana', () => {
  it('is read', () => {
    expect(one('grafana', grafana({}))).toMatchObject({
      title: 'Slow',
      description: 'slow',
      startsAt: '2026-11-21T07:57:20.123Z',
      url: 'https://grafana.example/alerting/1/edit',
    });
  });
  it('marks its test', () => {
    expect(one('grafana', grafana({ labels: { alertname: 'TestAlert', instance: 'Grafana' } }))).toMatchObject({
      test: true,
    });
  });
  it('never takes missing data for more than a warning', () => {
    const labels = { alertname: 'DatasourceNoData', severity: 'critical' };
    expect(one('grafana', grafana({ labels }))).toMatchObject({ atMost: 'warning' });
  });
});

const state = (value: string, previous: string, changes = {}) => ({
  version: '0',
  id: 'c4c1c1c9-6542-e61b-6ef0-8c4d36933a92',
  'detail-type': 'CloudWatch Alarm State Change',
  source: 'aws.cloudwatch',
  account: '123456789012',
  time: '2026-11-21T08:00:01Z',
  region: 'eu-west-1',
  resources: ['arn:aws:cloudwatch:eu-west-1:123456789012:alarm:web-5xx'],
  detail: {
    alarmName: 'web-5xx',
    configuration: {
      description: 'too many errors',
      metrics: [
        {
          id: 'm1',
          metricStat: {
            metric: {
              namespace: 'AWS/ECS',
              name: 'CPUUtilization',
              dimensions: { ClusterName: 'homeostasis', ServiceName: 'shop-web-0123456789ab' },
            },
            period: 60,
            stat: 'Average',
          },
          returnData: true,
        },
      ],
    },
    previousState: { value: previous, timestamp: '2026-11-21T07:50:00.000+0000', reason: 'before' },
    state: {
      value,
      timestamp: '2026-11-21T08:00:00.000+0000',
      reason: 'Threshold Crossed',
      reasonData: '{"version":"1.0"}',
    },
    ...changes,
  },
});
const notification = (value: string) => ({
  AlarmName: 'web-5xx',
  AlarmDescription: 'too many errors',
  AWSAccountId: '123456789012',
  NewStateValue: value,
  OldStateValue: 'OK',
  NewStateReason: 'Threshold Crossed',
  StateChangeTime: '2026-11-21T08:00:00.000+0000',
  Region: 'EU (Ireland)',
  AlarmArn: 'arn:aws:cloudwatch:eu-west-1:123456789012:alarm:web-5xx',
  Trigger: {
    MetricName: 'HTTPCode_Target_5XX_Count',
    Namespace: 'AWS/ApplicationELB',
    Dimensions: [{ name: 'LoadBalancer', value: 'app/hs-shop-web-0123456789ab/50dc6c495c0c9188' }],
  },
});

describe('CloudWatch', () => {
  it('begins at the change to ALARM, and ends at the change to OK', () => {
    const [alarm, ok] = [one('cloudwatch', state('ALARM', 'OK')), one('cloudwatch', state('OK', 'ALARM'))];
    expect(alarm).toMatchObject({
      status: 'firing',
      title: 'web-5xx',
      description: 'too many errors: Threshold Crossed',
      startsAt: '2026-11-21T08:00:00.000Z',
      origin: { cloud: 'aws', region: 'eu-west-1' },
      resources: ['shop-web-0123456789ab'],
      labels: { ServiceName: 'shop-web-0123456789ab', namespace: 'AWS/ECS', metric: 'CPUUtilization' },
    });
    expect(ok).toMatchObject({
      status: 'resolved',
      key: alarm?.key,
      startsAt: '2026-11-21T07:50:00.000Z',
      endsAt: '2026-11-21T08:00:00.000Z',
    });
  });
  it('takes missing data for neither', () => {
    const { alerts, skipped } = parse('cloudwatch', state('INSUFFICIENT_DATA', 'ALARM'));
    expect(alerts).toEqual([]);
    expect(skipped[0]).toMatch(/INSUFFICIENT_DATA: that is neither an alert nor the end of one/);
  });
  it('says so when its actions are suppressed', () => {
    const suppressed = state('ALARM', 'OK', { state: { value: 'ALARM', actionsSuppressedBy: 'Maintenance' } });
    expect(one('cloudwatch', suppressed)).toMatchObject({
      atMost: 'info',
      notes: ['its actions are suppressed by Maintenance'],
    });
  });
  it('reads tags that are propagated', () => {
    const tagged = { ...state('ALARM', 'OK'), alarmTags: { severity: 'critical', 'homeostasis:service': 'web' } };
    expect(one('cloudwatch', tagged)?.labels).toMatchObject({ severity: 'critical', 'homeostasis:service': 'web' });
  });
  it('skips what is no change of state', () => {
    const event = { ...state('OK', 'OK'), 'detail-type': 'CloudWatch Alarm Configuration Change' };
    expect(parse('cloudwatch', event)).toMatchObject({ alerts: [], skipped: [expect.stringMatching(/no change/)] });
  });
  it('is the same alert inside an SNS message, in both of its shapes', () => {
    const key = one('cloudwatch', state('ALARM', 'OK'))?.key;
    const sns = (message: unknown) => ({ Type: 'Notification', Message: JSON.stringify(message) });
    expect(one('cloudwatch', sns(state('ALARM', 'OK')))).toMatchObject({ key });
    expect(one('cloudwatch', sns(notification('ALARM')))).toMatchObject({
      key,
      resources: ['hs-shop-web-0123456789ab'],
      startsAt: '2026-11-21T08:00:00.000Z',
    });
  });
});

const azure = (essentials: object) => ({
  schemaId: 'azureMonitorCommonAlertSchema',
  data: {
    essentials: {
      alertId: '/subscriptions/s-1/providers/Microsoft.AlertsManagement/alerts/a-1',
      alertRule: 'checkout-errors',
      severity: 'Sev0',
      signalType: 'Metric',
      monitorCondition: 'Fired',
      monitoringService: 'Platform',
      alertTargetIDs: ['/subscriptions/s-1/resourceGroups/rg/providers/Microsoft.App/containerApps/shop-web-abc'],
      configurationItems: ['shop-web-abc'],
      firedDateTime: '2026-11-21T07:59:00.1234567Z',
      description: '',
      ...essentials,
    },
    alertContext: {
      condition: {
        allOf: [
          {
            metricName: 'Requests',
            operator: 'GreaterThan',
            threshold: '0',
            metricValue: 12,
            dimensions: [{ name: 'statusCodeCategory', value: '5xx' }],
          },
        ],
      },
    },
    customProperties: { service: 'web', application: 'shop' },
  },
});

describe('Azure Monitor', () => {
  it('is one alert, fired and resolved', () => {
    const fired = one('azure-monitor', azure({}));
    expect(fired).toMatchObject({
      status: 'firing',
      severity: 'critical',
      startsAt: '2026-11-21T07:59:00.123Z',
      description: 'Requests GreaterThan 0 (is 12)',
      labels: { service: 'web', statusCodeCategory: '5xx' },
      resources: ['shop-web-abc', 'shop-web-abc'],
    });
    const resolved = one(
      'azure-monitor',
      azure({ monitorCondition: 'Resolved', resolvedDateTime: '2026-11-21T08:00:00Z' }),
    );
    expect(resolved).toMatchObject({ status: 'resolved', key: fired?.key, endsAt: '2026-11-21T08:00:00.000Z' });
  });
  it('grades Sev1 as an error, not as critical', () => {
    expect(one('azure-monitor', azure({ severity: 'Sev1' }))).toMatchObject({ severity: 'error' });
  });
  it("marks the portal's test", () => {
    const alertId = '/subscriptions/11111111-1111-1111-1111-111111111111/providers/Microsoft.AlertsManagement/alerts/x';
    expect(one('azure-monitor', azure({ alertId }))).toMatchObject({ test: true });
    expect(one('azure-monitor', azure({}))).not.toHaveProperty('test');
  });
});

const google = (incident: object, version: unknown = '1.2') => ({
  version,
  incident: {
    incident_id: '0.opqiw61fsv7p',
    scoping_project_id: 'p-1',
    url: 'https://console.cloud.google.com/monitoring/alerting/incidents/0.opqiw61fsv7p',
    started_at: 1_795_248_000,
    ended_at: null,
    state: 'open',
    summary: 'CPU is above 0.8',
    resource: { type: 'cloud_run_revision', labels: { service_name: 'shop-web', location: 'europe-west1' } },
    metric: { type: 'run.googleapis.com/container/cpu/utilizations', labels: {} },
    metadata: { system_labels: {}, user_labels: { 'homeostasis-service': 'web' } },
    policy_name: 'CPU of web',
    condition_name: 'cpu',
    ...incident,
  },
});

describe('Google Cloud Monitoring', () => {
  it('is one alert, open and closed, in either case, with times in seconds', () => {
    const open = one('google-monitoring', google({}));
    expect(open).toMatchObject({
      status: 'firing',
      title: 'CPU of web',
      startsAt: '2026-11-21T08:00:00.000Z',
      origin: { cloud: 'gcp', region: 'europe-west1' },
      resources: ['shop-web'],
      labels: { 'homeostasis-service': 'web', service_name: 'shop-web' },
    });
    const closed = one('google-monitoring', google({ state: 'CLOSED', ended_at: 1_795_248_060 }));
    expect(closed).toMatchObject({ status: 'resolved', key: open?.key, endsAt: '2026-11-21T08:01:00.000Z' });
  });
  it('marks a test notification', () => {
    expect(one('google-monitoring', google({ state: 'OPEN' }, 'test'))).toMatchObject({ test: true });
    expect(one('google-monitoring', google({ state: 'OPEN' }, 'Test'))).toMatchObject({ test: true });
  });
  it('reads what Pub/Sub pushes', () => {
    const data = Buffer.from(JSON.stringify(google({}))).toString('base64');
    expect(
      one('google-monitoring', { message: { data, messageId: '1' }, subscription: 'projects/p/subscriptions/s' }),
    ).toEqual(one('google-monitoring', google({})));
  });
});

const cdevent = (type: string, context: object, subject: object = {}) => ({
  context: {
    id: 'e-1',
    source: '/monitoring',
    type: `dev.cdevents.incident.${type}`,
    timestamp: '2026-11-21T08:00:00Z',
    ...context,
  },
  subject: {
    id: 'incident-123',
    source: '/monitoring/prod1',
    content: {
      description: 'response time',
      environment: { id: 'prod1' },
      service: { id: 'shop/web' },
      artifactId: 'pkg:oci/web@1',
    },
    ...subject,
  },
});

describe('CDEvents', () => {
  const older = cdevent('detected.0.2.0', { version: '0.4.1' }, { type: 'incident' });
  const newer = cdevent('detected.0.3.0', { specversion: '0.5.1' });
  it('is read in the envelope of 0.5 and in those before it', () => {
    const [old, young] = [one('cdevents', older), one('cdevents', newer)];
    expect(young).toMatchObject({
      status: 'firing',
      title: 'response time',
      labels: { service: 'shop/web', environment: 'prod1' },
    });
    expect(old).toEqual(young);
  });
  it('is resolved under the same key, and links its ticket', () => {
    const resolved = one('cdevents', cdevent('resolved.0.3.0', { timestamp: '2026-11-21T09:00:00Z' }));
    expect(resolved).toMatchObject({
      status: 'resolved',
      key: one('cdevents', newer)?.key,
      endsAt: '2026-11-21T09:00:00.000Z',
    });
    const reported = cdevent(
      'reported.0.3.0',
      {},
      { content: { environment: { id: 'x' }, ticketURI: 'https://issues.example/1' } },
    );
    expect(one('cdevents', reported)).toMatchObject({ status: 'firing', url: 'https://issues.example/1' });
  });
  it('is read inside a CloudEvent, in binary mode and whole', () => {
    const binary = {
      'ce-specversion': '1.0',
      'ce-id': '1',
      'ce-source': '/m',
      'ce-type': 'dev.cdevents.incident.detected.0.3.0',
      'content-type': 'application/json',
    };
    expect(one('cdevents', newer, binary)).toEqual(one('cdevents', newer));
    const whole = {
      specversion: '1.0',
      id: '1',
      source: '/m',
      type: 'dev.cdevents.incident.detected.0.3.0',
      data: newer,
    };
    expect(one('cdevents', whole, { 'content-type': 'application/cloudevents+json' })).toEqual(one('cdevents', newer));
  });
});

const cloudevent = (type: string, data: object = {}, changes: object = {}) => ({
  specversion: '1.0',
  id: 'e-1',
  source: '/tool',
  type,
  subject: 'inc-7',
  time: '2026-11-21T08:00:00Z',
  data: { title: 'checkout is slow', severity: 'critical', labels: { service: 'checkout' }, ...data },
  ...changes,
});
const structured = { 'content-type': 'application/cloudevents+json' };

describe('CloudEvents', () => {
  it.each([
    ['incident.opened', 'firing'],
    ['incident.resolved', 'resolved'],
    ['com.example.incident.triggered.v1', 'firing'],
    ['com.example.incident.closed', 'resolved'],
  ])('reads %s as %s', (type, status) => {
    expect(one('cloudevents', cloudevent(type), structured)).toMatchObject({
      status,
      key: '/tool\ninc-7',
      severity: 'critical',
      labels: { service: 'checkout' },
    });
  });
  it('has no start of its own without a time: a redelivery is the same', () => {
    const alert = one('cloudevents', cloudevent('incident.opened', {}, { time: undefined }), structured);
    expect(alert).not.toHaveProperty('startsAt');
    expect(alert).toMatchObject({ occurrence: 'e-1' });
  });
  it('takes what it knows of a batch', () => {
    const batch = [cloudevent('incident.opened'), cloudevent('com.example.built')];
    const { alerts, skipped } = parse('cloudevents', batch, { 'content-type': 'application/cloudevents-batch+json' });
    expect([alerts.length, skipped.length]).toEqual([1, 1]);
  });
});

describe('a body of another dialect', () => {
  it.each([
    ['alertmanager', grafana({}), /needs a hook of dialect grafana/],
    ['alertmanager', { version: '3', groupKey: 'x', alerts: [] }, /version 3/],
    ['grafana', amFiring, /needs a hook of dialect alertmanager/],
    ['cloudwatch', azure({}), /neither an EventBridge event/],
    ['azure-monitor', { schemaId: 'Microsoft.Insights/activityLogs', data: {} }, /enable the common alert schema/],
    ['google-monitoring', { version: '1.1', incident: {} }, /no incident of Google/],
    ['cdevents', amFiring, /is no incident/],
    ['cdevents', cdevent('exploded.0.3.0', {}), /exploded.0.3.0 is no incident/],
  ] as const)('%s says what it is not', (dialect, body, detail) => {
    expect(() => parse(dialect, body)).toThrow(detail);
  });
  it('and what is no JSON is refused', () => {
    for (const dialect of ['alertmanager', 'azure-monitor', 'cdevents'] as const) {
      expect(() => parse(dialect, '{"version":')).toThrow(/is not JSON/);
    }
  });
});
