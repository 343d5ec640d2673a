import { beforeEach, describe, expect, it } from 'vitest';
import { createMemoryRuntime } from '../../../shared/adapters/memory/index.ts';
import { metricsCollect } from '../../../shared/contracts/metrics-collect.ts';
import { metricNames, metricsCollected } from '../../../shared/contracts/metrics-collected.ts';
import { scheduleReconcile } from '../../../shared/contracts/schedule-reconcile.ts';
import { trafficMeasured } from '../../../shared/contracts/traffic-measured.ts';
import { toTime } from '../../../shared/ports/clock.ts';
import { createWorld, home, measured, minute, other, start, window, type Answered } from './fixtures.ts';

const newWorld = () => createWorld(createMemoryRuntime);
let world: ReturnType<typeof newWorld>;
beforeEach(() => {
  world = newWorld();
});

describe('a round', () => {
  it('asks each region of what stands there, once in a while, for the last minutes', async () => {
    await world.place(['web', 'api'], [home, other]);
    await world.say(scheduleReconcile.draft({}));
    world.advance(30_000);
    await world.say(scheduleReconcile.draft({}));
    const asked = await world.said<{ scope: string; from: string; to: string; deployments: unknown[] }>(metricsCollect);
    expect(asked.map(({ scope, deployments }) => [scope, deployments.length])).toEqual([
      ['aws/eu-west-1', 2],
      ['gcp/europe-west1', 2],
    ]);
    expect(asked[0]).toMatchObject({ from: '2026-11-21T07:55:00.000Z', to: '2026-11-21T08:00:00.000Z' });
    world.advance(30_000);
    await world.say(scheduleReconcile.draft({}));
    expect(await world.said(metricsCollect)).toHaveLength(4);
  });

  it('goes through a large fleet page by page, with at most fifty deployments in a command', async () => {
    const services = Array.from({ length: 240 }, (_, index) => `s${index}`);
    await world.place(services, [home]);
    await world.say(scheduleReconcile.draft({}));
    const asked = await world.said<{ deployments: { service: string }[] }>(metricsCollect);
    expect(asked.every(({ deployments }) => deployments.length <= 50)).toBe(true);
    expect(new Set(asked.flatMap(({ deployments }) => deployments.map(({ service }) => service)))).toEqual(
      new Set(services),
    );
  });
});

describe('what was measured', () => {
  it('is told by service, place and resolution, with units and statistics, and what is unknown is not there', async () => {
    await world.place(['web'], [home]);
    world.advance(9 * minute);
    await measured(world, home, { web: { 'http.server.request.count': 60, 'http.server.request.duration.p99': 0.25 } });
    const { status, body } = await world.get({ application: 'shop', service: 'web', resolution: '5m' });
    expect(status).toBe(200);
    const [service] = (body as Answered).services;
    expect(service).toMatchObject({ service: 'web', place: home });
    expect(service?.metrics).toEqual([
      {
        metric: 'http.server.request.count',
        unit: '{request}',
        statistic: 'sum',
        points: [
          [start / 1000, 60, 1],
          [start / 1000 + 300, 240, 4],
        ],
      },
      {
        metric: 'http.server.request.duration.p99',
        unit: 's',
        statistic: 'maximum',
        points: [
          [start / 1000, 0.25, 1],
          [start / 1000 + 300, 0.25, 4],
        ],
      },
    ]);
    expect((await world.get({ application: 'shop', service: 'else' })).body).toMatchObject({ services: [] });
    expect((await world.get({ resolution: '2m' })).status).toBe(400);
    expect((await world.get({ service: 'web' })).status).toBe(400);
  });

  it('is kept of any number of deployments in one message, in steps that fit a transaction', async () => {
    const services = Array.from({ length: 50 }, (_, index) => `s${index}`);
    await world.place(services, [home]);
    world.advance(70 * minute);
    const everything = Object.fromEntries(metricNames.map((metric) => [metric, 1.5]));
    await measured(world, home, Object.fromEntries(services.map((service) => [service, everything])));
    const first = (await world.get()).body as Answered;
    expect([first.services.length, first.next]).toEqual([25, 'shop/s30/aws/eu-west-1/fargate']);
    const second = (await world.get({ after: first.next ?? '' })).body as Answered;
    expect(new Set([...first.services, ...second.services].map(({ service }) => service))).toEqual(new Set(services));
    expect(await world.runtime.deadLetters.list()).toEqual([]);
  });

  it('by the router adds up over its windows, of five hundred services at once', async () => {
    const names = Array.from({ length: 500 }, (_, index) => `s${index}`);
    await world.place(names.slice(0, 40), [home]);
    const services = names.map((service) => ({
      application: 'shop',
      service,
      requests: 10,
      failed: 1,
      retried: 2,
      p99Ms: 250,
    }));
    for (const seconds of [0, 10]) {
      const [from, to] = [toTime(start + seconds * 1000), toTime(start + seconds * 1000 + 10_000)];
      await world.say(trafficMeasured.draft({ from, to, services }));
    }
    const [kept] = ((await world.get({ application: 'shop', service: 's7' })).body as Answered).services;
    expect(kept).toMatchObject({ place: 'router' });
    expect(Object.fromEntries(kept?.metrics.map(({ metric, points }) => [metric, points[0]?.[1]]) ?? [])).toEqual({
      'http.server.request.count': 20,
      'http.server.request.error.count': 2,
      'http.server.request.retry.count': 4,
      'http.server.request.duration.p99': 0.25,
    });
    expect((await world.get({ application: 'shop', service: 's400' })).body).toMatchObject({ services: [] });
    expect(await world.runtime.deadLetters.list()).toEqual([]);
  });

  it('is not believed of strangers, of other regions, of rehearsals, or of a cloud that did not answer', async () => {
    await world.place(['web'], [home]);
    const { from, to, starts } = window(world, 1);
    const series = (service: string, target: string) => ({
      ...{ application: 'shop', service, target, metric: 'deployment.replicas' as const },
      points: starts.map((at): [number, number] => [at, 1]),
    });
    const answer = { status: 'collected' as const, message: '', from, to };
    await world.say(metricsCollected.draft({ ...answer, scope: 'aws/eu-west-1', series: [series('ghost', home)] }));
    await world.say(metricsCollected.draft({ ...answer, scope: 'gcp/europe-west1', series: [series('web', home)] }));
    await world.say(metricsCollected.draft({ ...answer, scope: 'aws/eu-west-1', series: [series('web', home)] }), {
      dryrun: true,
    });
    await world.say(
      metricsCollected.draft({
        ...answer,
        scope: 'aws/eu-west-1',
        status: 'unavailable',
        series: [series('web', home)],
      }),
    );
    expect((await world.get()).body).toMatchObject({ services: [] });
  });
});

describe('health', () => {
  const failing = { 'http.server.request.count': 50, 'http.server.request.error.count': 20 };
  const serving = { 'http.server.request.count': 50, 'http.server.request.error.count': 0 };

  it('changes when a service fails here and serves elsewhere, with the figures as evidence', async () => {
    await world.place(['web'], [home, other]);
    world.advance(10 * minute);
    await measured(world, other, { web: serving });
    await measured(world, home, { web: failing });
    const changes = await world.said<{ scope: string; status: string; evidence: string[] }>({
      type: 'dev.homeostasis.health.changed.v1',
    });
    expect(changes).toMatchObject([
      { scope: 'aws/eu-west-1', status: 'unhealthy', evidence: [`shop/web/${home}: ErrorRatio 0.40 of 250 requests`] },
    ]);
  });

  it('stays when the service fails wherever it stands, or when its errors are unknown', async () => {
    await world.place(['web', 'api', 'cart'], [home, other]);
    world.advance(10 * minute);
    const all = { web: failing, api: failing, cart: failing };
    await measured(world, other, { web: failing });
    await measured(world, other, all);
    await measured(world, home, all);
    await measured(world, home, { web: { 'http.server.request.count': 50 } });
    const changes = await world.said({ type: 'dev.homeostasis.health.changed.v1' });
    expect(changes).toEqual([]);
  });
});
