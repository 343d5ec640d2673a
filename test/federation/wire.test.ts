import { STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDoor, type Door } from '../../shared/adapters/federation/door.ts';
import { azureTokens, googleTokens } from '../../shared/adapters/federation/relay-tokens.ts';
import type { TokenSource } from '../../shared/adapters/federation/token.ts';
import { startAuthority, type Authority } from './authority.ts';
import { tampered } from './issuer.ts';
import { names, type Trust } from './trust.ts';

let authority: Authority;
let sts: STSClient;
let time: number;
const clock = { now: () => time };
const service = 'https://deployer-123456789.europe-west1.run.app';

beforeAll(async () => {
  authority = await startAuthority();
  sts = new STSClient({
    region: 'eu-west-1',
    endpoint: authority.url,
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
});
afterAll(() => authority.close());
beforeEach(() => {
  authority.reset();
  time = Date.now();
});

interface Side {
  readonly tokens: (change?: object) => TokenSource;
  readonly door: (change?: object) => Door;
}

const azure: Side = {
  tokens: (change = {}) =>
    azureTokens(
      {
        ...{ audience: names.functionApp, tenant: names.tenant, client: names.client },
        ...{ authorityHost: authority.secureUrl, ca: authority.ca },
        ...change,
      },
      { clock, sts },
    ),
  door: (change = {}) =>
    createDoor({
      issuer: authority.issuers.entra.url,
      audience: names.functionAppId,
      caller: names.client,
      callerClaims: ['azp', 'appid'],
      ...change,
    }),
};

const google: Side = {
  tokens: (change = {}) =>
    googleTokens(
      {
        ...{ audience: service, provider: names.provider, serviceAccount: names.invoker },
        ...{ tokenUrl: `${authority.url}/v1/token`, credentialsUrl: authority.url },
        ...change,
      },
      { clock, sts },
    ),
  door: (change = {}) =>
    createDoor({
      issuer: authority.issuers.google.url,
      audience: service,
      caller: names.invoker,
      callerClaims: ['email'],
      ...change,
    }),
};

const sides: readonly (readonly [string, Side])[] = [
  ['AWS to Azure', azure],
  ['AWS to Google Cloud', google],
];

describe.each(sides)('%s', (_name, { tokens, door }) => {
  it('a token is exchanged, and the function lets its bearer in', async () => {
    const token = await tokens().get();
    await expect(door()(`Bearer ${token}`)).resolves.toBeUndefined();
  });

  const isGoogle = _name.includes('Google');
  const link = isGoogle ? 'google-workload-identity' : 'entra-federated-credential';
  it.each<[string, (trust: Trust) => void, RegExp]>([
    ['a wrong audience', ({ aws }) => (aws.claims = { aud: 'sts.amazonaws.com' }), /AADSTS700212|wrong audience/],
    [
      'a wrong subject',
      ({ aws }) => (aws.role = 'arn:aws:iam::123456789012:role/other'),
      /AADSTS700213|attribute condition/,
    ],
    ['a wrong issuer', ({ aws }) => (aws.claims = { iss: 'https://evil.example' }), /AADSTS700211|wrong issuer/],
    [
      'a wrong signature',
      ({ aws }) => (aws.meddle = (token) => tampered(token, { jti: 'another' })),
      /AADSTS50013|wrong signature/,
    ],
    [
      'another’s subject under our signature',
      ({ aws }) => {
        aws.role = 'arn:aws:iam::999999999999:role/thief';
        aws.meddle = (token) => tampered(token, { sub: names.role });
      },
      /AADSTS50013|wrong signature/,
    ],
    [
      'an expired token',
      ({ aws }) => (aws.claims = { iat: 1_000, nbf: 1_000, exp: 1_300 }),
      /AADSTS700024|wrong expired/,
    ],
  ])('%s is refused, and the error names the link', async (_what, change, text) => {
    change(authority.trust);
    const refused = await tokens()
      .get()
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: 'TrustRefused', link, message: expect.stringMatching(text) as string });
    expect(String(refused)).not.toMatch(/eyJ/);
    expect(authority.issued).toEqual(expect.not.arrayContaining(['entra', 'google', 'google-sts']));
  });

  it('outbound federation that is off is told, with the command that turns it on', async () => {
    authority.trust.aws.outbound = false;
    await expect(tokens().get()).rejects.toMatchObject({
      name: 'TrustRefused',
      link: 'aws-outbound-federation',
      message: expect.stringContaining('aws iam enable-outbound-web-identity-federation') as string,
    });
  });

  it.each([-100_000, 100_000])('an AWS whose clock is off by %i ms is understood', async (offMs) => {
    const iat = Math.floor((Date.now() + offMs) / 1000);
    authority.trust.aws.claims = { iat, nbf: iat, exp: iat + 300 };
    await expect(tokens().get()).resolves.toMatch(/^eyJ/);
  });

  it('is fetched once for a crowd, kept until shortly before it expires, and then refreshed', async () => {
    const source = tokens();
    const [first, ...others] = await Promise.all(Array.from({ length: 20 }, () => source.get()));
    expect(new Set(others)).toEqual(new Set([first]));
    const fetched = () => authority.issued.filter((what) => what === (isGoogle ? 'google' : 'entra')).length;
    expect(fetched()).toBe(1);
    time += 54 * 60_000;
    expect(await source.get()).toBe(first);
    time += 2 * 60_000;
    expect(await source.get()).not.toBe(first);
    expect(fetched()).toBe(2);
  });

  it('a refused token is forgotten, once', async () => {
    const source = tokens();
    const first = await source.get();
    source.forget(first);
    const second = await source.get();
    expect(second).not.toBe(first);
    source.forget(first);
    expect(await source.get()).toBe(second);
  });

  it.each<[string, (door: Side['door'], token: string) => Promise<void>, RegExp]>([
    ['no token', (make) => make()(undefined), /no bearer token/],
    ['another scheme', (make) => make()('Basic abc'), /no bearer token/],
    ['no JWT', (make) => make()('Bearer abc'), /Invalid Compact JWS/],
    ['a token for somebody else', (make, token) => make({ audience: 'other' })(`Bearer ${token}`), /"aud"/],
    [
      'a token of another issuer',
      (make, token) => make({ issuer: authority.issuers.aws.url })(`Bearer ${token}`),
      /no applicable key|"iss"/,
    ],
    [
      'a changed token',
      (make, token) => make()(`Bearer ${tampered(token, { jti: 'x' })}`),
      /signature verification failed/,
    ],
    [
      'a token that expired an hour ago',
      (make, token) => make({ now: () => Date.now() + 2 * 3_600_000 })(`Bearer ${token}`),
      /"exp"/,
    ],
    [
      'a token without a signature',
      (make, token) => {
        const [, payload] = token.split('.');
        return make()(`Bearer ${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`);
      },
      /"alg"|Algorithm/i,
    ],
    [
      'a token whose signature Cloud Run has taken away',
      (make, token) => make()(`Bearer ${token.replace(/[^.]+$/, 'SIGNATURE_REMOVED_BY_GOOGLE')}`),
      /signature verification failed/,
    ],
  ])('the function does not let in %s', async (_what, knock, text) => {
    const token = await tokens().get();
    await expect(knock(door, token)).rejects.toMatchObject({
      name: 'NotAdmitted',
      status: 401,
      message: expect.stringMatching(text) as string,
    });
  });

  it('the function lets in nobody but the relay', async () => {
    const token = await tokens().get();
    await expect(door({ caller: 'somebody-else' })(`Bearer ${token}`)).rejects.toMatchObject({ status: 403 });
  });

  it.each([
    [-50_000, 'resolves'],
    [-70_000, 'rejects'],
    [350_000, 'resolves'],
    [370_000, 'rejects'],
  ] as const)('%i ms from when it was issued for 300 s, the function %s', async (afterMs, outcome) => {
    authority.trust.entra.seconds = 300;
    authority.trust.google.seconds = 300;
    const token = await tokens().get();
    const knock = door({ now: () => time + afterMs })(`Bearer ${token}`);
    const came = await knock.then(() => 'resolves').catch((error: unknown) => (error as Error).name);
    expect(came).toBe(outcome === 'resolves' ? outcome : 'NotAdmitted');
  });

  it('the function says that the issuer’s keys cannot be had', async () => {
    const other = await startAuthority();
    const issuer = isGoogle ? other.issuers.google.url : other.issuers.entra.url;
    await other.close();
    await expect(door({ issuer })(`Bearer ${await tokens().get()}`)).rejects.toMatchObject({ name: 'KeysUnavailable' });
  });
});

describe('what only one of them has', () => {
  it('Entra ID: a function app nobody knows, or that the relay has no role in, is told', async () => {
    await expect(azure.tokens({ audience: 'api://nobody' }).get()).rejects.toMatchObject({
      name: 'TrustRefused',
      link: 'entra-audience',
    });
    authority.trust.entra.applications[names.functionApp] = { id: 'x', assigned: [] };
    await expect(azure.tokens().get()).rejects.toMatchObject({ link: 'entra-audience' });
  });

  it('Google: another pool, or an account that the relay may not act as, is told', async () => {
    await expect(google.tokens({ provider: `${names.provider}2` }).get()).rejects.toMatchObject({
      name: 'TrustRefused',
      link: 'google-workload-identity',
    });
    authority.trust.google.accounts[names.invoker] = [];
    await expect(google.tokens().get()).rejects.toMatchObject({
      name: 'TrustRefused',
      link: 'google-service-account',
      message: expect.stringContaining('roles/iam.workloadIdentityUser') as string,
    });
  });

  it('a token service that is away is no refusal', async () => {
    const away = await startAuthority();
    await away.close();
    const [toAzure, toGoogle] = [
      azure.tokens({ authorityHost: away.secureUrl }),
      google.tokens({ tokenUrl: `${away.url}/v1/token` }),
    ];
    await expect(toAzure.get()).rejects.toMatchObject({ name: 'TokenUnavailable' });
    await expect(toGoogle.get()).rejects.toMatchObject({ name: 'TokenUnavailable' });
  });

  it('a door whose keys would come unprotected is not built', () => {
    expect(() => azure.door({ issuer: 'http://login.example' })).toThrow(/not reached over HTTPS/);
  });
});
