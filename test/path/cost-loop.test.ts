import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createInstantRunner } from '../../sandbox/core/instant-runner.ts';
import type { Config } from '../../shared/contracts/config.ts';
import { typePrefix } from '../../shared/contracts/contract.ts';
import { metricsCollected } from '../../shared/contracts/metrics-collected.ts';
import { scheduleReconcile } from '../../shared/contracts/schedule-reconcile.ts';
import type { UsageDay } from '../../shared/contracts/usage-summarized.ts';
import { csvOf } from '../contract/focus-rows.ts';
import { chargesOf, minimumOf, rowsOf, sizesIn, sumOf, target, type Sizes } from './cost-loop-bill.ts';
import {
  createMeteredRunner,
  createTravelClock,
  startClouds,
  type MeteredRunner,
  type TravelClock,
} from './cost-loop-clouds.ts';
import { appOf, eventually, openWorld, type World } from './world.ts';

/**
 * The loop that no other system closes: a service that overspends, its bill, the budget, what it really uses, a recommendation, a new
 * revision live in the (sandboxed) cloud, and the next bill that says what was saved. Nothing in between is made up: the cloud's
 * monitoring has the minutes that were used, monitor asks it and sums up the days, and the bill is of the minutes that stood there, in
 * the size the cloud had of them, at the catalogue's prices. Days pass in it, so the clock is given.
 */
const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;
const start = Date.UTC(2026, 11, 1, 22);
const real = Date.now;

let clock: TravelClock;
let runner: MeteredRunner;
let world: World;
let sizes: Sizes;
/** When the cloud's monitoring has answered. */
let onCollected = (): void => undefined;

const config: Config = {
  clouds: { aws: { regions: ['eu-west-1'] }, azure: { enabled: false }, gcp: { enabled: false } },
  monitor: { observeInitialMs: 100, observeMaxMs: 800, reconcileSeconds: 3600 },
  cost: {
    budgets: [
      { name: 'shop', scope: { application: 'shop' }, amount: 4, thresholds: [{ percent: 100, on: 'actual' }] },
    ],
    recommendations: { kinds: ['rightsize'], days: 2, verifyDays: 1 },
  },
};

/** More by day than by night: half a core at noon, a tenth of it at midnight; and 800 MiB. */
function workAt(_: string, at: number) {
  const ofDay = (1 - Math.cos((2 * Math.PI * (at % dayMs)) / dayMs)) / 2;
  return { cores: 0.05 + 0.45 * ofDay, memoryBytes: 800 * 1024 * 1024 };
}

beforeEach(async () => {
  clock = createTravelClock(start);
  Date.now = () => clock.now();
  runner = createMeteredRunner(clock, createInstantRunner(clock), workAt);
  const sandbox = await startClouds(clock, runner);
  world = await openWorld({ config }, { sandbox });
  sizes = sizesIn(sandbox.endpoints['aws']?.['ecs'] ?? '', () => runner.list().map(({ id }) => id));
  world.plane.runtime.log.follow(({ event }) => {
    if (event.type === metricsCollected.type) onCollected();
  });
});
afterEach(async () => {
  await world.close();
  await world.sandbox.close();
  Date.now = real;
});

/** Timers of the queue run in real time: they are set anew, by the clock as it is now. */
async function pass(ms: number): Promise<void> {
  const { bus } = world.plane.runtime;
  await bus.stop();
  await clock.pass(ms);
  await bus.start();
}

/** Nothing is due any more. */
async function quiet(): Promise<void> {
  for (let calm = 0; calm < 2; calm++) {
    await pause(1);
    if (world.plane.runtime.stats().oldestDueAgeMs > 0) calm = -1;
  }
}

/** Clouds keep minutes for some hours, and monitor for two: whoever looks every 55 minutes misses none. */
const roundMs = 55 * minuteMs;

async function live(until: number): Promise<void> {
  while (clock.now() < until) {
    await pass(Math.min(roundMs, until - clock.now()));
    const told = new Promise<void>((resolve) => (onCollected = resolve));
    await say(scheduleReconcile.draft({}));
    await told;
    await quiet();
  }
}

const dayOf = (date: number): string => `2026-12-${String(date).padStart(2, '0')}`;
/** Of a day of December. Its last minutes are asked for when the cloud has them; ten minutes after midnight the day is summed up. */
async function liveInto(date: number): Promise<void> {
  await live(Date.parse(`${dayOf(date)}T00:05:00Z`));
  await live(Date.parse(`${dayOf(date)}T00:15:00Z`));
}

/** As the embedded clockwork, or EventBridge, says it. */
async function say({ type, subject, data }: { type: string; subject: string; data: unknown }): Promise<void> {
  const now = clock.now();
  const about = { source: '/homeostasis/schedule', time: new Date(now).toISOString(), correlationid: `at-${now}` };
  const event = { specversion: '1.0', id: `${type} ${now}`, ...about, type, subject, data } as const;
  await world.plane.runtime.bus.publish([{ event: { ...event, datacontenttype: 'application/json' } }]);
}

/** Sends what the cloud charges for whole days so far; and has everything judged. */
async function bill(name: string) {
  const own = chargesOf(runner.stood(), sizes, new Date(clock.now()).toISOString().slice(0, 10));
  const charges = [...own, ...minimumOf(own, 'blog')];
  const before = (await judgements()).length;
  await post(`/v1/cost/bills?name=${name}.csv`, 'text/csv', csvOf(rowsOf(charges)));
  await eventually(`${name} is imported, and to be judged`, async () =>
    (await judgements()).length > before ? undefined : await said('bill.refused'),
  );
  // Bills that come together are judged together: some seconds later.
  await pass(30_000);
  return (application: string, from: string, to: string): number =>
    sumOf(charges.filter((each) => each.application === application && each.day >= from && each.day < to));
}

/** Notes that everything is to be judged. */
const judgements = async (): Promise<readonly unknown[]> =>
  (await said('cost.sweep-due')).filter((data) => Object.keys(data as object).join() === 'sweep');

/** As an operator would, from outside. */
async function post(path: string, type: string, body: string): Promise<void> {
  const token = readFileSync(join(world.folder, 'token'), 'utf8').trim();
  const headers = { authorization: `Bearer ${token}`, 'content-type': type };
  const answer = await fetch(`http://127.0.0.1:${world.plane.api.port}${path}`, { method: 'POST', headers, body });
  expect(answer.status, await answer.text()).toBe(202);
}

async function control(recommendation: string, action: 'apply' | 'revert'): Promise<void> {
  const id = `${action}-${recommendation}`;
  const data = { recommendation, action, requestedBy: 'jo' };
  const type = `${typePrefix}recommendation.control-requested.v1`;
  const event = { specversion: '1.0', id, source: '/test', type, data };
  await post('/v1/events', 'application/cloudevents+json', JSON.stringify(event));
}

async function said<T = unknown>(name: string): Promise<readonly T[]> {
  const entries = await world.plane.runtime.log.read({ type: `${typePrefix}${name}.v1`, limit: 1000 });
  return entries.map(({ event }) => event.data as T);
}

interface Recommendation {
  readonly id: string;
  readonly application: string;
  readonly state: string;
  readonly why: string;
  readonly monthlySavingMicros: number;
  readonly change: readonly { readonly path: string; readonly to: unknown }[];
  readonly verdict?: { readonly outcome: string; readonly savedMicros: number; readonly promisedMicros: number };
}

async function until(application: string, state: string): Promise<Recommendation> {
  let found: Recommendation | undefined;
  await eventually(`a recommendation of ${application} is ${state}`, async () => {
    const path = `/v1/cost/recommendations?application=${application}`;
    const all = (await world.ask<{ recommendations: readonly Recommendation[] }>('GET', path)).recommendations;
    found = all.find((each) => each.state === state);
    return found === undefined ? all.map((each) => [each.id, each.state, each.why]) : undefined;
  });
  if (found === undefined) throw new Error(`none is ${state}`);
  return found;
}

interface UsageSaid {
  readonly day: string;
  readonly deployments: readonly UsageDay[];
}

/** What monitor said last of a day. */
async function used(application: string, day: string): Promise<UsageDay | undefined> {
  const days = (await said<UsageSaid>('usage.summarized')).filter((each) => each.day === day);
  return days.flatMap(({ deployments }) => deployments).findLast((each) => each.application === application);
}

async function submit(name: string): Promise<void> {
  const constraints = { regions: { allow: ['aws/eu-west-1'] }, nodes: { runtime: 'fargate' } };
  await world.submit(appOf(name, { replicas: 2, resources: { cpu: '1', memory: '2Gi' }, constraints }));
  await world.until(name, 'running');
}

/** Lets it be carried out, up to the point where it stands in the cloud. */
async function apply(application: string): Promise<Recommendation> {
  const open = await until(application, 'open');
  expect(open.change.map(({ path, to }) => `${path} ${String(to)}`)).toEqual([
    '/resources/cpu 500m',
    '/resources/memory 1024Mi',
  ]);
  await control(open.id, 'apply');
  const { id } = await until(application, 'live');
  expect(id).toBe(open.id);
  // What else was recommended is looked at again, some seconds later.
  await pass(30_000);
  await world.until(application, 'running');
  expect(await world.application(application)).toMatchObject({ generation: 2, cause: 'recommended' });
  const standing = (await world.clouds()).standing.filter((each) => each.application === application);
  expect(standing.map((each) => [each.target, each.generation])).toEqual([[target, 2]]);
  return open;
}

it(
  'overspending services are made smaller; the next bill says what that saved, and what did not pay is marked and taken back',
  {
    timeout: 120_000,
  },
  async () => {
    await submit('shop');
    await submit('blog');
    await sizes.look();
    await liveInto(4);
    // A whole day, measured minute by minute: at most a quarter of a core for each of two replicas that have one.
    const measured = await used('shop', dayOf(3));
    expect(measured).toMatchObject({ target, minutes: 1440, replicas: 2 });
    expect(measured?.cpu?.max).toBeCloseTo(0.25, 2);
    expect(measured?.memory?.max).toBeCloseTo(400 / 2048, 2);

    const billed = await bill('until-the-3rd');
    await eventually('the budget is exceeded', async () => {
      const exceeded = await said('budget.exceeded');
      return exceeded.length > 0 ? undefined : exceeded;
    });
    const spent = billed('shop', dayOf(1), dayOf(4));
    expect(await said('budget.exceeded')).toMatchObject([
      { budget: 'shop', percent: 100, limitMicros: 4_000_000, amountMicros: spent },
    ]);

    const promise = await apply('shop');
    await apply('blog');
    await sizes.look();
    await liveInto(6);
    // The same work in half of the size: what was recommended holds it, with room.
    expect((await used('shop', dayOf(5)))?.cpu?.max).toBeCloseTo(0.5, 2);

    // A day is billed whole when there are bills of later ones, and nothing more comes of it.
    await pass(dayMs);
    const billedSince = await bill('until-the-6th');
    const monthly = (application: string): number =>
      Math.round(
        ((billedSince(application, dayOf(3), dayOf(4)) - billedSince(application, dayOf(5), dayOf(6))) * 730) / 24,
      );
    const verified = await until('shop', 'verified');
    expect(verified).toMatchObject({ id: promise.id, verdict: { outcome: 'paid', savedMicros: monthly('shop') } });
    // The bill is of what was placed, at the prices that were promised with.
    expect(monthly('shop') / promise.monthlySavingMicros).toBeCloseTo(1, 2);

    // Its contract has a minimum, which is charged however small it is now.
    const unprofitable = await until('blog', 'unprofitable');
    expect(unprofitable.verdict).toMatchObject({ outcome: 'did-not-pay', savedMicros: 0 });
    expect(await said('recommendation.verified')).toHaveLength(2);
    await control(unprofitable.id, 'revert');
    await until('blog', 'reverted');
    await pass(30_000);
    await world.until('blog', 'running');
    expect(await world.application('blog')).toMatchObject({ generation: 3, cause: 'recommended' });
  },
);
