import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientOf, type Client } from '../chaos/client.ts';
import { startClouds, startServe, type Clouds, type Program } from '../chaos/process.ts';
import { eventually, example } from './world.ts';

const disk = mkdtempSync(join(tmpdir(), 'homeostasis-disk-'));
const mount = (...options: readonly string[]): boolean =>
  spawnSync('mount', [...options, disk], { stdio: 'ignore' }).status === 0;
// Only root on Linux may make a disk to fill.
const permitted = process.platform === 'linux' && mount('-t', 'tmpfs', '-o', 'size=1m', 'tmpfs');

let clouds: Clouds;
let serve: Program | undefined;

beforeAll(async () => {
  clouds = await startClouds('instant');
});
afterAll(async () => {
  await serve?.end('SIGKILL');
  await clouds.program.end('SIGTERM');
  if (permitted) spawnSync('umount', [disk]);
  rmSync(disk, { recursive: true, force: true });
});

async function up(): Promise<Client> {
  serve = startServe(join(disk, 'data'), ['--sandbox-url', clouds.url]);
  const { url } = (await serve.ready) as { readonly url: string };
  return clientOf(url, join(disk, 'data'));
}

describe.skipIf(!permitted)('a disk (skipped where none may be mounted)', () => {
  it('that is full: nothing more is accepted, what was accepted happens once there is room', async () => {
    const client = await up();
    let accepted = 0;
    const refused = await fill(client, () => (accepted += 1));
    expect(refused).toContain('could not be made durable');
    expect(accepted).toBeGreaterThan(0);
    expect(mount('-o', 'remount,size=64m')).toBe(true);
    await eventually(
      'the last accepted one runs',
      async () => {
        const { applications } = await client.ask<{ readonly applications: readonly { readonly status: string }[] }>(
          'GET',
          '/v1/applications',
        );
        return applications[0]?.status === 'running' ? undefined : applications;
      },
      30_000,
    );
    expect(await client.ask('GET', '/v1/dead-letters')).toEqual({ deadLetters: [] });
    expect(await serve?.end('SIGTERM')).toBe(0);
  }, 60_000);

  it('that is read-only: one line that says so', async () => {
    expect(readFileSync(join(disk, 'data', 'token'), 'utf8')).not.toBe('');
    expect(mount('-o', 'remount,ro')).toBe(true);
    const program = startServe(join(disk, 'data'), ['--sandbox-url', clouds.url]);
    expect(await program.ended()).toBe(1);
    expect(program.stderr).toMatch(/^error: cannot use the data folder .*read-only.*choose another with --data\n$/);
  });
});

/** Deploys until the control plane says no. */
async function fill(client: Client, accepted: () => void): Promise<string> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const refused = await client.ask('POST', '/v1/applications', example('online-boutique')).then(
      () => accepted(),
      (error: unknown) => (error as Error).message,
    );
    if (typeof refused === 'string') return refused;
  }
  return 'never refused';
}
