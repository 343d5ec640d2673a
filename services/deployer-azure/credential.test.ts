import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startInstant, type Sandbox } from '../../sandbox/azure/testing/start.ts';
import { CloudUnreachable } from '../../shared/ports/cloud-target.ts';
import { defaultCredential } from './credential.ts';
import { translate } from './errors.ts';

const tenant = '00000000-0000-4000-8000-0000000000aa';
const scope = 'https://management.azure.com/.default';

let sandbox: Sandbox;
let folder: string;

/** Workload identity, as a pod or a CI job has it: nothing in the environment names the tenant or the authority. */
beforeEach(async () => {
  sandbox = await startInstant();
  folder = mkdtempSync(join(tmpdir(), 'sign-in-'));
  const file = join(folder, 'token');
  writeFileSync(file, 'assertion');
  vi.stubEnv('AZURE_TOKEN_CREDENTIALS', 'WorkloadIdentityCredential');
  vi.stubEnv('AZURE_CLIENT_ID', '00000000-0000-4000-8000-0000000000bb');
  vi.stubEnv('AZURE_FEDERATED_TOKEN_FILE', file);
  vi.stubEnv('AZURE_TENANT_ID', '');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
  await sandbox.face.close();
  await sandbox.context.workloads.close();
});

const claimsOf = (token: string): unknown =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));

describe('the default credential', () => {
  it('signs in to the configured tenant at the configured authority, trusting the configured certificates', async () => {
    const credential = await defaultCredential({ tenant, authorityHost: sandbox.arm, ca: sandbox.ca });
    const { token } = (await credential.getToken(scope)) ?? { token: '' };
    expect(claimsOf(token)).toMatchObject({ tid: tenant, iss: expect.stringContaining(tenant) as string });
  });

  it('does not find an authority whose certificate nobody trusts', async () => {
    const credential = await defaultCredential({ tenant, authorityHost: sandbox.arm });
    const refused = await credential.getToken(scope).catch((error: unknown) => error);
    // Nobody was heard: that is no verdict on what we may do.
    expect(translate(refused, 'read')).toBeInstanceOf(CloudUnreachable);
  });
});
