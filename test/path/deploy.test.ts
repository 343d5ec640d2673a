import { afterEach, describe, expect, it } from 'vitest';
import { appOf, eventually, example, openWorld, type World, type WorldOptions } from './world.ts';

let world: World;
const open = async (options?: WorldOptions): Promise<World> => (world = await openWorld(options));
afterEach(() => world.close());

interface Plan {
  readonly plans: readonly unknown[];
}

describe('an application on its way', () => {
  it('the shop: planned, deployed, answering, scaled, removed', async () => {
    const { ask, until, deployments, visit, clouds } = await open({ workloads: 'process' });
    const before = await ask<Plan>('POST', '/v1/plan', example('shop'));
    expect(JSON.stringify(before)).toContain('web');
    expect((await clouds()).left).toEqual([]);
    await ask('POST', '/v1/applications', example('shop'));
    await until('shop', 'running');
    for (const service of ['web', 'checkout', 'accounts', 'thumbnails']) {
      await eventually(`${service} answers`, async () => {
        const { status, body } = await visit(service, 'shop');
        return status === 200 ? undefined : { status, body };
      });
    }
    expect((await visit('mailer', 'shop')).status, 'a worker is not routed').toBe(404);
    const after = await ask<Plan>('POST', '/v1/plan', example('shop'));
    expect(JSON.stringify(after)).not.toEqual(JSON.stringify(before));

    const scale = (replicas: number): Promise<unknown> =>
      ask('POST', '/v1/applications/shop/scale', JSON.stringify({ services: [{ name: 'accounts', replicas }] }));
    for (const replicas of [4, 1, 0, 2]) {
      const { generation } = (await until('shop', 'running')) ?? { generation: 0 };
      await scale(replicas);
      await eventually(`accounts has ${replicas}`, async () => {
        const [found] = (await deployments('shop')).filter(({ service }) => service === 'accounts');
        return found?.replicas.ready === replicas && found.generation > generation ? undefined : found;
      });
      await until('shop', 'running');
      expect((await visit('accounts', 'shop')).status).toBe(replicas === 0 ? 503 : 200);
    }

    await ask('DELETE', '/v1/applications/shop');
    await until('shop', 'gone');
    const { left, workloads } = await clouds();
    expect([...left, ...workloads]).toEqual([]);
  }, 60_000);

  it('the online boutique, whose spec nobody here wrote', async () => {
    const { ask, until, deployments, clouds } = await open();
    await ask('POST', '/v1/applications', example('online-boutique'));
    await until('online-boutique', 'running');
    const all = await deployments('online-boutique');
    expect(new Set(all.map(({ service }) => service)).size).toBe(11);
    expect(all.filter(({ status }) => status !== 'ready')).toEqual([]);
    await ask('DELETE', '/v1/applications/online-boutique');
    await until('online-boutique', 'gone');
    expect((await clouds()).left).toEqual([]);
  });

  it('changes its image under steady requests without losing one', async () => {
    const { submit, until, visit, clouds } = await open({ workloads: 'process' });
    await submit(appOf('app', { replicas: 2 }));
    await until('app', 'running');
    const failed: unknown[] = [];
    let asking = true;
    let asked = 0;
    const client = async (): Promise<void> => {
      while (asking) {
        const { status, body } = await visit('web', 'app');
        asked += 1;
        if (status !== 200) failed.push({ status, body });
      }
    };
    const clients = [client(), client(), client()];
    const revisions = new Set<string>();
    for (const tag of [2, 3]) {
      await submit(appOf('app', { replicas: 2, image: `ghcr.io/example/web:${tag}` }));
      await eventually('the generation is decided', async () => {
        const { standing } = await clouds();
        return standing.some(({ generation }) => generation === tag) ? undefined : standing;
      });
      await until('app', 'running');
      revisions.add((JSON.parse((await visit('web', 'app')).body) as { readonly revision: string }).revision);
    }
    asking = false;
    await Promise.all(clients);
    expect(failed).toEqual([]);
    expect(asked).toBeGreaterThan(50);
    expect(revisions.size).toBe(2);
  }, 60_000);

  it('comes back after it was removed, and its generations go on', async () => {
    const { ask, submit, until, clouds } = await open();
    await submit(appOf('app'));
    await until('app', 'running');
    await ask('DELETE', '/v1/applications/app');
    await until('app', 'gone');
    expect((await clouds()).left).toEqual([]);
    await submit(appOf('app'));
    await eventually('it is known again', async () => ((await world.application('app')) ? undefined : 'unknown'));
    expect((await until('app', 'running'))?.generation).toBe(3);
    expect((await clouds()).standing).toHaveLength(1);
  });

  it('of two hundred services', async () => {
    const { ask, submit, until, deployments, clouds } = await open();
    await submit(appOf('large', ...Array.from({ length: 200 }, (_, i) => ({ name: `service-${i}` }))));
    await eventually(
      'large runs',
      async () => ((await world.application('large'))?.status === 'running' ? undefined : 'no'),
      60_000,
    );
    expect((await deployments('large')).filter(({ status }) => status !== 'ready')).toEqual([]);
    await ask('DELETE', '/v1/applications/large');
    await eventually('large is gone', async () => world.application('large'), 60_000);
    await until('large', 'gone');
    expect((await clouds()).left).toEqual([]);
  }, 120_000);
});
