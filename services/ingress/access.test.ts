import { describe, expect, it } from 'vitest';
import type { IssuerAccess } from '../../shared/contracts/config-hub.ts';
import { principalOf } from './access.ts';
import { verifiedByGateway, withoutIssuer } from './api-gateway.ts';
import { readGithubSubject } from './github-subject.ts';

const github = 'https://token.actions.githubusercontent.com';
const entra = 'https://login.microsoftonline.com/7f6b5c0e-0000-4000-8000-000000000001/v2.0';

const access: readonly IssuerAccess[] = [
  {
    issuer: github,
    rules: [
      { repository: 'Acme/shop', repositoryId: '42', context: 'ref:refs/heads/main', may: ['publish', 'read'] },
      { repository: 'acme/shop', may: ['read'] },
      { repository: 'acme/platform', context: 'environment:*', may: ['operate'], applications: ['shop-*'] },
      { subject: 'project:acme/own:*', may: ['read'] },
    ],
  },
  { issuer: entra, rules: [{ subject: 'aa-bb', may: ['report'], cloud: 'azure' }] },
  { issuer: 'https://accounts.google.com', rules: [{ subject: '1076', may: ['report'], cloud: 'gcp' }] },
];

const old = 'repo:acme/shop:ref:refs/heads/main';
const fresh = 'repo:acme@7/shop@42:ref:refs/heads/main';

describe('what a token may do', () => {
  it.each([
    ['the old form of sub, with the number as a claim', { iss: github, sub: old, repository_id: '42' }, 'publish,read'],
    ['the new form', { iss: github, sub: fresh, repository_id: '42' }, 'publish,read'],
    ['a number that stayed a number', { iss: github, sub: fresh, repository_id: 42 }, 'publish,read'],
    ['names in another case', { iss: github, sub: old.replace('acme', 'ACME'), repository_id: '42' }, 'publish,read'],
    [
      'another branch: the next rule',
      { iss: github, sub: 'repo:acme/shop:ref:refs/heads/x', repository_id: '42' },
      'read',
    ],
    ['another number: the next rule, which asks for none', { iss: github, sub: old, repository_id: '43' }, 'read'],
    ['no number', { iss: github, sub: old }, 'read'],
    [
      'numbers that differ',
      { iss: github, sub: 'repo:acme@7/shop@41:ref:refs/heads/main', repository_id: '42' },
      'read',
    ],
    ['a context that begins so', { iss: github, sub: 'repo:acme/platform:environment:prod' }, 'operate'],
    ['a sub that the organisation composes', { iss: github, sub: 'project:acme/own:x' }, 'read'],
    ['a managed identity', { iss: entra, sub: 'aa-bb' }, 'report'],
    ['a service account', { iss: 'https://accounts.google.com', sub: '1076' }, 'report'],
  ])('%s', (_, claims, may) => {
    const found = principalOf(claims, access);
    expect(found.kind === 'known' ? found.principal.may.join(',') : found).toBe(may);
  });

  it('is said with its limits', () => {
    const platform = principalOf({ iss: github, sub: 'repo:acme/platform:environment:prod' }, access);
    expect(platform).toMatchObject({
      principal: { name: 'repo:acme/platform:environment:prod', applications: ['shop-*'] },
    });
    expect(principalOf({ iss: entra, sub: 'aa-bb' }, access)).toMatchObject({ principal: { cloud: 'azure' } });
  });

  it.each([
    ['another repository', { iss: github, sub: 'repo:acme/shop2:ref:refs/heads/main' }],
    ['an owner whose name begins so', { iss: github, sub: 'repo:acme-evil/shop:ref:refs/heads/main' }],
    ['a name with a number of one only', { iss: github, sub: 'repo:acme@7/shop:ref:refs/heads/main' }],
    ['a repository in the place of a context', { iss: github, sub: 'repo:evil/x:repo:acme/shop:ref:refs/heads/main' }],
    ['a pull request where an environment is asked for', { iss: github, sub: 'repo:acme/platform:pull_request' }],
    ['the right subject of another issuer', { iss: 'https://accounts.google.com', sub: 'aa-bb' }],
    ['an issuer nobody named', { iss: 'https://evil.example', sub: old, repository_id: '42' }],
    ['an issuer with a slash behind', { iss: `${github}/`, sub: old }],
    ['more than the exact subject', { iss: entra, sub: 'aa-bbc' }],
  ])('nothing: %s', (_, claims) => {
    expect(principalOf(claims, access)).toMatchObject({
      kind: 'unwelcome',
      detail: expect.stringContaining('hub.access') as unknown,
    });
  });

  it.each([
    ['iss', { sub: old }],
    ['sub', { iss: github }],
    ['sub', { iss: github, sub: '' }],
    ['sub', { iss: github, sub: ['repo:acme/shop:x'] }],
    ['iss', Object.create({ iss: github, sub: old }) as object],
  ])('nothing without %s', (missing, claims) => {
    expect(principalOf(claims as never, access)).toEqual({
      kind: 'stranger',
      detail: `the token says no ${missing}: nobody can be told by it`,
    });
  });
});

describe('subjects of GitHub', () => {
  it.each([
    ['repo:a/b.c:pull_request', { repository: 'a/b.c', context: 'pull_request' }],
    ['repo:a@1/b@2:ref:refs/tags/v1', { repository: 'a/b', repositoryId: '2', context: 'ref:refs/tags/v1' }],
    ['repo:a/b', undefined],
    ['repo:a/b:', undefined],
    ['repo:a/b@2:x', undefined],
    ['repo:a/b/c:x', undefined],
  ])('%s', (sub, wanted) => expect(readGithubSubject(sub)).toEqual(wanted));
});

describe('behind API Gateway', () => {
  const identify = verifiedByGateway(access);
  const runtimeOf = (authorizer: unknown) => ({ event: { requestContext: { authorizer } } });

  it('a caller is who the verified claims say, whatever the header says', () => {
    const runtime = runtimeOf({ jwt: { claims: { iss: entra, sub: 'aa-bb' }, scopes: null } });
    expect(identify({ authorization: 'Bearer something-else', runtime })).toMatchObject({ kind: 'known' });
  });

  it.each([
    undefined,
    {},
    runtimeOf(undefined),
    runtimeOf({}),
    runtimeOf({ jwt: {} }),
    runtimeOf({ jwt: { claims: 'x' } }),
    runtimeOf({ lambda: { iss: github } }),
  ])('without them nobody: %j', (runtime) => {
    expect(identify({ authorization: 'Bearer x', runtime })).toMatchObject({ kind: 'stranger' });
  });

  it.each([
    ['ANY /github/v1/{proxy+}', '/github/v1/events', '/v1/events'],
    ['ANY /v1/{proxy+}', '/v1/events', '/v1/events'],
    ['$default', '/github/v1/events', '/github/v1/events'],
    ['ANY /entra/v1/{proxy+}', '/github/v1/events', '/github/v1/events'],
    ['GET /healthz', '/healthz', '/healthz'],
  ])('%s: %s is %s', (routeKey, rawPath, path) => {
    expect(withoutIssuer({ routeKey, rawPath }).rawPath).toBe(path);
  });
});
