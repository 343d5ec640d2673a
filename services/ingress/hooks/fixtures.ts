import { readFileSync } from 'node:fs';
import type { HookConfig } from '../../../shared/contracts/config-hooks.ts';
import type { QueryRoute } from '../../../shared/ports/http.ts';
import type { Labels } from './fields.ts';
import type { Standing } from './our-names.ts';

/** What the tests of hooks stand on: bodies as the senders make them. */

/** Captured from Alertmanager 0.25.0: an alert firing, then resolved. */
export const [amFiring = '', amResolved = ''] = readFileSync(
  new URL('./samples/alertmanager-0.25.jsonl', import.meta.url),
  'utf8',
).split('\n');

export const hook = (changes: Partial<HookConfig> = {}): HookConfig => ({
  name: 'am',
  dialect: 'alertmanager',
  authentication: { type: 'api' },
  ...changes,
});

/** A group of alerts, as Alertmanager 0.25 sends it. */
export function amGroup(alerts: readonly Labels[], changes: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    version: '4',
    groupKey: '{}:{}',
    status: 'firing',
    receiver: 'hook',
    truncatedAlerts: 0,
    groupLabels: {},
    commonLabels: {},
    commonAnnotations: {},
    externalURL: 'http://alertmanager:9093',
    alerts: alerts.map((labels, i) => ({
      status: 'firing',
      labels,
      annotations: {},
      startsAt: '2026-11-21T07:59:00Z',
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: 'http://prometheus:9090/graph',
      fingerprint: `f${i}${labels['alertname'] ?? ''}`,
    })),
    ...changes,
  });
}

export const standing: readonly Standing[] = [
  { application: 'shop', service: 'checkout', target: 'aws/eu-west-1/fargate' },
  { application: 'shop', service: 'web', target: 'aws/eu-west-1/fargate' },
  { application: 'shop', service: 'web', target: 'gcp/europe-west1/cloud-run' },
  { application: 'shop', service: 'web', target: 'azure/westeurope/container-apps' },
  { application: 'blog', service: 'web', target: 'aws/us-east-1/fargate' },
];

export const regions = {
  aws: ['aws/eu-west-1', 'aws/us-east-1'],
  azure: ['azure/westeurope'],
  gcp: ['gcp/europe-west1'],
};

/** The monitor's read endpoint, over what stands. */
export const deployments = (all: readonly Standing[] = standing): QueryRoute => ({
  method: 'GET',
  path: '/deployments',
  answer: () => Promise.resolve({ status: 200, body: { deployments: all.map((each) => ({ ...each, wanted: true })) } }),
});
