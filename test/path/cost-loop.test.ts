import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { usageSummarized, type UsageDay } from '../../shared/contracts/usage-summarized.ts';
import type { Config } from '../../shared/contracts/config.ts';
import { typePrefix } from '../../shared/contracts/contract.ts';
import { csvOf } from '../contract/focus-rows.ts';
import { appOf, eventually, openWorld, type World } from './world.ts';

/**
 * The loop that no other system closes: a service that overspends, its bill, the budget, what it really uses, a recommendation, a new
 * revision live in the (sandboxed) cloud, and the next bill that says what was saved. Weeks pass in it, so the clock is given.
 */
const dayMs = 86_400_000;
const start = Date.UTC(2026, 11, 1, 6);
const real = Date.now;
let travelled = 0;

let world: World;

/** Timers run in real time: those of the queue are set anew, by the clock as it is now. */
async function travel(ms: number): Promise<void> {
  const { bus } = world.plane.runtime;
  await bus.stop();
  travelled += ms;
  await bus.start();
}

const config: Config = {
  cost: {
    budgets: [
      { name: 'shop', scope: { application: 'shop' }, amount: 40, thresholds: [{ percent: 100, on: 'actual' }] },
    ],
    recommendations: { kinds: ['rightsize'], days: 7, verifyDays: 3 },
  },
};

beforeEach(async () => {
  const began = real();
  travelled = 0;
  Date.now = () => start + travelled + real() - began;
  world = await openWorld({ config });
});
afterEach(async () => {
  await world.close();
  Date.now = real;
});

interface Recommendation {
  readonly id: string;
  readonly state: string;
  readonly why: string;
  readonly monthlySavingMicros: number;
  readonly change: readonly { readonly path: string; readonly to: unknown }[];
  readonly verdict?: { readonly outcome: string; readonly savedMicros: number; readonly promisedMicros: number };
}

const target = 'aws/eu-west-1/fargate';

/** What monitor says of each day: a tenth of the processor is used, and of the memory. */
async function use(from: number, to: number): Promise<void> {
  const few = { p50: 0.08, p95: 0.1, p99: 0.1, max: 0.1 };
  for (let date = from; date <= to; date++) {
    const day = dayOf(date);
    const used: UsageDay = { application: 'shop', service: 'web', target, minutes: 1440, cpu: few, memory: few };
    const draft = usageSummarized.draft({ day, deployments: [{ ...used, requests: 5000, replicas: 2 }] });
    const event = {
      specversion: '1.0',
      id: `used-${day}`,
      source: '/homeostasis/monitor',
      correlationid: day,
    } as const;
    const { type, subject, data } = draft;
    const time = new Date(Date.now()).toISOString();
    await world.plane.runtime.bus.publish([
      { event: { ...event, type, subject, data, time, datacontenttype: 'application/json' } },
    ]);
  }
}

const dayOf = (date: number): string => `2026-12-${String(date).padStart(2, '0')}`;

/** Sends a bill of December: dollars a day from its second day on; and has everything judged. */
async function bill(name: string, dollars: readonly number[]): Promise<void> {
  const rows = dollars.map((cost, index) => {
    const [from, to] = [`${dayOf(index + 2)}T00:00:00Z`, `${dayOf(index + 3)}T00:00:00Z`];
    const own = { BilledCost: String(cost), ListCost: String(cost), EffectiveCost: String(cost) };
    return {
      ...own,
      ...{ ChargePeriodStart: from, ChargePeriodEnd: to, SkuId: `SKU-${index}` },
      ...{ BillingPeriodStart: '2026-12-01T00:00:00Z', BillingPeriodEnd: '2027-01-01T00:00:00Z' },
    };
  });
  const before = (await judgements()).length;
  await post(`/v1/cost/bills?name=${name}.csv`, 'text/csv', csvOf(rows));
  await eventually(`${name} is imported, and to be judged`, async () =>
    (await judgements()).length > before ? undefined : await said('bill.refused'),
  );
  // Bills that come together are judged together: some seconds later.
  await travel(30_000);
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

async function tell(name: string, data: object): Promise<void> {
  const id = `${name}-${travelled}-${JSON.stringify(data).length}`;
  const event = { specversion: '1.0', id, source: '/test', type: `${typePrefix}${name}.v1`, data };
  await post('/v1/events', 'application/cloudevents+json', JSON.stringify(event));
}

async function said(name: string): Promise<readonly unknown[]> {
  const entries = await world.plane.runtime.log.read({ type: `${typePrefix}${name}.v1`, limit: 1000 });
  return entries.map(({ event }) => event.data);
}

const recommendations = async (): Promise<readonly Recommendation[]> =>
  (await world.ask<{ recommendations: readonly Recommendation[] }>('GET', '/v1/cost/recommendations')).recommendations;

async function until(state: string): Promise<Recommendation> {
  let found: Recommendation | undefined;
  await eventually(`the recommendation is ${state}`, async () => {
    const all = await recommendations();
    found = all.find((each) => each.state === state);
    return found === undefined ? all.map((each) => [each.id, each.state, each.why]) : undefined;
  });
  if (found === undefined) throw new Error(`none is ${state}`);
  return found;
}

/** An overspending service, up to the point where the recommendation is live. */
async function untilLive(): Promise<Recommendation> {
  const large = {
    replicas: 2,
    resources: { cpu: '2', memory: '4Gi' },
    constraints: { regions: { allow: ['aws/eu-west-1'] } },
  };
  await world.submit(appOf('shop', { ...large, constraints: { ...large.constraints, nodes: { runtime: 'fargate' } } }));
  await world.until('shop', 'running');
  await travel(11 * dayMs);
  await use(2, 11);
  await bill('until-the-11th', Array<number>(10).fill(6));
  await eventually('the budget is exceeded', async () => {
    const exceeded = await said('budget.exceeded');
    return exceeded.length > 0 ? undefined : exceeded;
  });
  expect(await said('budget.exceeded')).toMatchObject([
    { budget: 'shop', percent: 100, limitMicros: 40_000_000, amountMicros: 60_000_000 },
  ]);
  const open = await until('open');
  expect(open.change.map(({ path, to }) => `${path} ${String(to)}`)).toEqual([
    '/resources/cpu 250m',
    '/resources/memory 512Mi',
  ]);
  expect(open.monthlySavingMicros).toBeGreaterThan(100e6);
  await tell('recommendation.control-requested', { recommendation: open.id, action: 'apply', requestedBy: 'jo' });
  const live = await until('live');
  await world.until('shop', 'running');
  expect(await world.application('shop')).toMatchObject({ generation: 2, cause: 'recommended' });
  const standing = (await world.clouds()).standing.filter(({ service }) => service === 'web');
  expect(standing.map((each) => [each.target, each.generation])).toEqual([[target, 2]]);
  expect(live.id).toBe(open.id);
  await travel(8 * dayMs);
  await use(12, 19);
  return live;
}

it('an overspending service is made smaller, and the next bill says what that saved', { timeout: 60_000 }, async () => {
  const live = await untilLive();
  await bill('until-the-19th', [...Array<number>(10).fill(6), 3, ...Array<number>(7).fill(0.8)]);
  const verified = await until('verified');
  expect(verified).toMatchObject({ id: live.id, verdict: { outcome: 'paid' } });
  // 5.20 a day, over a month of 730 hours.
  expect(verified.verdict?.savedMicros).toBe(Math.round((5_200_000 * 730) / 24));
  expect(await said('recommendation.verified')).toMatchObject([{ recommendation: live.id, outcome: 'paid' }]);
});

it('one that did not pay is marked so, and can be taken back', { timeout: 60_000 }, async () => {
  const live = await untilLive();
  await bill('no-less', [...Array<number>(11).fill(6), ...Array<number>(7).fill(5.8)]);
  const unprofitable = await until('unprofitable');
  expect(unprofitable).toMatchObject({ id: live.id, verdict: { outcome: 'did-not-pay' } });
  expect(await said('recommendation.verified')).toMatchObject([{ recommendation: live.id, outcome: 'did-not-pay' }]);
  await tell('recommendation.control-requested', { recommendation: live.id, action: 'revert', requestedBy: 'jo' });
  await until('reverted');
  await world.until('shop', 'running');
  expect(await world.application('shop')).toMatchObject({ generation: 3, cause: 'recommended' });
});
