import { describe, expect, it } from 'vitest';
import type { Labels } from './fields.ts';
import { hook, regions, standing } from './fixtures.ts';
import { mapAlert, type Mapped } from './map-alert.ts';
import { resourceNamesOf } from './our-names.ts';
import type { ParsedAlert } from './parsed.ts';
import { indexed } from './standings.ts';

const standings = indexed(standing);
const parsed = (labels: Labels, changes: Partial<ParsedAlert> = {}): ParsedAlert => ({
  key: 'k',
  status: 'firing',
  title: 't',
  description: '',
  labels,
  ...changes,
});
const map = (labels: Labels, { alert = {}, of = {} }: { alert?: Partial<ParsedAlert>; of?: object } = {}): Mapped =>
  mapAlert(parsed(labels, alert), { hook: hook(of), regions, standings });
const about = ({ application, service, scope }: Mapped) =>
  [application, service, scope].map((each) => each ?? '-').join(' ');

describe('labels that are usual', () => {
  it.each([
    [{ application: 'shop', service: 'web' }, 'shop web -'],
    [{ service: 'checkout', cloud: 'aws' }, 'shop checkout aws'],
    [{ service: 'shop/web' }, 'shop web -'],
    [{ app: 'checkout' }, 'shop checkout -'],
    [{ app: 'blog' }, 'blog - -'],
    [{ app_kubernetes_io_part_of: 'shop', app_kubernetes_io_name: 'web' }, 'shop web -'],
    [{ 'service.namespace': 'shop', 'service.name': 'web', 'cloud.region': 'eu-west-1' }, 'shop web aws/eu-west-1'],
    [{ cloud: 'AWS', region: 'eu-west-1' }, '- - aws/eu-west-1'],
    [{ cloud_provider: 'google', region: 'europe-west1' }, '- - gcp/europe-west1'],
    [{ region: 'West Europe' }, '- - azure/westeurope'],
    [{ target: 'aws/eu-west-1/fargate' }, '- - aws/eu-west-1/fargate'],
    [{ homeostasis_scope: 'gcp', instance: 'x:1' }, '- - gcp'],
    [{ homeostasis_application: 'shop', homeostasis_service: 'web', service: 'other' }, 'shop web -'],
    [{ target: 'http://web:80/healthz' }, '- - -'],
    [{}, '- - -'],
  ])('%j is about %s', (labels, expected) => {
    const mapped = map(labels as Labels);
    expect(about(mapped)).toBe(expected);
    expect(mapped.notes).toEqual([]);
  });
});

describe('what is not known', () => {
  it.each([
    [{ application: 'nosuch', service: 'web' }, '- - -', /no application nosuch stands/],
    [{ application: 'shop', service: 'nosuch' }, 'shop - -', /has no service nosuch/],
    [{ service: 'nosuch' }, '- - -', /no service nosuch stands/],
    [{ service: 'web' }, '- - -', /2 applications have a service web \(shop, blog\)/],
    [{ service: 'Web Shop' }, '- - -', /"Web Shop" is no name/],
    [{ cloud: 'aws', region: 'mars-1' }, '- - -', /"aws\/mars-1" is no place/],
    [{ cloud: 'oracle' }, '- - -', /"oracle" is no place/],
    [{ region: 'mars-1' }, '- - -', /region mars-1 is not in use/],
    [{ scope: 'aws/mars-1' }, '- - -', /"aws\/mars-1" is no place/],
  ])('%j is left out, and told', (labels, expected, note) => {
    const mapped = map(labels as Labels);
    expect(about(mapped)).toBe(expected);
    expect(mapped.notes.join()).toMatch(note);
  });

  it.each([
    [{ cloud: 'aws', region: 'eu-west-1', service: 'nosuch' }],
    [{ cloud: 'aws', region: 'eu-west-1', instance: '10.0.0.1:9100' }],
    [{ cloud: 'aws', region: 'eu-west-1', application: 'shop' }],
    [{ region: 'eu-west-1', namespace: 'kube-system', pod: 'x' }],
  ])('a region is never given up for something smaller in it: %j', (labels) => {
    const mapped = map(labels as Labels);
    expect(mapped.scope).toBeUndefined();
    expect(mapped.notes.join()).toMatch(/nothing is concluded for aws\/eu-west-1/);
  });

  it('without a look at what stands, names pass as they are said', () => {
    const mapped = mapAlert(parsed({ application: 'x', service: 'y' }), {
      hook: hook(),
      regions,
      standings: undefined,
    });
    expect(about(mapped)).toBe('x y -');
  });
});

describe('resources that our deployers made', () => {
  it.each(standing.map((each) => [each.target, each] as const))('are known by their names: %s', (target, each) => {
    const [cloud, region] = target.split('/') as ['aws' | 'azure' | 'gcp', string];
    const resources = resourceNamesOf(each).map((key) => key.split('/').at(-1) ?? '');
    for (const resource of resources) {
      const mapped = map({ service_name: resource }, { alert: { origin: { cloud, region }, resources: [resource] } });
      expect(about(mapped)).toBe(`${each.application} ${each.service} ${target}`);
    }
  });
  it('where a metric comes from is no word on the place', () => {
    const origin = { cloud: 'aws', region: 'eu-west-1' } as const;
    expect(about(map({ region: 'eu-west-1', QueueName: 'q' }, { alert: { origin } }))).toBe('- - -');
    expect(about(map({ 'homeostasis:service': 'checkout' }, { alert: { origin } }))).toBe(
      'shop checkout aws/eu-west-1',
    );
  });
});

describe('configuration', () => {
  const of = {
    labels: { service: 'svc', application: 'team_app', cloud: 'provider', region: 'dc', severity: 'grade' },
    map: [
      { match: { alarmName: 'region-*' }, scope: 'aws/eu-west-1', severity: 'critical' },
      { match: { alertname: '*Lag', env: 'prod' }, application: 'shop', service: 'web' },
      { match: { alertname: '*disk*' }, severity: 'info' },
    ],
  };
  it.each([
    [{ svc: 'web', team_app: 'shop', service: 'x' }, 'shop web -', 'warning'],
    [{ provider: 'aws', dc: 'eu-west-1', instance: 'a' }, '- - aws/eu-west-1', 'warning'],
    [{ alarmName: 'region-down', severity: 'info' }, '- - aws/eu-west-1', 'critical'],
    [{ alertname: 'ReplicaLag', env: 'prod', grade: 'page' }, 'shop web -', 'critical'],
    [{ alertname: 'ReplicaLag', env: 'dev' }, '- - -', 'warning'],
    [{ alertname: 'a disk is full', severity: 'critical' }, '- - -', 'info'],
  ])('maps %j to %s, %s', (labels, expected, severity) => {
    const mapped = map(labels as unknown as Labels, { of });
    expect([about(mapped), mapped.severity]).toEqual([expected, severity]);
  });
});

describe('severity', () => {
  it.each([
    [{ severity: 'page' }, undefined, 'critical'],
    [{ severity: 'P1' }, undefined, 'critical'],
    [{ priority: 'high' }, undefined, 'warning'],
    [{ severity: 'odd' }, 'Critical', 'critical'],
    [{}, 'error', 'warning'],
    [{}, 'No severity', 'warning'],
    [{ level: 'info' }, 'critical', 'info'],
    [{}, undefined, 'warning'],
  ])('%j with %s is %s', (labels, severity, expected) => {
    expect(map(labels as Labels, { alert: severity === undefined ? {} : { severity } }).severity).toBe(expected);
  });
  it('is cut where the dialect knows better', () => {
    expect(map({ severity: 'critical' }, { alert: { atMost: 'warning' } }).severity).toBe('warning');
    expect(map({ severity: 'info' }, { alert: { atMost: 'warning' } }).severity).toBe('info');
  });
});
