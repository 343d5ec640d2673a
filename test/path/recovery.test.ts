import { describe, expect, it } from 'vitest';
import { offering, withinJurisdiction } from '../../shared/catalogue/index.ts';
import { appOf, eventually, inWorld, nothingBesides, type Deployment, type World } from './world.ts';

const onGcp = { constraints: { clouds: { allow: ['gcp'] } } };

async function wantedOf(world: World, name: string): Promise<readonly Deployment[]> {
  return (await world.deployments(name)).filter(({ wanted }) => wanted);
}

/** What somebody with rights of their own does to the Cloud Run service, past the control plane. */
async function behindOurBack(world: World, method: 'DELETE' | 'PATCH', body?: object): Promise<void> {
  const [found] = (await world.clouds()).standing;
  const answer = await fetch(
    new URL(
      `/v2/${found?.id}${method === 'PATCH' ? '?updateMask=template' : ''}`,
      world.sandbox.endpoints['gcp']?.['run'],
    ),
    {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    },
  );
  expect(answer.status, await answer.clone().text()).toBe(200);
}

describe('what happens behind our back', () => {
  it.concurrent(
    'a resource that was deleted is made again',
    inWorld({}, async (world) => {
      await world.submit(appOf('app', onGcp));
      await world.until('app', 'running');
      await behindOurBack(world, 'DELETE');
      await eventually('it is gone', async () =>
        (await world.clouds()).standing.length === 0 ? undefined : 'still there',
      );
      await eventually('it stands again', async () => {
        const [deployment] = await wantedOf(world, 'app');
        const { standing } = await world.clouds();
        return standing.length === 1 && deployment?.status === 'ready' ? undefined : { standing, deployment };
      });
      await nothingBesides(world, 'app');
    }),
    40_000,
  );

  it.concurrent(
    'a resource that was changed is put right',
    inWorld({}, async (world) => {
      await world.submit(appOf('app', onGcp));
      await world.until('app', 'running');
      const image = 'docker.io/somebody/else:1';
      await behindOurBack(world, 'PATCH', { template: { containers: [{ image, ports: [{ containerPort: 8080 }] }] } });
      const seen = new Set<string>();
      await eventually('the drift was seen, and put right', async () => {
        for (const { event } of await world.events()) seen.add(event.type);
        const [deployment] = await wantedOf(world, 'app');
        const drifted = seen.has('dev.homeostasis.deployment.drifted.v1');
        return drifted && deployment?.status === 'ready' ? undefined : { deployment };
      });
      const [found] = (await world.clouds()).standing;
      const url = new URL(`/v2/${found?.id}`, world.sandbox.endpoints['gcp']?.['run']);
      expect(await (await fetch(url)).text()).not.toContain(image);
    }),
    40_000,
  );
});

describe('a region that is lost', () => {
  it.concurrent(
    'is left for others that keep residency and spread, and is cleaned up once it is back',
    inWorld({}, async (world) => {
      const constraints = { dataResidency: ['EU'], minimumClouds: 2 };
      await world.submit(appOf('app', { replicas: 2, tier: 'critical', constraints }));
      await world.until('app', 'running');
      const before = await wantedOf(world, 'app');
      const [cloud = '', region = ''] = before[0]?.target.split('/') ?? [];
      const lost = `${cloud}/${region}/`;
      const id = await world.fault({ kind: 'region-down', cloud, region });
      await eventually(
        'it moved away',
        async () => {
          const now = await wantedOf(world, 'app');
          const moved = now.every(({ target, status }) => !target.startsWith(lost) && status === 'ready');
          return moved && (await world.application('app'))?.status === 'running' ? undefined : now;
        },
        30_000,
      );
      const now = await wantedOf(world, 'app');
      expect(new Set(now.map(({ target }) => target.split('/')[0])).size).toBe(2);
      for (const { target } of now) {
        const at = offering(target)?.region;
        expect(at !== undefined && withinJurisdiction(at, 'EU'), target).toBe(true);
      }
      expect(
        (await world.clouds()).standing.some(({ target }) => target.startsWith(lost)),
        'left alone',
      ).toBe(true);
      await world.endFault(id);
      await eventually(
        'what was left there is gone',
        async () => {
          const { standing } = await world.clouds();
          const wanted = await wantedOf(world, 'app');
          return standing.length === wanted.length ? undefined : standing;
        },
        30_000,
      );
      await nothingBesides(world, 'app');
    }),
    90_000,
  );
});

describe('what does not fit', () => {
  const eu = { constraints: { clouds: { allow: ['aws'] }, regions: { allow: ['eu-west-1'] } } };

  it.concurrent(
    'of two applications that want the same quota, one is refused with the reason, and nothing of it is left',
    inWorld({ config: { placement: { quotas: { 'aws/eu-west-1/fargate': 1 } } } }, async (world) => {
      const wish = { ...eu, replicas: 3, resources: { cpu: '250m', memory: '512Mi' } };
      await Promise.all([world.submit(appOf('one', wish)), world.submit(appOf('two', wish))]);
      await eventually('both have an answer', async () => {
        const types = (await world.events()).map(({ event }) => event.type.split('.').slice(2, 4).join('.'));
        return types.includes('rollout.completed') && types.includes('placement.rejected') ? undefined : types;
      });
      const [one, two] = await Promise.all([world.application('one'), world.application('two')]);
      expect([one?.status, two?.status].filter((status) => status === 'running')).toHaveLength(1);
      expect((await world.clouds()).standing).toHaveLength(1);
    }),
    40_000,
  );

  it.concurrent(
    'anywhere: every candidate has its reason, and nothing is changed',
    inWorld({}, async (world) => {
      const spec = appOf('app', { constraints: { dataResidency: ['EU'], maxMonthlyCost: 0.01 } });
      const plan = JSON.stringify(await world.ask('POST', '/v1/plan', JSON.stringify(spec)));
      expect(plan).toContain('residency');
      await world.submit(spec);
      await eventually('it is refused', async () => {
        const types = (await world.events()).map(({ event }) => event.type);
        return types.includes('dev.homeostasis.placement.rejected.v1') ? undefined : types;
      });
      expect(await world.application('app')).toBeUndefined();
      expect((await world.clouds()).left).toEqual([]);
    }),
    40_000,
  );
});
