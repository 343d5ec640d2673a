import { beforeEach, describe, expect, it } from 'vitest';
import type { Draft } from '../../shared/contracts/contract.ts';
import { deploymentReported, type DeploymentPhase } from '../../shared/contracts/deployment-reported.ts';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import { placementDecided, type ServicePlacement } from '../../shared/contracts/placement-decided.ts';
import { scheduleReconcile } from '../../shared/contracts/schedule-reconcile.ts';
import { targetSurveyed } from '../../shared/contracts/target-surveyed.ts';
import { trackReads } from '../../shared/pipeline/tracked-reader.ts';
import type { Handler } from '../../shared/pipeline/handler.ts';
import { limits, type RecordStore, type Stored } from '../../shared/ports/record-store.ts';
import { defaultMonitorSettings, handlers, routes } from './index.ts';
import { router, seriesKey } from './metrics/series.ts';
import { deploymentPrefix, sweepKey, type DeploymentRecord } from './record.ts';

const targets = ['aws/eu-west-1/fargate', 'gcp/europe-west1/cloud-run', 'azure/westeurope/container-apps'];

/** The real handlers over records in a map; notes to ourselves are delivered, looks and news are kept. */
class World {
  now = 1_000_000;
  readonly records = new Map<string, unknown>();
  readonly said: Draft[] = [];
  onNote: (draft: Draft) => unknown = () => undefined;
  transactions = 0;
  readonly #handlers = new Map<string, Handler>(
    handlers(defaultMonitorSettings).map((each) => [each.contract.type, each]),
  );
  #ids = 0;

  readonly store: RecordStore = {
    get: <T>(key: string) => Promise.resolve(this.#stored<T>(key)),
    list: <T>(prefix: string, page?: { readonly after?: string; readonly limit?: number }) => {
      const rest = [...this.records.keys()].filter((key) => key.startsWith(prefix) && key > (page?.after ?? '')).sort();
      const taken = rest.slice(0, page?.limit ?? 100);
      const items = taken.flatMap((key) => this.#stored<T>(key) ?? []);
      const next = taken.at(-1);
      return Promise.resolve({ items, ...(rest.length > taken.length && next !== undefined ? { next } : {}) });
    },
    commit: () => Promise.reject(new Error('the test commits itself')),
  };

  async deliver(draft: Draft, more: Partial<Envelope> = {}): Promise<void> {
    const handler = this.#handlers.get(draft.type);
    if (handler === undefined) return;
    const id = `e${(this.#ids += 1)}`;
    const event: Envelope = {
      specversion: '1.0',
      id,
      source: '/test',
      type: draft.type,
      subject: draft.subject,
      time: new Date((this.now += 1)).toISOString(),
      datacontenttype: 'application/json',
      correlationid: id,
      data: draft.data,
      ...more,
    };
    const refuse = (): Promise<never> => Promise.reject(new Error('no documents here'));
    const { reader, guard } = trackReads(this.store);
    const context = { now: this.now, records: reader, documents: { put: refuse, get: refuse } };
    const { writes = [], events = [] } = await handler.handle(handler.contract.parse(event), context);
    expect(writes.length + events.length + 1).toBeLessThanOrEqual(limits.transactionItems);
    this.transactions += 1;
    for (const { key, value } of guard(writes)) {
      if (value === undefined) this.records.delete(key);
      else this.records.set(key, structuredClone(value));
    }
    for (const each of events) {
      this.onNote(each);
      if (this.#handlers.has(each.type)) await this.deliver(each);
      else this.said.push(each);
    }
  }

  place(generation: number, services: readonly ServicePlacement[], removed: string[] = []): Promise<void> {
    const decision = { sha256: 'a'.repeat(64), bytes: 1 };
    const page = { cause: 'submitted' as const, page: 1, pages: 1, decision };
    return this.deliver(
      placementDecided.draft({ application: 'shop', generation, services: [...services], removed, ...page }),
    );
  }

  report(service: string, target: string, phase: DeploymentPhase, more: Partial<Envelope> = {}): Promise<void> {
    return this.deliver(
      deploymentReported.draft({
        application: 'shop',
        service,
        target,
        generation: 1,
        phase,
        reason: phase === 'unreachable' ? 'CloudUnreachable' : 'Observed',
        message: phase,
        replicas: { desired: 1, ready: phase === 'ready' ? 1 : 0 },
        ...(phase === 'ready' ? { endpoint: 'http://x' } : {}),
      }),
      more,
    );
  }

  deployments(): DeploymentRecord[] {
    return [...this.records]
      .filter(([key]) => key.startsWith(deploymentPrefix))
      .map(([, value]) => value as DeploymentRecord);
  }

  count(type: string): number {
    return this.said.filter((each) => each.type.includes(type)).length;
  }

  #stored<T>(key: string): Stored<T> | undefined {
    const value = this.records.get(key);
    return value === undefined ? undefined : { key, version: 1, value: structuredClone(value) as T };
  }
}

const service = (name: string, on = targets): ServicePlacement => ({
  service: name,
  tier: 'standard',
  routed: true,
  specHash: 'abcdef01',
  targets: on.map((target) => ({ target, replicas: 1 })),
  progressDeadlineSeconds: 60,
});

let world: World;
beforeEach(() => {
  world = new World();
});

describe('a page of placements', () => {
  const page = Array.from({ length: 40 }, (_, index) => service(`s${index}`));

  it('beyond one transaction is expected in steps, every target once', async () => {
    await world.place(1, page);
    expect(world.deployments()).toHaveLength(120);
    expect(world.count('observe')).toBe(120);
    expect(world.transactions).toBeGreaterThan(2);
  });

  it('delivered again changes nothing', async () => {
    await world.place(1, page);
    const before = structuredClone(world.records);
    await world.place(1, page);
    expect(world.records).toEqual(before);
    expect(world.count('observe')).toBe(120);
  });

  it('of many targets retires them all when the services are removed', async () => {
    await world.place(1, page);
    await world.place(
      2,
      [],
      page.map(({ service: name }) => name),
    );
    expect(world.deployments().map(({ status }) => status)).toEqual(Array(120).fill('retiring'));
  });
});

describe('a report', () => {
  it('becomes a fact; the same from a rehearsal does not', async () => {
    await world.place(1, [service('web', targets.slice(0, 1))]);
    await world.report('web', targets[0] ?? '', 'ready', { dryrun: true });
    expect(world.count('deployment.ready')).toBe(0);
    await world.report('web', targets[0] ?? '', 'ready');
    expect(world.count('deployment.ready')).toBe(1);
  });

  it('without an answer, three times, makes the region unreachable, once', async () => {
    const [target = ''] = targets;
    await world.place(1, [service('web', [target]), service('cart', [target])]);
    for (let round = 0; round < 6; round++) {
      world.now += 1_500;
      await world.report(round % 2 === 0 ? 'web' : 'cart', target, 'unreachable');
    }
    expect(world.count('health.changed')).toBe(1);
    const [, , regions] = routes(world.store);
    const answer = await regions?.answer({ params: {}, search: {} });
    expect(answer?.body).toMatchObject({ regions: [{ scope: 'aws/eu-west-1', status: 'unreachable' }] });
  });
});

describe('a region that goes silent', () => {
  const [first = '', second = '', third = ''] = ['eu-west-1', 'us-east-1', 'eu-north-1'].map(
    (at) => `aws/${at}/fargate`,
  );
  const silence = async (target: string): Promise<void> => {
    for (let look = 0; look < 3; look++) {
      world.now += 1_500;
      await world.report('web', target, 'unreachable');
    }
  };
  const asked = (): readonly unknown[] =>
    world.said.filter(({ type }) => type.includes('target.survey.')).map(({ subject }) => subject);

  it('is told of with when the others of its cloud last answered, and they are asked whether they do', async () => {
    await world.place(1, [service('web', [first, second, third, ...targets.slice(1)])]);
    for (const target of [third, second, first, ...targets.slice(1)]) await world.report('web', target, 'ready');
    await silence(first);
    const [change] = world.said.filter(({ type }) => type.includes('health.changed')).map(({ data }) => data);
    const { neighbours } = change as {
      readonly neighbours: readonly { readonly scope: string; readonly answeredAt: string }[];
    };
    expect(neighbours.map(({ scope }) => scope)).toEqual(['aws/us-east-1', 'aws/eu-north-1']);
    const [newest, oldest] = neighbours.map(({ answeredAt }) => Date.parse(answeredAt));
    expect(newest).toBeGreaterThan(oldest ?? 0);
    expect([...asked()].sort()).toEqual(['aws/eu-north-1', 'aws/us-east-1']);
  });

  it('asks no neighbour that has answered since, was asked since, or is silent itself', async () => {
    await world.place(1, [service('web', [first, second, third])]);
    for (const target of [first, second, third]) await world.report('web', target, 'ready');
    await silence(second);
    expect([...asked()].sort()).toEqual(['aws/eu-north-1', 'aws/eu-west-1']);
    world.said.length = 0;
    for (let look = 0; look < 3; look++) {
      world.now += 1_500;
      await world.report('web', first, 'unreachable');
      world.now += defaultMonitorSettings.health.refreshMs;
      await world.report('web', third, 'ready');
    }
    expect(world.count('health.changed')).toBe(1);
    expect(asked()).toEqual([]);
  });
});

describe('the sweep', () => {
  it('forgets what was measured at the router with the last deployments of a service, however many go at once', async () => {
    const key = seriesKey('1m', { application: 'shop', service: 'web', place: router });
    await world.place(1, [service('web'), service('cart', targets.slice(0, 1))]);
    world.records.set(key, { rings: {} });
    await world.place(2, [service('cart', targets.slice(0, 1))], ['web']);
    for (const target of targets) await world.report('web', target, 'absent');
    await world.report('cart', targets[0] ?? '', 'ready');
    world.now += defaultMonitorSettings.forgetAfterMs + 1;
    for (let sweep = 0; sweep < 3; sweep++) await world.deliver(scheduleReconcile.draft({}));
    expect(world.deployments().map((each) => each.service)).toEqual(['cart']);
    expect(world.records.has(key)).toBe(false);
  });

  it('does not begin anew while one is under way, unless that one is lost', async () => {
    const many = Array.from({ length: 40 }, (_, index) => service(`s${index}`, targets.slice(0, 1)));
    for (let part = 0; part < 40; part += 10) await world.place(1, many.slice(part, part + 10));
    for (const { service: name, target } of world.deployments()) await world.report(name, target, 'ready');
    world.said.length = 0;
    world.now += 120_000;
    world.records.set(sweepKey, { at: world.now, done: false });
    await world.deliver(scheduleReconcile.draft({}));
    expect(world.count('observe')).toBe(0);
    world.now += defaultMonitorSettings.lostAfterMs;
    await world.deliver(scheduleReconcile.draft({}));
    expect(world.count('observe')).toBe(40);
    expect(world.records.get(sweepKey)).toMatchObject({ done: true });
  });

  it('waits between its steps in proportion to what it looked at', async () => {
    const pace: number[] = [];
    world.onNote = ({ type, delayMs }) => type === scheduleReconcile.type && pace.push(delayMs);
    const many = Array.from({ length: 40 }, (_, index) => service(`s${index}`, targets.slice(0, 1)));
    for (let part = 0; part < 40; part += 10) await world.place(1, many.slice(part, part + 10));
    for (const { service: name, target } of world.deployments()) await world.report(name, target, 'ready');
    pace.length = 0;
    await world.deliver(scheduleReconcile.draft({}));
    world.now += 120_000;
    await world.deliver(scheduleReconcile.draft({}));
    // The first two begin the sweep proper, once the survey of the region is ordered.
    expect(pace).toEqual([0, 0, defaultMonitorSettings.sweepPaceMs]);
  });

  it('walks over a fleet page by page and looks at each deployment that nobody follows', async () => {
    for (let part = 0; part < 10; part++) {
      await world.place(
        1,
        Array.from({ length: 10 }, (_, index) => service(`s${part}-${index}`, targets.slice(0, 2))),
      );
    }
    for (const { service: name, target } of world.deployments()) await world.report(name, target, 'ready');
    world.said.length = 0;
    world.now += 20_000;
    await world.deliver(scheduleReconcile.draft({}));
    expect(world.count('observe')).toBe(0);
    world.now += 100_000;
    await world.deliver(scheduleReconcile.draft({}));
    expect(world.count('observe')).toBe(200);
    await world.deliver(scheduleReconcile.draft({}));
    expect(world.count('observe')).toBe(200);
  });
});

describe('a survey', () => {
  const found = (service: string, target = targets[0] ?? '') => ({
    application: 'shop',
    service,
    target,
    generation: 1,
  });
  const surveyed = (
    standing: ReturnType<typeof found>[],
    phase: 'answered' | 'unreachable' = 'answered',
    reason: { readonly reason?: 'Throttled' } = {},
  ) => world.deliver(targetSurveyed.draft({ scope: 'aws/eu-west-1', phase, message: 'a survey', standing, ...reason }));

  it('is ordered of every region that was heard of, once in a while, before the sweep begins', async () => {
    await world.place(1, [service('web')]);
    for (const target of targets) await world.report('web', target, 'ready');
    world.now += defaultMonitorSettings.surveyAfterMs;
    for (let sweep = 0; sweep < 5; sweep++) await world.deliver(scheduleReconcile.draft({}));
    expect(world.count('target.survey.')).toBe(3);
    expect(world.records.get(sweepKey)).toMatchObject({ done: true });
    world.now += defaultMonitorSettings.surveyAfterMs;
    await world.deliver(scheduleReconcile.draft({}));
    expect(world.count('target.survey.')).toBe(6);
  });

  it('leads to a look at what was removed or never placed, and at nothing else', async () => {
    await world.place(1, [service('web', targets.slice(0, 1)), service('gone', targets.slice(0, 1))]);
    await world.report('web', targets[0] ?? '', 'ready');
    await world.place(2, [service('web', targets.slice(0, 1))], ['gone']);
    await world.report('gone', targets[0] ?? '', 'absent');
    world.said.length = 0;
    const elsewhere = found('web', 'aws/eu-west-1/ecs-ec2');
    await surveyed([found('web'), found('gone'), elsewhere, { ...found('web'), application: 'unheard-of' }]);
    const looks = world.said.filter(({ type }) => type.includes('observe')).map(({ subject }) => subject);
    expect(looks).toEqual(['shop/gone/aws/eu-west-1/fargate', 'shop/web/aws/eu-west-1/ecs-ec2']);
  });

  it('that was throttled says nothing of the region', async () => {
    await surveyed([], 'unreachable', { reason: 'Throttled' });
    expect(world.records.get('health/aws/eu-west-1')).toBeUndefined();
    await surveyed([], 'unreachable');
    expect(world.records.get('health/aws/eu-west-1')).toBeDefined();
  });

  it('that finds what was removed has it removed again', async () => {
    await world.place(1, [service('web', targets.slice(0, 1))]);
    await world.place(2, [], ['web']);
    await world.report('web', targets[0] ?? '', 'absent');
    expect(world.count('deployment.removed')).toBe(1);
    await world.report('web', targets[0] ?? '', 'ready');
    expect(world.said.at(-1)).toMatchObject({
      type: 'dev.homeostasis.deployment.drifted.v1',
      data: { service: 'web' },
    });
  });

  it('brings an unreachable region back in which nothing is left to look at', async () => {
    for (let silence = 0; silence < 3; silence++) {
      world.now += 1_500;
      await surveyed([], 'unreachable');
    }
    await surveyed([]);
    const statuses = world.said.filter(({ type }) => type.includes('health.changed')).map(({ data }) => data);
    expect(statuses).toMatchObject([{ status: 'unreachable' }, { status: 'healthy' }]);
  });
});

describe('routes', () => {
  it('list deployments with their conditions and derived readiness, and narrow them', async () => {
    await world.place(1, [service('web'), service('cart')]);
    await world.report('web', targets[0] ?? '', 'ready');
    const [list, one] = routes(world.store);
    const narrowed = await list?.answer({ params: {}, search: { application: 'shop', service: 'web' } });
    expect((narrowed?.body as { deployments: unknown[] }).deployments).toHaveLength(3);
    const found = await one?.answer({ params: { application: 'shop', service: 'web' }, search: {} });
    expect((found?.body as { deployments: unknown[] }).deployments[0]).toMatchObject({
      id: `shop/web/${targets[0]}`,
      ready: 'True',
      endpoint: 'http://x',
      conditions: expect.arrayContaining([expect.objectContaining({ type: 'Healthy', status: 'True' })]),
    });
    expect(await list?.answer({ params: {}, search: { service: 'web' } })).toMatchObject({ status: 400 });
    expect(await one?.answer({ params: { application: 'no', service: 'no' }, search: {} })).toMatchObject({
      status: 404,
    });
  });
});
