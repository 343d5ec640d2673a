import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createWebIdentityCredentials } from '../../shared/adapters/federation/aws-assume-role.ts';
import { createManagedIdentityToken } from '../../shared/adapters/federation/azure-managed-identity.ts';
import { createMetadataIdToken } from '../../shared/adapters/federation/google-metadata.ts';
import { createReports } from '../../shared/adapters/federation/reports.ts';
import { createTokenCache } from '../../shared/adapters/federation/token-cache.ts';
import type { TokenSource } from '../../shared/adapters/federation/token.ts';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import { startAuthority, type Authority } from './authority.ts';
import { tampered } from './issuer.ts';
import { names } from './trust.ts';

const hubAudience = 'https://hub.example';
const clock = { now: Date.now };
const variables = ['IDENTITY_ENDPOINT', 'IDENTITY_HEADER', 'GCE_METADATA_HOST'] as const;
const before = variables.map((name) => [name, process.env[name]] as const);

let authority: Authority;
let sts: STSClient;

beforeAll(async () => {
  authority = await startAuthority();
  process.env['IDENTITY_ENDPOINT'] = `${authority.url}/msi/token`;
  process.env['IDENTITY_HEADER'] = 'local';
  process.env['GCE_METADATA_HOST'] = new URL(authority.url).host;
  // No credentials: the call is not signed.
  sts = new STSClient({
    ...{ region: 'eu-west-1', endpoint: authority.url, maxAttempts: 1 },
    credentials: () => Promise.reject(new Error('credentials were asked for')),
  });
});
afterAll(async () => {
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  await authority.close();
});
beforeEach(() => {
  authority.reset();
  // What Azure and Google hold in their caches is not looked at here.
  authority.trust.aws.roles[names.reportRole] = {
    issuer: authority.issuers.google.url,
    audiences: [hubAudience],
    subjects: [names.deployerId],
  };
});

const fromGoogle = () => createTokenCache({ fetch: createMetadataIdToken(hubAudience), clock });
const assume = (tokens: TokenSource) =>
  createWebIdentityCredentials({ client: sts, roleArn: names.reportRole, tokens, sessionName: 'deployer-gcp' });

describe('an identity of another cloud becomes a role in AWS', () => {
  it('from a Google service account, unsigned and with an expiry', async () => {
    const { expiration, ...keys } = await assume(fromGoogle())();
    expect(keys).toEqual({ accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'secret', sessionToken: 'session' });
    expect(expiration.getTime() - Date.now()).toBeGreaterThan(3_500_000);
  });

  it('from an Azure managed identity', async () => {
    authority.trust.aws.roles[names.reportRole] = {
      issuer: authority.issuers.entra.url,
      audiences: [names.hubId],
      subjects: [names.managedObject],
    };
    const fetch = createManagedIdentityToken({ audience: names.hub, client: names.managedClient });
    await expect(assume(createTokenCache({ fetch, clock }))()).resolves.toMatchObject({ accessKeyId: 'ASIAEXAMPLE' });
  });

  it.each<[string, () => void, RegExp]>([
    ['another audience', () => trust({ audiences: ['other'] }), /InvalidIdentityToken.*audience/],
    ['another subject', () => trust({ subjects: ['other'] }), /AccessDenied/],
    ['another issuer', () => trust({ issuer: authority.issuers.aws.url }), /InvalidIdentityToken.*issuer/],
  ])('a role that trusts %s refuses, and the error says what to look at', async (_what, change, text) => {
    change();
    const refused = await assume(fromGoogle())().catch((error: unknown) => error);
    expect(refused).toMatchObject({
      name: 'TrustRefused',
      link: 'aws-web-identity-role',
      message: expect.stringMatching(text) as string,
    });
    expect(String(refused)).not.toMatch(/eyJ/);
  });
  const trust = (change: object) => {
    const { roles } = authority.trust.aws;
    const now = roles[names.reportRole];
    if (now !== undefined) roles[names.reportRole] = { ...now, ...change };
  };

  it.each<[string, (token: string) => string | Promise<string>]>([
    ['changed', (token) => tampered(token, { sub: 'x' })],
    [
      'expired',
      () =>
        authority.issuers.google.sign(
          { aud: hubAudience, sub: names.deployerId },
          { now: Date.now() - 7_200_000, seconds: 60 },
        ),
    ],
  ])('a token that is %s is dropped, and another tried once', async (_what, spoil) => {
    const real = fromGoogle();
    const spoiled = await spoil(await real.get());
    const forgotten: string[] = [];
    const tokens: TokenSource = {
      get: () => (forgotten.length === 0 ? Promise.resolve(spoiled) : real.get()),
      forget: (token) => void forgotten.push(token),
    };
    await expect(assume(tokens)()).resolves.toMatchObject({ accessKeyId: 'ASIAEXAMPLE' });
    expect(forgotten).toEqual([spoiled]);
  });
});

describe('the identity of the cloud', () => {
  it('that Azure does not know for an audience is told', async () => {
    const fetch = createManagedIdentityToken({ audience: 'api://nobody', client: names.managedClient });
    await expect(fetch()).rejects.toMatchObject({
      name: 'TrustRefused',
      link: 'azure-managed-identity',
      message: expect.stringContaining('api://nobody') as string,
    });
  });

  it('of Google is for one audience, however it is written', async () => {
    const { value } = await createMetadataIdToken('https://hub.example/a?b=c&d=e')();
    const { aud } = JSON.parse(Buffer.from(value.split('.')[1] ?? '', 'base64url').toString()) as { aud: string };
    expect(aud).toBe('https://hub.example/a?b=c&d=e');
  });
});

const report: Envelope = {
  ...{
    specversion: '1.0',
    id: 'r-1',
    source: '/homeostasis/deployer-gcp',
    type: 'dev.homeostasis.deployment.reported.v1',
  },
  ...{ time: '2026-11-21T08:00:00Z', datacontenttype: 'application/json', correlationid: 'c-1', data: {} },
};

describe('reports', () => {
  const own = { identity: createMetadataIdToken, name: 'deployer-gcp', clock };

  it('go on the bus itself, signed as the role that the identity became', async () => {
    const seen: (string | undefined)[] = [];
    const bus = createServer((request, response) => {
      seen.push(request.headers.authorization, request.headers['x-amz-security-token'] as string);
      request.resume().on('end', () => response.end('{"FailedEntryCount":0,"Entries":[{"EventId":"e"}]}'));
    }).listen(0, '127.0.0.1');
    await once(bus, 'listening');
    process.env['AWS_ENDPOINT_URL_STS'] = authority.url;
    process.env['AWS_ENDPOINT_URL_EVENTBRIDGE'] = `http://127.0.0.1:${(bus.address() as AddressInfo).port}`;
    try {
      const publish = await createReports({
        ...own,
        environment: {
          HOMEOSTASIS_REPORTS_AUDIENCE: hubAudience,
          HOMEOSTASIS_REPORTS_ROLE: names.reportRole,
          HOMEOSTASIS_REPORTS_REGION: 'eu-west-1',
          HOMEOSTASIS_BUS: 'arn:aws:events:eu-west-1:123456789012:event-bus/homeostasis',
        },
      });
      expect(await publish([{ event: report }])).toEqual(['accepted']);
    } finally {
      delete process.env['AWS_ENDPOINT_URL_STS'];
      delete process.env['AWS_ENDPOINT_URL_EVENTBRIDGE'];
      bus.closeAllConnections();
      bus.close();
    }
    expect(seen).toEqual([expect.stringContaining('Credential=ASIAEXAMPLE/'), 'session']);
  });

  it.each([
    [{}, /HOMEOSTASIS_REPORTS_AUDIENCE is not set/],
    [{ HOMEOSTASIS_REPORTS_AUDIENCE: 'a' }, /HOMEOSTASIS_REPORTS_URL is not set/],
    [{ HOMEOSTASIS_REPORTS_AUDIENCE: 'a', HOMEOSTASIS_REPORTS_URL: 'http://hub.example' }, /expected an https/],
    [{ HOMEOSTASIS_REPORTS_AUDIENCE: 'a', HOMEOSTASIS_REPORTS_ROLE: 'r' }, /HOMEOSTASIS_REPORTS_REGION is not set/],
  ])('with %j have no way home, which is told at the start', async (environment, text) => {
    await expect(createReports({ ...own, environment })).rejects.toThrow(text);
  });
});
