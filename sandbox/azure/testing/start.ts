import { request } from 'node:https';
import { createCertificates } from '../../core/certificates.ts';
import { createManualClock, systemClock, type ManualClock } from '../../core/clock.ts';
import { createFaultBook } from '../../core/fault-book.ts';
import { createInstantRunner } from '../../core/instant-runner.ts';
import { timings } from '../../core/timings.ts';
import type { CloudFace, FaultBook, SandboxClock, SandboxContext, Timings } from '../../core/types.ts';
import { issueToken } from '../bearer.ts';
import { defaultSubscription, defaultTenant, startAzure, type AzureOptions } from '../index.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  // Bodies are read freely in assertions; a wrong path shows as `undefined`.
  readonly body: Body;
}

/** JSON read without ceremony: any path may be asked for. */
export interface Body {
  readonly [key: string]: Body;
}

export interface Sandbox {
  readonly face: CloudFace;
  readonly context: SandboxContext;
  readonly faults: FaultBook;
  readonly ca: string;
  readonly arm: string;
  readonly token: string;
  /** One raw HTTPS request with a valid token; rejects when the connection is cut. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
}

let certificates: ReturnType<typeof createCertificates> | undefined;

async function start(clock: SandboxClock, speed: Timings, options: Partial<AzureOptions>): Promise<Sandbox> {
  const tls = await (certificates ??= createCertificates());
  const faults = createFaultBook();
  const context: SandboxContext = { clock, timings: speed, faults, workloads: createInstantRunner(clock, faults), tls };
  const face = await startAzure(context, { port: 0, ...options });
  const arm = face.endpoints['arm'] ?? '';
  const { token } = issueToken({
    tenant: defaultTenant,
    client: 'tester',
    audience: arm,
    now: clock.now(),
    issuer: arm,
  });
  const call: Sandbox['call'] = (method, path, body, headers = {}) =>
    send(new URL(path, arm), tls.ca, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  return { face, context, faults, ca: tls.ca, arm, token, call };
}

/** Real clock, no delays: for SDK clients, which poll on their own. */
export const startInstant = (options: Partial<AzureOptions> = {}): Promise<Sandbox> =>
  start(systemClock, timings.instant, options);

/** A clock the test moves: every state in between can be looked at. */
export async function startManual(
  options: Partial<AzureOptions> = {},
): Promise<Sandbox & { readonly clock: ManualClock }> {
  const clock = createManualClock();
  const speed = { provisionMs: 10_000, deleteMs: 5_000, apiLatencyMs: 0 };
  return { ...(await start(clock, speed, options)), clock };
}

interface Outgoing {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

export function send(url: URL, ca: string, { method, headers, body }: Outgoing): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, ca, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers as Record<string, string>,
          text,
          body: text === '' ? {} : (JSON.parse(text) as Body),
        });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

export const group = `/subscriptions/${defaultSubscription}/resourceGroups/shop`;
export const resourcesVersion = 'api-version=2022-09-01';
export const appVersion = 'api-version=2025-07-01';
export const groupVersion = 'api-version=2023-05-01';
export const environmentId = (name = 'env') => `${group}/providers/Microsoft.App/managedEnvironments/${name}`;
export const appPath = (name = 'web') => `${group}/providers/Microsoft.App/containerApps/${name}?${appVersion}`;
export const groupPath = (name = 'worker') =>
  `${group}/providers/Microsoft.ContainerInstance/containerGroups/${name}?${groupVersion}`;

/** A container app of two replicas with an ingress; `change` replaces members of its properties. */
export const appBody = (change: Record<string, unknown> = {}, location = 'westeurope') => ({
  location,
  tags: { team: 'shop' },
  properties: {
    environmentId: environmentId(),
    configuration: { ingress: { external: true, targetPort: 8080 } },
    template: {
      containers: [{ name: 'web', image: 'shop/web:1', resources: { cpu: 0.5, memory: '1Gi' } }],
      scale: { minReplicas: 2, maxReplicas: 4 },
    },
    ...change,
  },
});

/** A container group with one public port. */
export const groupBody = (change: Record<string, unknown> = {}, location = 'westeurope') => ({
  location,
  tags: { team: 'shop' },
  properties: {
    osType: 'Linux',
    containers: [
      {
        name: 'worker',
        properties: {
          image: 'shop/worker:1',
          ports: [{ port: 80 }],
          environmentVariables: [
            { name: 'MODE', value: 'fast' },
            { name: 'KEY', secureValue: 'hidden' },
          ],
          resources: { requests: { cpu: 1, memoryInGB: 1.5 } },
        },
      },
    ],
    ipAddress: { type: 'Public', ports: [{ port: 80 }], dnsNameLabel: 'shop-worker' },
    ...change,
  },
});

/** The resource group and the environment most cases need. */
export async function prepare(sandbox: Sandbox & { readonly clock?: ManualClock }): Promise<void> {
  await sandbox.call('PUT', `${group}?${resourcesVersion}`, { location: 'westeurope' });
  await sandbox.call('PUT', `${environmentId()}?${appVersion}`, {
    location: 'westeurope',
    properties: { workloadProfiles: [{ name: 'Consumption', workloadProfileType: 'Consumption' }] },
  });
  await sandbox.clock?.advance(10_000);
}
