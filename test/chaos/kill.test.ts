import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApplicationSpec } from '../../shared/contracts/application-spec.ts';
import { createRandom } from '../simulation/random.ts';
import { clientOf, type Client } from './client.ts';
import { stateOf } from './clouds-state.ts';
import { startClouds, startServe, type Clouds, type Program } from './process.ts';
import { audit, type Wish } from './ledger.ts';
import { sendRequest } from './requests.ts';

const kills = 50;
const seed = 20_261_121;
/** Longest time after the last kill in which everything has to come to rest. */
const restMs = 60_000;

let folder: string;
let clouds: Clouds;
let serve: Program | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'homeostasis-kill-'));
  clouds = await startClouds('fast');
});
afterAll(async () => {
  await serve?.end('SIGKILL');
  await clouds.program.end('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
});

const start = (): Program => startServe(folder, ['--sandbox-url', clouds.url]);

async function up(program: Program): Promise<Client> {
  const { url } = (await program.ready) as { readonly url: string };
  return clientOf(url, folder);
}

describe('the control plane, killed with SIGKILL at random moments', () => {
  it(`comes back ${kills} times, loses nothing and does nothing twice`, { timeout: 240_000 }, async (context) => {
    const random = createRandom(seed);
    const accepted: string[] = [];
    let startMs = 0;
    let starts = 0;
    for (let kill = 0; kill < kills; kill++) {
      serve = start();
      // Some die while they start, with whatever the one before left behind.
      if (kill > 0 && random.chance(0.2)) {
        await pause(random.below(500));
        await serve.end('SIGKILL');
        continue;
      }
      const began = performance.now();
      const client = await up(serve);
      startMs += performance.now() - began;
      starts += 1;
      const sent = [sendRequest(random, client), ...(random.chance(0.5) ? [sendRequest(random, client)] : [])];
      // Before the answer, after it, while the clouds are called, while everything is at rest.
      if (random.chance(0.8)) await sent[0];
      await pause(random.chance(0.3) ? random.below(100) : random.below(1400));
      await serve.end('SIGKILL');
      for (const each of await Promise.all(sent)) if (each !== undefined) accepted.push(each);
    }
    expect(accepted.length).toBeGreaterThan(kills / 2);

    serve = start();
    const client = await up(serve);
    await comeToRest(client);
    await standsAsWished(client, audit(await client.events(), accepted));
    expect(await client.ask('GET', '/v1/dead-letters')).toEqual({ deadLetters: [] });
    expect(await serve.end('SIGTERM')).toBe(0);
    const file = new DatabaseSync(join(folder, 'homeostasis.db'), { readOnly: true });
    expect(file.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    file.close();
    await context.annotate(
      `${kills} kills, ${accepted.length} requests accepted, ${Math.round(startMs / starts)} ms to start on average`,
    );
  });
});

interface Application {
  readonly application: string;
  readonly status: string;
  readonly generation: number;
}

/** Until no application is under way, and the clouds show it. */
async function comeToRest(client: Client): Promise<void> {
  const deadline = Date.now() + restMs;
  let found: readonly Application[] = [];
  let queue = { queued: -1 };
  while (Date.now() < deadline) {
    found = (await client.ask<{ readonly applications: readonly Application[] }>('GET', '/v1/applications'))
      .applications;
    queue = (await client.ask<{ readonly queue: { readonly queued: number } }>('GET', '/v1/status')).queue;
    if (queue.queued === 0 && found.every(({ status }) => status === 'running')) return;
    await pause(100);
  }
  throw new Error(`not at rest after ${restMs} ms: ${JSON.stringify({ queue, found })}`);
}

/** Exactly what is wanted stands in the clouds: every service in its newest generation, with its replicas, and nothing besides. */
async function standsAsWished(client: Client, wishes: ReadonlyMap<string, Wish>): Promise<void> {
  const { deployments } = await client.ask<{ readonly deployments: readonly Deployment[] }>('GET', '/v1/deployments');
  const wanted = deployments.filter(({ wanted }) => wanted);
  const { standing, workloads } = await stateOf(clouds.url);
  const line = ({ application, service, target, generation }: Pick<Deployment, keyof Identity>): string =>
    `${application}/${service} on ${target} at ${generation}`;
  expect([...new Set(standing.map(line))].sort()).toEqual(wanted.map(line).sort());

  const services = [...wishes].flatMap(([application, wish]) =>
    [...(wish ?? [])].map(([service, { replicas, image }]) => ({ application, service, replicas, image })),
  );
  const replicas = wanted.reduce<Record<string, number>>((sum, { application, service, replicas: { desired } }) => {
    const key = `${application}/${service}`;
    return { ...sum, [key]: (sum[key] ?? 0) + desired };
  }, {});
  expect(replicas).toEqual(
    Object.fromEntries(services.map((each) => [`${each.application}/${each.service}`, each.replicas])),
  );
  const wish = services.reduce((sum, each) => sum + (each.replicas ?? 0), 0);
  expect(workloads.reduce((sum, { desired }) => sum + desired, 0)).toBe(wish);

  for (const [application, wished] of wishes) {
    if (wished === undefined) continue;
    const { spec } = await client.ask<ApplicationSpec>('GET', `/v1/applications/${application}/spec`);
    expect(new Map(spec.services.map(({ name, image }) => [name, image]))).toEqual(
      new Map([...wished].map(([name, { image }]) => [name, image])),
    );
  }
}

interface Identity {
  readonly application: string;
  readonly service: string;
  readonly target: string;
  readonly generation: number;
}

interface Deployment extends Identity {
  readonly wanted: boolean;
  readonly replicas: { readonly desired: number };
}
