import { describe, expect, it } from 'vitest';
import { checkConfig } from './check.ts';

const known = { regions: ['aws/eu-west-1', 'gcp/europe-west1'], runtimes: ['fargate'] };
const authentication = { type: 'bearer', token: { secretsManager: 'prod/prometheus', field: 'token' } };
const one = (changes: object) => ({ name: 'main', url: 'https://prometheus.example.com/prom', ...changes });
const found = (...prometheus: readonly object[]) =>
  checkConfig({ monitor: { metrics: { prometheus } } }, known as never).findings.map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  );

describe('a Prometheus in the configuration', () => {
  it('as it is meant is taken', () => {
    const labels = { application: 'app', service: 'svc', target: 'target' };
    const queries = { 'container.cpu.utilization': 'avg by ({{by}}) (cpu{{{selector}}})', 'deployment.replicas': '' };
    expect(
      found(
        one({ authentication, targets: ['aws', 'gcp/europe-west1'], labels, queries }),
        one({ name: 'near', url: 'http://127.0.0.1:9090', authentication }),
        one({ name: 'inside', url: 'http://prometheus.monitoring.svc:9090' }),
      ),
    ).toEqual([]);
  });

  it.each([
    ['two of one name', [one({}), one({})], /prometheus.1.name: there is a Prometheus "main" already/],
    [
      'a secret in the clear',
      [one({ url: 'http://prom.example.com', authentication })],
      /url: its secret .* in the clear/,
    ],
    ['a region that is none', [one({ targets: ['aws/nowhere-1'] })], /targets.0: aws\/nowhere-1 is not known/],
    ['a metric that is none', [one({ queries: { 'http.requests': 'x' } })], /queries/],
    ['a label that is none', [one({ labels: { service: 'a-b' } })], /labels.service/],
    ['no URL', [one({ url: 'https://[' })], /url: this is no URL/],
  ])('%s is refused', (_, prometheus, message) => {
    expect(found(...prometheus).join('\n')).toMatch(message);
  });

  it('with a password in its URL is refused without showing it', () => {
    const text = JSON.stringify(
      checkConfig({ monitor: { metrics: { prometheus: [one({ url: 'https://a:hunter2hunter2@p.example.com' })] } } })
        .findings,
    );
    expect(text).toMatch(/no name and no password/);
    expect(text).not.toContain('hunter2');
  });
});
