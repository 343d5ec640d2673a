import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { drillRequested } from '../../shared/contracts/drill-requested.ts';
import type { Draft } from '../../shared/contracts/contract.ts';
import { appOf, eventually, inWorld, type Deployment, type World } from './world.ts';

const config = {
  dr: {
    holdDownSeconds: 0,
    readmitAfterSeconds: 1,
    minimumDelaySeconds: 0,
    alerts: 'critical',
    failback: { stabilizationSeconds: 1, maximumConcurrent: 5 },
  },
  monitor: { observeInitialMs: 100, observeMaxMs: 800, reconcileSeconds: 2 },
} as const;

async function standing(world: World): Promise<readonly string[]> {
  const wanted = (await world.deployments('app')).filter((each: Deployment) => each.wanted && each.status === 'ready');
  return wanted.map(({ target }) => target).sort();
}

async function publish({ plane, folder }: World, draft: Draft, id: string): Promise<void> {
  const { type, subject, data } = draft;
  const token = readFileSync(join(folder, 'token'), 'utf8').trim();
  const answer = await fetch(`http://127.0.0.1:${plane.api.port}/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/cloudevents+json' },
    body: JSON.stringify({
      specversion: '1.0',
      id,
      source: '/test',
      type,
      subject,
      time: new Date().toISOString(),
      data,
    }),
  });
  expect(answer.status, await answer.text()).toBe(202);
}

/** Asks the service through the gateway, over and over, until told to stop. @returns the status codes that came */
function visiting(world: World): { stop(): Promise<readonly number[]> } {
  const seen: number[] = [];
  let going = true;
  const all = (async () => {
    while (going) {
      seen.push((await world.visit('web', 'app')).status);
      await pause(10);
    }
    return seen;
  })();
  return {
    stop: () => {
      going = false;
      return all;
    },
  };
}

const saidOf = async (world: World, name: string): Promise<readonly Record<string, unknown>[]> =>
  (await world.events())
    .filter(({ event }) => event.type === `dev.homeostasis.${name}.v1`)
    .map(({ event }) => event.data as Record<string, unknown>);

describe('failback', () => {
  it.concurrent(
    'brings a service back to where it stood without one request lost: make before break',
    inWorld({ workloads: 'process', config }, async (world) => {
      await world.submit(appOf('app', { recovery: { failback: 'automatic' } }));
      await world.until('app', 'running');
      const home = await standing(world);
      const [cloud = '', region = ''] = home[0]?.split('/') ?? [];
      const id = await world.fault({ kind: 'region-down', cloud, region });
      await eventually(
        'it serves elsewhere',
        async () => {
          const now = await standing(world);
          const moved = now.length > 0 && now.every((target) => !target.startsWith(`${cloud}/${region}/`));
          const over = (await saidOf(world, 'recovery.completed')).length === 1;
          return moved && over && (await world.visit('web', 'app')).status === 200 ? undefined : now;
        },
        40_000,
      );
      const visits = visiting(world);
      await world.endFault(id);
      await eventually(
        'it went back',
        async () => {
          const [ended] = await saidOf(world, 'failback.ended');
          return ended?.['outcome'] === 'completed' ? undefined : await standing(world);
        },
        60_000,
      );
      const seen = await visits.stop();
      expect(await standing(world)).toEqual(home);
      expect(seen.length).toBeGreaterThan(20);
      expect(seen.filter((status) => status !== 200)).toEqual([]);
    }),
    120_000,
  );
});

describe('a drill', () => {
  it.concurrent(
    'in the shadow changes nothing in the clouds; for real it moves everything away and back, without one request lost',
    inWorld({ workloads: 'process', config }, async (world) => {
      await world.submit(appOf('app', {}));
      await world.until('app', 'running');
      const home = await standing(world);
      const scope = home[0]?.split('/').slice(0, 2).join('/') ?? '';
      const before = (await world.events()).length;
      await publish(world, drillRequested.draft({ drill: 'one', scope, kind: 'shadow', reason: 'test' }), 'a');
      await eventually('it has a verdict', async () => {
        const found = await saidOf(world, 'drill.completed');
        return found.length === 1 ? undefined : found;
      });
      const since = (await world.events()).slice(before).map(({ event }) => event);
      const touching = /\.(?:deployment\.(?:apply|remove)|traffic\.shift|placement\.decided|service\.return)\./;
      expect(since.filter(({ type }) => touching.test(type))).toEqual([]);
      expect(await standing(world)).toEqual(home);

      const visits = visiting(world);
      await publish(world, drillRequested.draft({ drill: 'two', scope, kind: 'real', reason: 'test' }), 'b');
      await eventually(
        'it is over',
        async () => {
          const found = await saidOf(world, 'drill.completed');
          return found.length === 2 ? undefined : await world.ask('GET', '/v1/drills/two');
        },
        90_000,
      );
      const [, real] = await saidOf(world, 'drill.completed');
      expect(real).toMatchObject({ drill: 'two', verdict: 'pass', services: 1, findings: [] });
      const seen = await visits.stop();
      expect(await standing(world)).toEqual(home);
      expect(seen.filter((status) => status !== 200)).toEqual([]);
      const report = await world.ask<{ readonly parts: readonly unknown[] }>('GET', '/v1/drills/two/report');
      expect(report.parts).toMatchObject([{ service: 'web', outcome: 'recovered', late: false }]);
    }),
    180_000,
  );
});
