import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { appOf, inWorld, nothingBesides, openWorld, type Over, type World } from './world.ts';

const shop = (tag: number) =>
  appOf(
    'shop',
    { image: `ghcr.io/example/web:${tag}` },
    { name: 'cart', image: 'ghcr.io/example/cart:1' },
    { name: 'mail', image: `ghcr.io/example/mail:${tag}`, ports: [], healthCheck: undefined },
  );

async function deploy(world: World, tag: number): Promise<void> {
  await world.submit(shop(tag));
  await world.until('shop', 'running');
}

/** Another control plane over the same clouds; its folder goes with it. */
async function after<T>(over: Over, test: (world: World) => Promise<T>): Promise<T> {
  const world = await openWorld({}, over);
  try {
    return await test(world);
  } finally {
    await world.close();
  }
}

/** Every resource there was is still there, and is now at the newest generation; nothing else is. */
async function takenOver(world: World, resources: readonly string[], generation: number): Promise<void> {
  const found = await world.application('shop');
  expect(found).toMatchObject({ status: 'running', generation, cause: 'submitted' });
  expect(found?.rejection).toBeUndefined();
  const wanted = (await world.deployments('shop')).filter((each) => each.wanted);
  expect(wanted.map((each) => [each.service, each.status, each.generation]).sort()).toEqual(
    ['cart', 'mail', 'web'].map((service) => [service, 'ready', generation]),
  );
  await nothingBesides(world, 'shop');
  expect(await namesIn(world)).toEqual(resources);
}

async function namesIn(world: World): Promise<string[]> {
  const { standing } = await world.clouds();
  return [...new Set(standing.map(({ application, service, target }) => `${application}/${service}/${target}`))].sort();
}

describe('a control plane that knows less than the clouds', () => {
  it.concurrent(
    'because its data folder is empty takes over what stands, when the same is deployed again',
    inWorld({}, async (world) => {
      for (const tag of [1, 2, 3]) await deploy(world, tag);
      const resources = await namesIn(world);
      await world.plane.close();
      await after({ sandbox: world.sandbox }, async (second) => {
        await deploy(second, 3);
        // Its first generation met the third; the cart has stood at the first since it was made.
        await takenOver(second, resources, 4);
        await second.ask('DELETE', '/v1/applications/shop');
        await second.until('shop', 'gone');
        expect((await second.clouds()).left).toEqual([]);
      });
    }),
    40_000,
  );

  it.concurrent(
    'because it was restored from an old backup takes over what stands, with the version that is deployed',
    inWorld({}, async (world) => {
      const { sandbox, folder } = world;
      await deploy(world, 1);
      const resources = await namesIn(world);
      await world.plane.close();
      const backup = mkdtempSync(join(tmpdir(), 'homeostasis-backup-'));
      cpSync(folder, backup, { recursive: true });
      await after({ sandbox, folder }, async (second) => {
        for (const tag of [2, 3, 4, 5]) await deploy(second, tag);
      });
      await after({ sandbox, folder: backup }, async (third) => {
        await deploy(third, 6);
        await takenOver(third, resources, 6);
        await deploy(third, 7);
        await third.ask('DELETE', '/v1/applications/shop');
        await third.until('shop', 'gone');
        expect((await third.clouds()).left).toEqual([]);
      });
    }),
    40_000,
  );
});
