import { describe, expect, it } from 'vitest';
import type { Draft } from '../../shared/contracts/contract.ts';
import { serviceExcluded } from '../../shared/contracts/service-excluded.ts';
import { serviceReadmitted } from '../../shared/contracts/service-readmitted.ts';
import { serviceReturn } from '../../shared/contracts/service-return.ts';
import { targetExcluded } from '../../shared/contracts/target-excluded.ts';
import { trafficShift, type Route } from '../../shared/contracts/traffic-shift.ts';
import { regionScope } from '../../shared/domain/target.ts';
import { appOf, eventually, inWorld, nothingBesides, type World } from './world.ts';

/** Says what dr would say. */
async function say(world: World, { type, subject, data }: Draft): Promise<void> {
  const id = `said-${subject}-${type}`;
  const time = new Date().toISOString();
  const envelope = { specversion: '1.0', id, source: '/test', time, type, subject, correlationid: id, data } as const;
  await world.plane.runtime.bus.publish([{ event: { ...envelope, datacontenttype: 'application/json' } }]);
}

interface Progress {
  readonly service: string;
  readonly traffic: { readonly confirmed: readonly Route[] };
}

/** Weight by target, as the router follows it. */
async function trafficOf(world: World, service = 'web'): Promise<Readonly<Record<string, number>>> {
  const { progress } = await world.ask<{ readonly progress: readonly Progress[] }>('GET', '/v1/rollouts/app');
  const routes = progress.find((each) => each.service === service)?.traffic.confirmed ?? [];
  return Object.fromEntries(routes.map(({ target, weight }) => [target, weight]));
}

const servesOn = (traffic: Readonly<Record<string, number>>): string =>
  Object.keys(traffic).find((target) => traffic[target] === 100) ?? '';
const waitsOn = (traffic: Readonly<Record<string, number>>): string =>
  Object.keys(traffic).find((target) => traffic[target] === 0) ?? '';

async function untilServesOn(world: World, what: string, right: (target: string) => boolean): Promise<void> {
  await eventually(what, async () => {
    const [app, traffic] = [await world.application('app'), await trafficOf(world)];
    return app?.status === 'running' && right(servesOn(traffic)) ? undefined : { app, traffic };
  });
}

async function shiftsOf(world: World) {
  const entries = await world.plane.runtime.log.read({ type: trafficShift.type, limit: 1000 });
  return entries.map(({ event }) => trafficShift.parse(event).data);
}

const eu = { constraints: { dataResidency: ['EU'] } };

describe('a warm standby', () => {
  it.concurrent(
    'takes all traffic when its service is lost, is made as large, and gets a standby of its own',
    inWorld({}, async (world) => {
      await world.submit(appOf('app', { replicas: 2, recovery: { standby: 'warm' }, ...eu }));
      await world.until('app', 'running');
      const before = await trafficOf(world);
      const [at, by] = [servesOn(before), waitsOn(before)];
      expect(by.split('/')[0]).not.toBe(at.split('/')[0]);
      await say(world, targetExcluded.draft({ scope: regionScope(at), reason: 'test' }));
      await untilServesOn(world, 'the standby serves', (target) => target === by);
      const away = (await shiftsOf(world)).find(({ reason }) => reason === 'TargetExcluded');
      expect(away).toMatchObject({ generation: 1, routes: [{ target: by, weight: 100 }] });
      await world.until('app', 'running');
      const after = waitsOn(await trafficOf(world));
      expect([at, by, ''].includes(after), after).toBe(false);
      const replicas = (await world.deployments('app')).filter(({ wanted }) => wanted);
      expect(new Map(replicas.map((each) => [each.target, each.replicas.ready]))).toEqual(
        new Map([
          [by, 2],
          [after, 1],
        ]),
      );
      await nothingBesides(world, 'app');
    }),
    60_000,
  );
});

describe('a scope that is left', () => {
  it.concurrent(
    'gracefully serves until its replacement is ready',
    inWorld({}, async (world) => {
      await world.submit(appOf('app', eu));
      await world.until('app', 'running');
      const at = servesOn(await trafficOf(world));
      await say(world, targetExcluded.draft({ scope: regionScope(at), reason: 'test', mode: 'graceful' }));
      await untilServesOn(world, 'it serves elsewhere', (target) => target !== at && target !== '');
      const shifts = await shiftsOf(world);
      expect(shifts.map(({ generation, reason }) => [generation, reason])).toEqual([
        [1, 'Rollout'],
        [2, 'Rollout'],
      ]);
      await nothingBesides(world, 'app');
    }),
    60_000,
  );

  it.concurrent(
    'to itself by a cordon goes on as it is, and is not chosen any more',
    inWorld({}, async (world) => {
      await world.submit(appOf('app', eu));
      await world.until('app', 'running');
      const at = servesOn(await trafficOf(world));
      await say(world, targetExcluded.draft({ scope: regionScope(at), reason: 'test', mode: 'cordon' }));
      await eventually('it is known', async () => {
        const { exclusions } = await world.ask<{ readonly exclusions: readonly { readonly mode: string }[] }>(
          'GET',
          '/v1/exclusions',
        );
        return exclusions[0]?.mode === 'cordon' ? undefined : exclusions;
      });
      await world.submit(appOf('other', eu));
      await world.until('other', 'running');
      const others = (await world.deployments('other')).map(({ target }) => regionScope(target));
      expect(others).not.toContain(regionScope(at));
      expect(await world.application('app')).toMatchObject({ status: 'running', generation: 1 });
      expect(servesOn(await trafficOf(world))).toBe(at);
      await nothingBesides(world, 'app', 'other');
    }),
    60_000,
  );
});

describe('one service', () => {
  it.concurrent(
    'leaves a region without its neighbour, and is brought back',
    inWorld({}, async (world) => {
      await world.submit(appOf('app', eu, { name: 'api', ...eu }));
      await world.until('app', 'running');
      const [at, neighbour] = [servesOn(await trafficOf(world)), servesOn(await trafficOf(world, 'api'))];
      const word = { application: 'app', service: 'web', scope: regionScope(at), reason: 'test' };
      await say(world, serviceExcluded.draft({ ...word, mode: 'ungraceful' }));
      await untilServesOn(world, 'it serves elsewhere', (target) => target !== at && target !== '');
      expect(servesOn(await trafficOf(world, 'api'))).toBe(neighbour);
      await say(world, serviceReadmitted.draft(word));
      const services = [{ service: 'web', targets: [at] }];
      await say(world, serviceReturn.draft({ recovery: 'r1', application: 'app', services, reason: 'test' }));
      await untilServesOn(world, 'it is back', (target) => target === at);
      expect(await world.until('app', 'running')).toMatchObject({ cause: 'failed-back' });
      expect(servesOn(await trafficOf(world, 'api'))).toBe(neighbour);
      await nothingBesides(world, 'app');
    }),
    60_000,
  );
});
