import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startControlPlane, type ControlPlane } from '../../cli/serve/control-plane.ts';
import { openDataFolder } from '../../cli/serve/data-folder.ts';
import type { Config } from '../../shared/contracts/config.ts';
import { placementReviewDue } from '../../shared/contracts/placement-review-due.ts';
import { resolveSettings } from '../../shared/domain/settings/index.ts';
import { startSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import type { WorkloadsOption } from '../../sandbox/core/choose-runner.ts';
import { clientOf, type Client } from '../chaos/client.ts';
import { stateOf } from '../chaos/clouds-state.ts';

export interface Application {
  readonly application: string;
  readonly status: string;
  readonly generation: number;
  readonly cause: string;
  readonly rejection?: { readonly reason: string; readonly message: string };
  readonly retry?: { readonly count: number; readonly at?: number };
}

export interface Deployment {
  readonly application: string;
  readonly service: string;
  readonly target: string;
  readonly generation: number;
  readonly wanted: boolean;
  readonly status: string;
  readonly reason: string;
  readonly replicas: { readonly desired: number; readonly ready: number };
  readonly endpoint?: string;
}

/** The composed control plane and three sandbox clouds, all in this process, on free ports. */
export interface World extends Client {
  readonly sandbox: Sandbox;
  readonly folder: string;
  readonly plane: ControlPlane;
  submit(spec: unknown): Promise<void>;
  application(name: string): Promise<Application | undefined>;
  deployments(name: string): Promise<readonly Deployment[]>;
  /** Asks until the application has that status (absent: until it is gone); then all that was commanded has settled. */
  until(name: string, status: 'running' | 'failed' | 'gone'): Promise<Application | undefined>;
  fault(fault: object): Promise<string>;
  endFault(id: string): Promise<void>;
  clouds(): ReturnType<typeof stateOf>;
  /** Through the gateway. @returns status and body. */
  visit(service: string, application: string): Promise<{ readonly status: number; readonly body: string }>;
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly workloads?: WorkloadsOption;
  readonly config?: Config;
}

export interface Over {
  readonly sandbox: Sandbox;
  /** Absent: an empty one. */
  readonly folder?: string;
}

/** Three quick looks decide about a region, and a lost one is used again as soon as it answers. */
const quick: Config = {
  monitor: { observeInitialMs: 100, observeMaxMs: 800, reconcileSeconds: 2 },
  dr: { holdDownSeconds: 0, readmitAfterSeconds: 1 },
};

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** @param over clouds that live already, and close by themselves */
export async function openWorld({ workloads = 'none', config = {} }: WorldOptions = {}, over?: Over): Promise<World> {
  const folder = over?.folder ?? mkdtempSync(join(tmpdir(), 'homeostasis-path-'));
  const anyPort = { aws: 0, azure: 0, gcp: 0, gcpGrpc: 0, control: 0 };
  const sandbox = over?.sandbox ?? (await startSandbox({ speed: 'instant', workloads, ports: anyPort }));
  const control = given(sandbox.endpoints['control']?.['url']);
  const plane = await planeOn(sandbox, folder, { workloads, config });
  const client = clientOf(`http://127.0.0.1:${plane.api.port}`, folder);
  const world: World = {
    ...client,
    sandbox,
    folder,
    plane,
    submit: async (spec) => void (await client.ask('POST', '/v1/applications', JSON.stringify(spec))),
    application: async (name) => {
      const { applications } = await client.ask<{ readonly applications: readonly Application[] }>(
        'GET',
        '/v1/applications',
      );
      return applications.find(({ application }) => application === name);
    },
    deployments: async (name) => {
      const path = `/v1/deployments?application=${name}`;
      return (await client.ask<{ readonly deployments: readonly Deployment[] }>('GET', path)).deployments;
    },
    until: async (name, status) => {
      let found: Application | undefined;
      await eventually(`${name} is ${status}`, async () => {
        found = await world.application(name);
        const queued = plane.runtime.stats().queued - (await triesToCome(plane));
        return (found?.status ?? 'gone') === status && queued === 0 ? undefined : { queued, found };
      });
      return found;
    },
    fault: async (fault) => {
      const answer = await fetch(new URL('/faults', control), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(fault),
      });
      if (answer.status !== 201) throw new Error(await answer.text());
      return ((await answer.json()) as { readonly id: string }).id;
    },
    endFault: async (id) => void (await fetch(new URL(`/faults/${id}`, control), { method: 'DELETE' })),
    clouds: () => stateOf(control),
    visit: (service, application) => visit(plane.gateway.port, `${service}.${application}.localhost`),
    close: async () => {
      await plane.close();
      if (over === undefined) await sandbox.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return world;
}

/** A control plane over these clouds, with what this folder holds. */
function planeOn(
  sandbox: Sandbox,
  folder: string,
  { workloads, config }: Required<WorldOptions>,
): Promise<ControlPlane> {
  const { aws, azure, gcp } = sandbox.endpoints;
  const settings = resolveSettings({ ...quick, ...config, server: { port: 0, gatewayPort: 0 } });
  return startControlPlane({
    settings: { ...settings, sandbox: { ...settings.sandbox, enabled: true, speed: 'instant' } },
    folder: openDataFolder(folder),
    sandbox: {
      aws: given(aws?.['ecs']),
      azure: given(azure?.['arm']),
      gcp: given(gcp?.['run']),
      control: given(sandbox.endpoints['control']?.['url']),
      ca: sandbox.ca,
      workloads,
    },
    logger: silent,
    version: 'test',
  });
}

/** Notes to try again later: an application that waits for them is not at work. */
async function triesToCome({ runtime }: ControlPlane): Promise<number> {
  const notes = await runtime.log.read({ type: placementReviewDue.type, limit: 1000 });
  const tries = notes.map(({ event }) => placementReviewDue.parse(event).data.retryAt ?? 0);
  return tries.filter((at) => at > Date.now()).length;
}

function given(value: string | undefined): string {
  if (value === undefined) throw new Error('the sandbox did not say where it listens');
  return value;
}

/**
 * Real servers answer in their own time: asks every so often, for at most fifteen seconds.
 * @param wrong undefined when all is well, else what is not
 */
export async function eventually(what: string, wrong: () => Promise<unknown>, patienceMs = 15_000): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const found = await wrong();
    if (found === undefined) return;
    if (Date.now() > deadline) throw new Error(`waited for: ${what}; found ${JSON.stringify(found)}`);
    await pause(20);
  }
}

function visit(port: number, host: string): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: '/', headers: { host }, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', reject);
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }));
    })
      .on('error', reject)
      .end();
  });
}

export function example(name: string): string {
  return readFileSync(new URL(`../../examples/${name}.yaml`, import.meta.url), 'utf8');
}

/** A world of its own for each test, so that tests that mostly wait can wait together. */
export function inWorld(options: WorldOptions, test: (world: World) => Promise<void>): () => Promise<void> {
  return async () => {
    const world = await openWorld(options);
    try {
      await test(world);
    } finally {
      await world.close();
    }
  };
}

/** In the clouds stands what is wanted, in the generation that is wanted, and nothing besides. */
export async function nothingBesides(world: World, ...names: readonly string[]): Promise<void> {
  await eventually('only what is wanted stands', async () => {
    const all = (await Promise.all(names.map((name) => world.deployments(name)))).flat();
    const wanted = all.filter((each) => each.wanted);
    const { standing } = await world.clouds();
    const line = ({ application, service, target, generation }: Identity): string =>
      `${application}/${service}/${target} ${generation}`;
    const unique = [...new Set(standing.map(line))].sort();
    return JSON.stringify(unique) === JSON.stringify(wanted.map(line).sort()) ? undefined : { standing, wanted };
  });
}

type Identity = Pick<Deployment, 'application' | 'service' | 'target' | 'generation'>;

/** An application with one service, unless more is said. */
export function appOf(name: string, ...services: readonly Readonly<Record<string, unknown>>[]) {
  const all = services.length > 0 ? services : [{}];
  return {
    apiVersion: 'homeostasis.dev/v1',
    kind: 'Application',
    metadata: { name },
    spec: {
      services: all.map((each) => ({
        name: 'web',
        image: 'ghcr.io/example/web:1',
        ports: [{ port: 8080 }],
        healthCheck: { path: '/healthz' },
        ...each,
      })),
    },
  };
}
