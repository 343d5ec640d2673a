import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { STSClient } from '@aws-sdk/client-sts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hubBillSources } from '../../shared/adapters/cost-hub/index.ts';
import { azureCredential } from '../../shared/adapters/cost-hub/identities.ts';
import type { BillSourceConfig } from '../../shared/contracts/config-bills.ts';
import type { BillSource } from '../../shared/ports/bill-source.ts';
import { Unauthorized } from '../../shared/ports/cloud-target.ts';
import { startAuthority, type Authority } from './authority.ts';
import { bill, file, places } from './bills-face.ts';
import { names } from './trust.ts';

/** Bills in the other clouds, by the official clients, as what the hub's role becomes there; nobody but STS is shown a key of AWS. */
let authority: Authority;
let sts: STSClient;
let folder: string;
const now = new Date('2026-11-21T12:00:00Z');

beforeAll(async () => {
  authority = await startAuthority();
  sts = new STSClient({
    ...{ region: 'eu-west-1', endpoint: authority.url, maxAttempts: 1 },
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' },
  });
});
afterAll(() => authority.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'federated-'));
  authority.reset();
  const { aws, entra, google } = authority.trust;
  // As infra/azure/bills.tf and infra/gcp/bills.tf set it up: an identity of its own, which trusts the role of cost.
  aws.role = names.costRole;
  entra.client = names.billsClient;
  entra.federated = { ...entra.federated, subjects: [names.costRole] };
  // Every tenant has these two; who may do what there is a matter of roles.
  for (const id of ['https://storage.azure.com', 'https://management.azure.com']) {
    entra.applications[id] = { id, assigned: [names.billsClient] };
  }
  entra.readers = [names.billsClient];
  google.workloads = { ...google.workloads, subjects: [names.costRole] };
  google.accounts[names.billsReader] = [names.costRole];
  google.readers = [names.billsReader];
});
afterEach(() => rmSync(folder, { recursive: true }));

const azure = () => ({
  ...{ tenant: names.tenant, client: names.billsClient },
  ...{ authorityHost: authority.secureUrl, ca: authority.ca },
});
const gcp = () => ({
  ...{ provider: names.provider, serviceAccount: names.billsReader },
  ...{ tokenUrl: `${authority.url}/v1/token`, credentialsUrl: authority.url },
});

function sourceOf(config: BillSourceConfig): BillSource {
  const secrets = { check: () => undefined, read: () => Promise.resolve([]) };
  const identities = { azure: azure(), gcp: gcp(), sts };
  const [source] = hubBillSources([config], { identities, secrets, bucket: 'hub' });
  if (source === undefined) throw new Error(`nothing was made of ${config.name}`);
  return source;
}

interface Case {
  readonly config: () => BillSourceConfig;
  readonly link: string;
  /** Tokens for one reading of the list and the file. */
  readonly issued: readonly string[];
  readonly role: RegExp;
  readonly location: string;
  readonly text: string;
}

const google = {
  link: 'google-workload-identity',
  issued: ['aws', 'google-sts', 'google-access'],
} as const;

const cases: Readonly<Record<string, Case>> = {
  'Blob Storage': {
    config: () => ({
      ...{ name: 'blob', kind: 'azure-blob', container: places.container },
      url: `${authority.secureUrl}/bills`,
    }),
    ...{ link: 'entra-federated-credential', issued: ['aws', 'entra'] },
    ...{ role: /Storage Blob Data Reader/, location: file, text: bill },
  },
  'Cloud Storage': {
    config: () => ({ name: 'gcs', kind: 'gcs', bucket: places.bucket, endpoint: authority.url }),
    ...google,
    ...{ role: /Storage Object Viewer/, location: file, text: bill },
  },
  BigQuery: {
    config: () => ({
      ...{ name: 'bigquery', kind: 'bigquery', table: 'export', endpoint: authority.url },
      ...{ project: places.project, dataset: places.dataset },
    }),
    ...google,
    ...{ role: /bigquery\.jobUser/, location: '2026-11', text: '{"BilledCost":"1.25","BillingCurrency":"USD"}\n' },
  },
};

/** Listing asks nobody in BigQuery: what a reading takes is told by the fetch. */
async function readingOf(source: BillSource, location: string): Promise<string> {
  const found = (await source.list(now)).find((each) => each.location === location);
  if (found === undefined) throw new Error(`${location} is not listed`);
  return readFileSync((await source.fetch(found, folder)).path, 'utf8');
}

describe.each(Object.entries(cases))('bills in %s', (_name, { config, link, issued, role, location, text }) => {
  it('are read with a token that the role of AWS was exchanged for, once for the list and the file', async () => {
    expect(await readingOf(sourceOf(config()), location)).toBe(text);
    expect(authority.issued).toEqual(issued);
  });

  it('are not read by another role, and the link that refuses it is told', async () => {
    authority.trust.aws.role = names.role;
    const refused: unknown = await readingOf(sourceOf(config()), location).catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: 'TrustRefused', link });
    expect(String(refused)).not.toMatch(/eyJ/);
  });

  it('are not read where the account vouches for nobody, and how that is changed is told', async () => {
    authority.trust.aws.outbound = false;
    await expect(readingOf(sourceOf(config()), location)).rejects.toMatchObject({
      link: 'aws-outbound-federation',
      message: expect.stringContaining('aws iam enable-outbound-web-identity-federation') as string,
    });
  });

  it('are not read without the right to, and the role that has it is told', async () => {
    authority.trust.entra.readers = authority.trust.google.readers = [];
    const refused: unknown = await readingOf(sourceOf(config()), location).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(Unauthorized);
    expect((refused as Error).message).toMatch(role);
  });

  it('are read by the next who asks, once trust is put right', async () => {
    const { trust } = authority;
    const source = sourceOf(config());
    trust.aws.role = names.role;
    await expect(readingOf(source, location)).rejects.toMatchObject({ name: 'TrustRefused' });
    trust.aws.role = names.costRole;
    expect(await readingOf(source, location)).toBe(text);
  });
});

it('the pool trusts the role, and the account does not: told by the account', async () => {
  authority.trust.google.accounts[names.billsReader] = [];
  const { config, location } = cases['Cloud Storage'] as Case;
  await expect(readingOf(sourceOf(config()), location)).rejects.toMatchObject({
    link: 'google-service-account',
    message: expect.stringMatching(/gives no access token of .*roles\/iam\.workloadIdentityUser/) as string,
  });
});

it('Cost Management is asked with a token for the Resource Manager', async () => {
  const { token, expiresOnTimestamp } = (await azureCredential(azure(), sts).getToken(
    'https://management.azure.com/.default',
  )) ?? { token: '', expiresOnTimestamp: 0 };
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as object;
  expect(claims).toMatchObject({ aud: 'https://management.azure.com', azp: names.billsClient });
  expect(expiresOnTimestamp - Date.now()).toBeGreaterThan(50 * 60_000);
});
