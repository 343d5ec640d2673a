import { describe, expect, it } from 'vitest';
import { checkConfig } from './check.ts';

const token = { environment: 'TOKEN' };
const bearer = { type: 'bearer', token };
const hook = (changes: object) => ({ name: 'am', dialect: 'alertmanager', authentication: bearer, ...changes });
const known = { regions: ['aws/eu-west-1', 'gcp/europe-west1'], runtimes: ['fargate'] };
const found = (...hooks: readonly object[]) =>
  checkConfig({ hooks }, known as never).findings.map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('hooks', () => {
  it('as they are meant are taken', () => {
    const sns = { type: 'sns', topics: ['arn:aws:sns:eu-west-1:123456789012:alarms'] };
    const oidc = { type: 'oidc', issuer: 'https://sts.windows.net/t/', audience: 'api://a' };
    expect(
      found(
        hook({ map: [{ match: { alertname: 'X*' }, scope: 'aws/eu-west-1' }] }),
        hook({ name: 'cw', dialect: 'cloudwatch', authentication: sns }),
        hook({ name: 'az', dialect: 'azure-monitor', authentication: oidc }),
      ),
    ).toEqual([]);
  });

  it.each([
    ['two of one name', [hook({}), hook({})], /hooks.1.name: there is a hook "am" already/],
    ['a way the sender does not have', [hook({ dialect: 'azure-monitor' })], /azure-monitor cannot sign in by bearer/],
    [
      'SNS for Alertmanager',
      [hook({ authentication: { type: 'sns', topics: ['x'] } })],
      /alertmanager cannot sign in by sns/,
    ],
    [
      'a topic that is none',
      [hook({ dialect: 'cloudwatch', authentication: { type: 'sns', topics: ['alarms'] } })],
      /topics.0: "alarms" is no ARN/,
    ],
    [
      'an issuer without https',
      [hook({ authentication: { type: 'oidc', issuer: 'http://i', audience: 'a' } })],
      /URL with https/,
    ],
    [
      'a username with a colon',
      [hook({ authentication: { type: 'basic', username: 'a:b', password: token } })],
      /colon/,
    ],
    ['a rule for everything', [hook({ map: [{ match: {}, severity: 'info' }] })], /matches everything/],
    ['a rule that says nothing', [hook({ map: [{ match: { a: 'b' } }] })], /says nothing/],
    ['a place nobody knows', [hook({ map: [{ match: { a: 'b' }, scope: 'aws/mars-1' }] })], /aws\/mars-1 is not known/],
    [
      'a secret written down',
      [hook({ authentication: { type: 'bearer', token: 'hunter2hunter2' } })],
      /hooks.0.authentication/,
    ],
    ['a dialect nobody speaks', [hook({ dialect: 'nagios' })], /hooks.0.dialect/],
  ])('%s are refused', (_, hooks, message) => {
    const findings = found(...hooks);
    expect(findings.join('\n')).toMatch(message);
    expect(findings.join('\n')).not.toContain('hunter2');
  });
});
