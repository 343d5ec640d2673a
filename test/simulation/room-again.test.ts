import { describe, expect, it } from 'vitest';
import { applicationSubmitted } from '../../shared/contracts/application-submitted.ts';
import type { ApplicationRecord } from '../../services/placement/record.ts';
import { restViolations, Watch } from './invariants.ts';
import { createWorld, type World } from './world.ts';

const minute = 60_000;

/** An application that may run in these regions only, none of which has room; by the virtual clock. */
async function pinned(clouds: readonly string[], regions: readonly string[]): Promise<World> {
  const world = createWorld({ seed: 1, watch: new Watch() });
  regions.forEach((region) => clouds.forEach((cloud) => world.clouds.faults.noCapacity.add(`${cloud}/${region}`)));
  const constraints = { clouds: { allow: [...clouds] }, regions: { allow: [...regions] } };
  const web = { name: 'web', image: 'registry.example/web:1', ports: [{ port: 8080 }], constraints };
  const spec = { services: [web] };
  await world.submit(
    applicationSubmitted.draft({
      application: 'shop',
      spec: { apiVersion: 'homeostasis.dev/v1', kind: 'Application', metadata: { name: 'shop' }, spec },
    }),
  );
  return world;
}

async function recordOf({ runtime }: World): Promise<ApplicationRecord | undefined> {
  return (await runtime.records.get<ApplicationRecord>('application/shop'))?.value;
}

describe('room that is there again', () => {
  it('after two minutes is used within two more, without anybody asking', async () => {
    const world = await pinned(['gcp'], ['europe-west1']);
    await world.runUntil(world.now() + 2 * minute);
    expect(await recordOf(world)).toMatchObject({ status: 'failed', retry: { count: 2 } });
    world.clouds.faults.noCapacity.clear();
    await world.runUntil(world.now() + 2 * minute);
    expect(await recordOf(world)).toMatchObject({ status: 'running' });
    expect(await recordOf(world)).not.toHaveProperty('retry');
    expect(await restViolations(world, 'shop')).toEqual([]);
  });

  it('after a day is used within a quarter of an hour, and the tries meanwhile were few', async () => {
    const world = await pinned(['gcp'], ['europe-west1']);
    await world.runUntil(world.now() + 24 * 60 * minute);
    const before = await recordOf(world);
    expect(before?.generation).toBeLessThan((24 * 60) / 15 / 0.8 + 5);
    // An invariant that cannot fail proves nothing: this is what waiting in vain looks like.
    expect(await restViolations(world, 'shop')).toEqual([expect.stringContaining('still waits for a place')]);
    world.clouds.faults.noCapacity.clear();
    await world.runUntil(world.now() + 16 * minute);
    expect(await recordOf(world)).toMatchObject({ status: 'running', attempts: 0 });
    expect(await restViolations(world, 'shop')).toEqual([]);
  });

  it('in one region of two is found there', async () => {
    const world = await pinned(['gcp'], ['europe-west1', 'europe-west4']);
    await world.runUntil(world.now() + 2 * minute);
    world.clouds.faults.noCapacity.delete('gcp/europe-west4');
    await world.runUntil(world.now() + 2 * minute);
    expect(await recordOf(world)).toMatchObject({ status: 'running' });
    expect(world.clouds.all().map(({ key }) => key.target)).toEqual(['gcp/europe-west4/cloud-run']);
  });
});
