import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startInstant, type Sandbox } from '../../sandbox/azure/testing/start.ts';
import { defaultSubscription } from '../../sandbox/azure/index.ts';
import type { FaultBook } from '../../sandbox/core/types.ts';
import { openBed, type Bed } from '../../sandbox/gcp/test-bed.ts';
import { createHandler, azureWire, gcpWire } from '../../services/relay/main.lambda.ts';
import type { Wire } from '../../services/relay/post.ts';
import { command } from '../../services/deployer-gcp/given.ts';
import { createDoor } from '../../shared/adapters/federation/door.ts';
import { azureTokens, googleTokens } from '../../shared/adapters/federation/relay-tokens.ts';
import { deploymentApply } from '../../shared/contracts/deployment-apply.ts';
import { parseEnvelope, type Envelope } from '../../shared/contracts/envelope.ts';
import { startAuthority, type Authority } from '../federation/authority.ts';
import { names } from '../federation/trust.ts';
import { startAzureHost } from './azure-host.ts';
import { startGcpHost } from './gcp-host.ts';
import { startHub, type Hub } from './hub.ts';
import type { Host } from './program.ts';

/**
 * The whole way over the wire: the relay, tokens exchanged at a token authority that verifies them, both far functions as programs in
 * their own hosts, the clouds they deploy to, and their reports back, with their own identities.
 */
const service = 'https://deployer-123456789.europe-west1.run.app';
const hubAudience = 'https://hub.example';
const clock = { now: Date.now };

let authority: Authority;
let hub: Hub;
let arm: Sandbox;
let bed: Bed;
let folder: string;
let azureHost: Host;
let gcpHost: Host;
let sts: STSClient;

beforeAll(async () => {
  authority = await startAuthority();
  sts = new STSClient({
    ...{ region: 'eu-west-1', endpoint: authority.url, maxAttempts: 1 },
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' },
  });
  arm = await startInstant();
  bed = await openBed();
  hub = await startHub([
    createDoor({
      ...{ issuer: authority.issuers.entra.url, audience: names.hubId },
      ...{ caller: names.managedObject, callerClaims: ['oid'] },
    }),
    createDoor({
      ...{ issuer: authority.issuers.google.url, audience: hubAudience },
      ...{ caller: names.deployerId, callerClaims: ['sub'] },
    }),
  ]);
  folder = mkdtempSync(join(tmpdir(), 'far-ends-'));
  const ca = join(folder, 'ca.pem');
  writeFileSync(ca, `${authority.ca}\n${arm.ca}`);
  [azureHost, gcpHost] = await Promise.all([
    startAzureHost({
      entry: new URL('../../services/deployer-azure/main.azure.ts', import.meta.url),
      environment: {
        NODE_EXTRA_CA_CERTS: ca,
        AZURE_CLIENT_ID: names.managedClient,
        IDENTITY_ENDPOINT: `${authority.url}/msi/token`,
        IDENTITY_HEADER: 'local',
        HOMEOSTASIS_AZURE_SUBSCRIPTION: defaultSubscription,
        HOMEOSTASIS_AZURE_RESOURCE_GROUP: 'homeostasis',
        HOMEOSTASIS_AZURE_RESOURCE_GROUP_LOCATION: 'westeurope',
        HOMEOSTASIS_AZURE_REGIONS: 'westeurope',
        HOMEOSTASIS_AZURE_ENDPOINT: arm.arm,
        HOMEOSTASIS_CALLER: names.client,
        HOMEOSTASIS_CALLER_ISSUER: authority.issuers.entra.url,
        HOMEOSTASIS_CALLER_AUDIENCE: names.functionAppId,
        HOMEOSTASIS_REPORTS_URL: hub.url,
        HOMEOSTASIS_REPORTS_AUDIENCE: names.hub,
      },
    }),
    startGcpHost({
      entry: new URL('../../services/deployer-gcp/main.gcp.ts', import.meta.url),
      environment: {
        GCE_METADATA_HOST: new URL(authority.url).host,
        HOMEOSTASIS_GCP_PROJECT: 'demo-project',
        HOMEOSTASIS_GCP_TRANSPORT: 'rest',
        HOMEOSTASIS_GCP_ENDPOINT: bed.rest,
        HOMEOSTASIS_CALLER: names.invoker,
        HOMEOSTASIS_CALLER_ISSUER: authority.issuers.google.url,
        HOMEOSTASIS_CALLER_AUDIENCE: service,
        HOMEOSTASIS_REPORTS_URL: hub.url,
        HOMEOSTASIS_REPORTS_AUDIENCE: hubAudience,
      },
    }),
  ]);
});
afterAll(async () => {
  await Promise.all([azureHost.close(), gcpHost.close()]);
  await Promise.all([authority.close(), hub.close(), arm.face.close(), bed.close()]);
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  authority.reset();
  authority.trust.entra.applications[arm.arm] = {
    id: 'https://management.azure.com',
    assigned: [names.managedClient],
  };
  hub.answer = undefined;
  hub.reports.length = 0;
});

interface Side {
  readonly cloud: 'azure' | 'gcp';
  readonly target: string;
  readonly url: () => string;
  readonly wire: () => Wire;
  readonly faults: () => FaultBook;
}

const azure: Side = {
  cloud: 'azure',
  target: 'azure/westeurope/container-instances',
  url: () => `${azureHost.url}/api/events`,
  wire: () => {
    const to = { url: azure.url(), audience: names.functionApp, tenant: names.tenant, client: names.client };
    const authorityHost = authority.secureUrl;
    return azureWire(to, azureTokens({ ...to, authorityHost }, { clock, sts }));
  },
  faults: () => arm.faults,
};

const gcp: Side = {
  cloud: 'gcp',
  target: 'gcp/europe-west1/cloud-run',
  url: () => gcpHost.url,
  wire: () => {
    const to = { url: gcp.url(), audience: service, provider: names.provider, serviceAccount: names.invoker };
    const at = { tokenUrl: `${authority.url}/v1/token`, credentialsUrl: authority.url };
    return gcpWire(to, googleTokens({ ...to, ...at }, { clock, sts }));
  },
  faults: () => bed.faults,
};

let made = 0;

/** A command to run a service that no other test knows. */
function order({ cloud, target }: Side, change: object = {}): Envelope {
  made += 1;
  const { delayMs: _, ...draft } = deploymentApply.draft(
    command({ requestDriven: false, ports: [], memoryMib: 1024 }, { target, service: `web-${made}` }),
  );
  const id = `${cloud}-${made}`;
  const own = { specversion: '1.0', id, source: '/homeostasis/placement', correlationid: 'r-1', ...change };
  return parseEnvelope({ ...draft, ...own }, { time: '2026-11-21T08:00:00Z' });
}

/** One invocation of the relay; what failed comes back. */
async function relay(event: Envelope, wire: Wire): Promise<Error | undefined> {
  const errors: unknown[] = [];
  const handle = createHandler({
    wires: [wire],
    clock,
    receive: (body) => Promise.resolve(parseEnvelope(JSON.parse(body), { time: 'never' })),
    failed: ({ error }) => Promise.resolve(errors.push(error) > 0),
  });
  await handle({ Records: [{ messageId: 'm', body: JSON.stringify(event) }] });
  return errors[0] as Error | undefined;
}

describe.each([['Azure', azure] as const, ['Google Cloud', gcp] as const])('%s', (_name, side) => {
  it('takes a command from the relay, does it, and its report comes home', async () => {
    const event = order(side);
    expect(await relay(event, side.wire())).toBeUndefined();
    expect(hub.reports).toMatchObject([
      {
        type: 'dev.homeostasis.deployment.reported.v1',
        source: `/homeostasis/deployer-${side.cloud}`,
        causationid: event.id,
        correlationid: 'r-1',
        data: { service: `web-${made}`, target: side.target, generation: 1, reason: 'Applied' },
      },
    ]);
  });

  it('does it once when the command comes twice, and says the same under the same id', async () => {
    const event = order(side);
    const wire = side.wire();
    expect([await relay(event, wire), await relay(event, wire)]).toEqual([undefined, undefined]);
    expect(hub.reports).toHaveLength(2);
    expect(hub.reports[0]?.id).toBe(hub.reports[1]?.id);
  });

  const post = async (body: string, headers: Record<string, string>) => {
    const token = await side.wire().tokens.get();
    const answer = await fetch(side.url(), {
      method: 'POST',
      body,
      headers: { authorization: `Bearer ${token}`, ...headers },
    });
    return { status: answer.status, text: await answer.text() };
  };
  const structured = { 'content-type': 'application/cloudevents+json' };
  const without = (name: string) => JSON.stringify({ ...order(side), [name]: undefined });

  it.each<[string, () => Promise<{ status: number }>]>([
    ['a batch', () => post(JSON.stringify([order(side)]), { 'content-type': 'application/cloudevents-batch+json' })],
    ['an array', () => post(JSON.stringify([order(side)]), structured)],
    ['XML', () => post('<event/>', { 'content-type': 'application/cloudevents+xml' })],
    ['nothing', () => post('', {})],
    ['an empty event', () => post('{}', structured)],
    ['broken JSON', () => post('{"specversion":', structured)],
    ['text', () => post('hello', { 'content-type': 'text/plain' })],
    ['no type', () => post(without('type'), structured)],
    ['no id', () => post(without('id'), structured)],
    ['JSON that is no event', () => post('{"hello":"world"}', { 'content-type': 'application/json' })],
    ['a type it does not read', () => post(JSON.stringify({ ...order(side), type: 'dev.x.v1' }), structured)],
    ['a command of another cloud', () => post(JSON.stringify({ ...order(side), cloud: 'aws' }), structured)],
    ['data that does not fit', () => post(JSON.stringify({ ...order(side), data: {} }), structured)],
  ])('refuses %s for good, and reports nothing', async (_what, send) => {
    const { status } = await send();
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect([401, 403, 408, 429]).not.toContain(status);
    expect(hub.reports).toEqual([]);
  });

  it.each<[string, () => Promise<string | undefined>, number]>([
    ['nobody', () => Promise.resolve(undefined), 401],
    [
      'somebody of another audience',
      () => issuer().sign({ ...relayClaims(), aud: 'other' }, { now: Date.now(), seconds: 300 }),
      401,
    ],
    [
      'another identity',
      () => issuer().sign({ ...relayClaims(), azp: 'x', email: 'x@y' }, { now: Date.now(), seconds: 300 }),
      403,
    ],
    [
      'one whose token has expired',
      () => issuer().sign(relayClaims(), { now: Date.now() - 3_600_000, seconds: 300 }),
      401,
    ],
    [
      'AWS itself, with the token that was to be exchanged',
      () => authority.issuers.aws.sign(relayClaims(), { now: Date.now(), seconds: 300 }),
      401,
    ],
    [
      'a forger with keys of their own',
      async () => {
        const forger = await startAuthority();
        const forged = side.cloud === 'azure' ? forger.issuers.entra : forger.issuers.google;
        const token = await forged.sign({ ...relayClaims(), iss: issuer().url }, { now: Date.now(), seconds: 300 });
        await forger.close();
        return token;
      },
      401,
    ],
  ])('lets in %s: never', async (_who, tokenOf, status) => {
    const token = await tokenOf();
    const answer = await fetch(side.url(), {
      method: 'POST',
      body: JSON.stringify(order(side)),
      headers: { ...structured, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    });
    expect([answer.status, hub.reports]).toEqual([status, []]);
    expect(await answer.text()).not.toMatch(/eyJ|audience|"aud"/);
  });
  const issuer = () => (side.cloud === 'azure' ? authority.issuers.entra : authority.issuers.google);
  const relayClaims = () => ({
    aud: side.cloud === 'azure' ? names.functionAppId : service,
    azp: names.client,
    ...{ email: names.invoker, email_verified: true },
  });

  it('a token that went stale is dropped, and the command goes with a fresh one', async () => {
    const stale = await issuer().sign(relayClaims(), { now: Date.now() - 3_600_000, seconds: 300 });
    const real = side.wire();
    let held: string | undefined = stale;
    const forgotten: string[] = [];
    const tokens: Wire['tokens'] = {
      get: () => (held === undefined ? real.tokens.get() : Promise.resolve(held)),
      forget: (token) => {
        forgotten.push(token);
        held = undefined;
      },
    };
    expect(await relay(order(side), { ...real, tokens })).toBeUndefined();
    expect([forgotten, hub.reports.length]).toEqual([[stale], 1]);
  });

  it.each([503, 500, 401, 403, 302])(
    'a report that the hub answers %i is owed, and so is its command',
    async (status) => {
      const event = order(side);
      const wire = side.wire();
      hub.answer = status;
      expect(await relay(event, wire)).toMatchObject({ name: 'FunctionUnavailable' });
      hub.answer = undefined;
      expect(await relay(event, wire)).toBeUndefined();
      expect(hub.reports.map(({ causationid }) => causationid)).toEqual([event.id]);
    },
  );

  it('a cloud that is silent leaves the command with the relay', async () => {
    side.faults().add({ kind: 'region-down', cloud: side.cloud });
    try {
      expect(await relay(order(side), side.wire())).toMatchObject({
        name: 'FunctionUnavailable',
        message: expect.stringContaining('answered 503') as string,
      });
    } finally {
      side.faults().clear();
    }
    expect(hub.reports).toEqual([]);
  });

  it('writes no token anywhere', () => {
    const { output } = side.cloud === 'azure' ? azureHost : gcpHost;
    expect(output()).toContain('NotAdmitted');
    expect(output()).not.toMatch(/eyJ/);
  });
});
