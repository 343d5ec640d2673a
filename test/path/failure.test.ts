import { describe, expect, it } from 'vitest';
import { placementPageDue } from '../../shared/contracts/placement-page-due.ts';
import { appOf, eventually, inWorld, nothingBesides, type World } from './world.ts';

const image = (tag: number): string => `ghcr.io/example/web:${tag}`;
/** Failing to become ready is noticed after this long. */
const soon = { strategy: { type: 'rolling', progressDeadlineSeconds: 5 } };
/** What comes back to this has all the time it needs. */
const good = appOf('app', { image: image(1) });

/** Generation 1 runs; then generation 2 fails, and generation 3 is generation 1 again. Nothing of 2 is left. */
async function returned(world: World): Promise<void> {
  await eventually('it returned', async () => {
    const found = await world.application('app');
    return found?.status === 'running' && found.cause === 'rolled-back' ? undefined : found;
  });
  await world.until('app', 'running');
  await ranBefore(world);
}

/** What runs, and all that stands, is the first image. */
async function ranBefore(world: World): Promise<void> {
  const { spec } = await world.ask<{ spec: { services: { image: string }[] } }>('GET', '/v1/applications/app/spec');
  expect(spec.services.map((each) => each.image)).toEqual([image(1)]);
  const wanted = (await world.deployments('app')).filter((each) => each.wanted);
  expect(wanted.map(({ status }) => status)).toEqual(['ready']);
  await nothingBesides(world, 'app');
}

/**
 * Begins a fault that ends between the decision to return and its first command: the new revision meets all of it, what returns
 * meets nothing. Nothing is handed out meanwhile.
 * @returns which waits until it has ended
 */
async function faultUntilReturn({ plane: { runtime }, fault, endFault }: World, what: object) {
  const id = await fault(what);
  const ended = new Promise<void>((resolve, reject) => {
    const unfollow = runtime.log.follow(({ event }) => {
      if (event.type !== placementPageDue.type || placementPageDue.parse(event).data.cause !== 'rolled-back') return;
      unfollow();
      const stopped = runtime.bus.stop();
      void stopped
        .then(() => endFault(id))
        .then(() => runtime.bus.start())
        .then(resolve, reject);
    });
  });
  return () => ended;
}

describe('a new revision that does not become ready', () => {
  it.concurrent(
    'because it crashes: the previous one returns, and served all along',
    inWorld({ workloads: 'process' }, async (world) => {
      const { submit, until, visit } = world;
      await submit(good);
      await until('app', 'running');
      await submit(appOf('app', { ...soon, image: image(2), env: { CRASH_AFTER_MS: '1' } }));
      await returned(world);
      expect((await visit('web', 'app')).status).toBe(200);
    }),
    40_000,
  );

  it.concurrent(
    'because it is never healthy',
    inWorld({ workloads: 'process' }, async (world) => {
      const { submit, until, visit } = world;
      await submit(good);
      await until('app', 'running');
      await submit(appOf('app', { ...soon, image: image(2), env: { FAIL_HEALTH: '1' } }));
      await eventually('the second generation is under way', async () => {
        const found = await world.application('app');
        return found?.generation === 2 ? undefined : found;
      });
      expect((await visit('web', 'app')).status).toBe(200);
      await returned(world);
      expect((await visit('web', 'app')).status).toBe(200);
    }),
    40_000,
  );

  const faults: Readonly<Record<string, object>> = {
    'its image is never pulled': { kind: 'slow-start', ms: 3_600_000 },
    'the operation never ends': { kind: 'stuck' },
    'the clouds throttle': { kind: 'throttle' },
  };
  for (const [why, fault] of Object.entries(faults)) {
    it.concurrent(
      `because ${why}`,
      inWorld({}, async (world) => {
        await world.submit(good);
        await world.until('app', 'running');
        const ended = await faultUntilReturn(world, fault);
        await world.submit(appOf('app', { ...soon, image: image(2), replicas: 3 }));
        await ended();
        await returned(world);
      }),
      40_000,
    );
  }

  it.concurrent(
    'because there is no capacity anywhere',
    inWorld({}, async (world) => {
      await world.submit(good);
      await world.until('app', 'running');
      const ended = await faultUntilReturn(world, { kind: 'capacity' });
      await world.submit(appOf('app', { ...soon, image: image(2), replicas: 3 }));
      // Tried elsewhere, as often as is sensible; then what ran is wanted again.
      await ended();
      await returned(world);
    }),
    40_000,
  );

  it.concurrent(
    'because the only place where it may run has no room: it comes back by itself when there is',
    inWorld({ config: { placement: { retryInitialSeconds: 1 } } }, async (world) => {
      const pinned = { ...soon, constraints: { clouds: { allow: ['gcp'] }, regions: { allow: ['europe-west1'] } } };
      await world.submit(appOf('app', { ...pinned, image: image(1) }));
      await world.until('app', 'running');
      const id = await world.fault({ kind: 'capacity' });
      await world.submit(appOf('app', { ...pinned, image: image(2), replicas: 3 }));
      // The shortage outlasts the return to the previous one, too: it waits, and is tried again.
      await eventually('it was tried again, in vain', async () => {
        const found = await world.application('app');
        return (found?.retry?.count ?? 0) > 1 ? undefined : found;
      });
      await world.endFault(id);
      await world.until('app', 'running');
      await ranBefore(world);
    }),
    40_000,
  );

  it.concurrent(
    'because the clouds answer with errors: it goes where they do not',
    inWorld({}, async (world) => {
      await world.submit(good);
      await world.until('app', 'running');
      const [before] = await world.deployments('app');
      const [cloud, region] = before?.target.split('/') ?? [];
      await world.fault({ kind: 'api-error', cloud, region });
      await world.submit(appOf('app', { ...soon, image: image(2) }));
      await eventually('it runs elsewhere', async () => {
        const found = await world.application('app');
        return found?.status === 'running' && found.cause === 'target-excluded' ? undefined : found;
      });
      const wanted = (await world.deployments('app')).filter((each) => each.wanted);
      expect(wanted.map(({ status }) => status)).toEqual(['ready']);
      expect(wanted.map(({ target }) => target)).not.toContain(before?.target);
    }),
    40_000,
  );
});

describe('a first revision that does not become ready', () => {
  it.concurrent(
    'comes to rest as failed, and can be removed',
    inWorld({ workloads: 'process' }, async (world) => {
      const { submit, until, ask, clouds } = world;
      await submit(appOf('app', { ...soon, env: { FAIL_HEALTH: '1' } }));
      const found = await until('app', 'failed');
      expect(found?.rejection?.message).toContain('web');
      await ask('DELETE', '/v1/applications/app');
      await until('app', 'gone');
      const { left, workloads } = await clouds();
      expect([...left, ...workloads]).toEqual([]);
    }),
    40_000,
  );

  it.concurrent(
    'is no longer called failed once it has come right, late',
    inWorld({}, async (world) => {
      const id = await world.fault({ kind: 'stuck' });
      await world.submit(appOf('app', soon));
      await world.until('app', 'failed');
      await world.endFault(id);
      const found = await world.until('app', 'running');
      expect(found?.rejection).toBeUndefined();
      const wanted = (await world.deployments('app')).filter((each) => each.wanted);
      expect(wanted.map(({ status }) => status)).toEqual(['ready']);
    }),
    40_000,
  );

  it.concurrent(
    'rests as failed where the only place it may run has no room',
    inWorld({}, async (world) => {
      await world.fault({ kind: 'capacity' });
      const constraints = { clouds: { allow: ['gcp'] }, regions: { allow: ['europe-west1'] } };
      await world.submit(appOf('app', { ...soon, constraints }));
      const found = await world.until('app', 'failed');
      expect(found?.rejection?.reason).toBe('NoFeasiblePlacement');
      await world.ask('DELETE', '/v1/applications/app');
      await world.until('app', 'gone');
      expect((await world.clouds()).left).toEqual([]);
    }),
    40_000,
  );

  it.concurrent(
    'is tried elsewhere where it is the cloud that has no room',
    inWorld({}, async (world) => {
      const { submit, until, deployments } = world;
      const plan = await world.ask('POST', '/v1/plan', JSON.stringify(appOf('app', soon)));
      const [, cloud, region] = /"target":"([a-z]+)\/([a-z0-9-]+)\//.exec(JSON.stringify(plan)) ?? [];
      await world.fault({ kind: 'capacity', cloud, region });
      await submit(appOf('app', soon));
      await eventually('it is placed elsewhere', async () => {
        const found = await world.application('app');
        return found?.cause === 'target-failed' ? undefined : found;
      });
      await until('app', 'running');
      const wanted = (await deployments('app')).filter((each) => each.wanted);
      expect(wanted.map(({ status }) => status)).toEqual(['ready']);
      expect(wanted.filter(({ target }) => target.startsWith(`${cloud}/${region}/`))).toEqual([]);
      await nothingBesides(world, 'app');
    }),
    40_000,
  );
});
