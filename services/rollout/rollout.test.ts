import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Draft } from '../../shared/contracts/contract.ts';
import { deploymentDegraded } from '../../shared/contracts/deployment-degraded.ts';
import { deploymentDrifted } from '../../shared/contracts/deployment-drifted.ts';
import { deploymentFailed } from '../../shared/contracts/deployment-failed.ts';
import { deploymentReady } from '../../shared/contracts/deployment-ready.ts';
import { deploymentRemoved } from '../../shared/contracts/deployment-removed.ts';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import {
  placementDecided,
  type DecisionCause,
  type ServicePlacement,
} from '../../shared/contracts/placement-decided.ts';
import { targetExcluded } from '../../shared/contracts/target-excluded.ts';
import { targetReadmitted } from '../../shared/contracts/target-readmitted.ts';
import type { Route } from '../../shared/contracts/traffic-shift.ts';
import { trafficShifted } from '../../shared/contracts/traffic-shifted.ts';
import type { Handler, HandlerContext } from '../../shared/pipeline/handler.ts';
import { limits } from '../../shared/ports/record-store.ts';
import { desiredRoutes, fitness, fitOf } from './split.ts';
import { defaultRolloutSettings, handlers, routes } from './index.ts';
import { rolloutKey, serviceKey, type FactKind, type RolloutRecord, type ServiceRecord } from './record.ts';

const A = 'aws/eu-west-1/fargate';
const B = 'gcp/europe-west1/cloud-run';
const C = 'azure/westeurope/container-apps';
const contractOf = {
  ready: deploymentReady,
  degraded: deploymentDegraded,
  failed: deploymentFailed,
  drifted: deploymentDrifted,
  removed: deploymentRemoved,
};

interface Placed {
  readonly targets?: Readonly<Record<string, number>>;
  readonly service?: string;
  readonly routed?: boolean;
  readonly steps?: readonly number[];
}

/** The service's real handlers over records in a map: what they say is kept, what they say to themselves is delivered. */
class World {
  now = 1_000;
  readonly records = new Map<string, unknown>();
  readonly said: Draft[] = [];
  readonly #handlers = new Map<string, Handler>(
    handlers(defaultRolloutSettings).map((each) => [each.contract.type, each]),
  );
  #ids = 0;
  /** Whether the router confirms every shift at once. */
  confirms = true;
  /** Whether canary notes wait until they are asked for. */
  readonly later: Draft[] = [];

  async deliver(draft: Draft, at = (this.now += 1), id = `e${(this.#ids += 1)}`): Promise<void> {
    const handler = this.#handlers.get(draft.type);
    if (handler === undefined) return;
    const event: Envelope = {
      specversion: '1.0',
      id,
      source: '/test',
      type: draft.type,
      subject: draft.subject,
      time: new Date(at).toISOString(),
      datacontenttype: 'application/json',
      correlationid: id,
      data: structuredClone(draft.data),
    };
    const outcome = await handler.handle(handler.contract.parse(event), this.#context());
    const { writes = [], events = [] } = outcome;
    expect(writes.length + events.length + 1).toBeLessThanOrEqual(limits.transactionItems);
    for (const { key, value } of writes) {
      expect(JSON.stringify(value ?? null).length).toBeLessThan(limits.recordBytes);
      if (value === undefined) this.records.delete(key);
      else this.records.set(key, structuredClone(value));
    }
    for (const each of events) await this.#route(each);
  }

  async #route(draft: Draft): Promise<void> {
    this.said.push(draft);
    if (draft.delayMs > 0) this.later.push(draft);
    else if (draft.type.includes('.rollout.')) await this.deliver(draft);
    else if (draft.type.includes('traffic.shift.') && this.confirms) await this.confirm(draft);
  }

  confirm(draft: Draft): Promise<void> {
    const { reason: _reason, ...split } = draft.data as { reason: string; sequence: number; routes: Route[] };
    return this.deliver({ ...trafficShifted.draft(split as never) });
  }

  #context(): HandlerContext {
    const refuse = (): Promise<never> => Promise.reject(new Error('no documents here'));
    return {
      now: this.now,
      documents: { put: refuse, get: refuse },
      records: {
        get: <T>(key: string) => Promise.resolve(structuredClone(this.records.get(key)) as T | undefined),
        list: <T>(prefix: string, page?: { readonly after?: string; readonly limit?: number }) => {
          const keys = [...this.records.keys()].filter((key) => key.startsWith(prefix)).sort();
          const rest = keys.filter((key) => key > (page?.after ?? ''));
          const taken = rest.slice(0, page?.limit ?? 100);
          const items = taken.map((key) => ({ key, version: 1, value: structuredClone(this.records.get(key)) as T }));
          const next = taken.at(-1);
          return Promise.resolve({ items, ...(rest.length > taken.length && next !== undefined ? { next } : {}) });
        },
      },
    };
  }

  place(
    generation: number,
    services: readonly Placed[],
    more: { removed?: string[]; cause?: DecisionCause; page?: number; pages?: number } = {},
  ): Promise<void> {
    return this.deliver(placed(generation, services, more));
  }

  fact(
    kind: FactKind,
    target: string,
    generation: number,
    more: Partial<{
      ready: number;
      service: string;
      reason: 'Missing' | 'Unhealthy' | 'StaleGeneration';
      standing: number;
      at: number;
      id: string;
    }> = {},
  ): Promise<void> {
    return this.deliver(fact(kind, target, generation, more), more.at, more.id);
  }

  async ready(generation: number, ...targets: string[]): Promise<void> {
    for (const target of targets) await this.fact('ready', target, generation);
  }

  service(name = 'web'): ServiceRecord {
    return this.records.get(serviceKey('shop', name)) as ServiceRecord;
  }

  rollout(): RolloutRecord {
    return this.records.get(rolloutKey('shop')) as RolloutRecord;
  }

  /** Commands and outcomes said since the last call, in words. */
  news(): string[] {
    const words = this.said.splice(0).flatMap((draft) => this.#word(draft));
    return words;
  }

  #word({ type, data }: Draft): string[] {
    const facts = data as { target: string; generation: number; reason: string; routes: Route[]; service: string };
    if (type.includes('traffic.shift.')) {
      const weights = facts.routes.map(({ target, weight }) => `${short(target)}=${weight}`).join(' ');
      return [`shift ${weights === '' ? 'nothing' : weights} (${facts.reason})`];
    }
    if (type.includes('deployment.remove'))
      return [`remove ${short(facts.target)}@${facts.generation} (${facts.reason})`];
    if (type.includes('rollout.completed')) return [`completed ${facts.generation}`];
    if (type.includes('rollout.failed'))
      return [`failed ${facts.generation}: ${facts.service} ${short(facts.target)} ${facts.reason}`];
    return [];
  }
}

const short = (target: string): string => ({ [A]: 'A', [B]: 'B', [C]: 'C' })[target] ?? target;

function placed(
  generation: number,
  services: readonly Placed[],
  {
    removed = [],
    cause = 'submitted',
    page = 1,
    pages = 1,
  }: { removed?: string[]; cause?: DecisionCause; page?: number; pages?: number } = {},
): Draft {
  const listed = services.map(({ service = 'web', targets = { [A]: 2 }, routed = true, steps }): ServicePlacement => ({
    service,
    tier: 'standard',
    routed,
    specHash: 'abcdef01',
    targets: Object.entries(targets).map(([target, replicas]) => ({ target, replicas })),
    progressDeadlineSeconds: 60,
    ...(steps === undefined ? {} : { steps: [...steps], stepSeconds: 30 }),
  }));
  const decision = { sha256: 'a'.repeat(64), bytes: 1 };
  return placementDecided.draft({
    application: 'shop',
    generation,
    cause,
    page,
    pages,
    services: listed,
    removed,
    decision,
  });
}

const serving: ReadonlySet<FactKind> = new Set(['ready', 'degraded']);

function fact(
  kind: FactKind,
  target: string,
  generation: number,
  {
    ready = kind === 'ready' ? 2 : 1,
    service = 'web',
    reason,
    standing,
  }: Partial<{
    ready: number;
    service: string;
    reason: 'Missing' | 'Unhealthy' | 'StaleGeneration';
    standing: number;
  }> = {},
): Draft {
  return contractOf[kind].draft({
    application: 'shop',
    service,
    target,
    generation,
    reason: reason ?? 'Observed',
    message: `it is ${kind}`,
    replicas: { desired: Math.max(1, ready), ready: kind === 'removed' || kind === 'failed' ? 0 : ready },
    ...(serving.has(kind) ? { endpoint: `http://${short(target)}` } : {}),
    ...(standing === undefined ? {} : { standing }),
  });
}

let world: World;
beforeEach(() => {
  world = new World();
});

/** Generation 1 stands on A and serves. */
async function standing(): Promise<void> {
  await world.place(1, [{ targets: { [A]: 2 } }]);
  await world.ready(1, A);
  expect(world.news()).toEqual(['shift A=100 (Rollout)', 'completed 1']);
}

describe('make before break', () => {
  it('waits for all new targets, splits by ready replicas, and completes when the router confirmed', async () => {
    await world.place(1, [{ targets: { [A]: 2, [B]: 1 } }]);
    await world.ready(1, A);
    expect(world.news()).toEqual([]);
    world.confirms = false;
    await world.fact('ready', B, 1, { ready: 1 });
    expect(world.news()).toEqual(['shift A=67 B=33 (Rollout)']);
    expect(world.rollout().status).toBe('progressing');
    const { sequence, routes: split } = world.service().commanded ?? { sequence: 0, routes: [] };
    await world.deliver(
      trafficShifted.draft({ application: 'shop', service: 'web', generation: 1, sequence, routes: [...split] }),
    );
    expect(world.news()).toEqual(['completed 1']);
  });

  it('removes the old target only after the router confirmed a split without it', async () => {
    await standing();
    world.confirms = false;
    await world.place(2, [{ targets: { [B]: 2 } }]);
    await world.ready(2, B);
    expect(world.news()).toEqual(['shift B=100 (Rollout)']);
    await world.deliver(
      trafficShifted.draft({ application: 'shop', service: 'web', generation: 2, sequence: 1, routes: [] }),
    );
    expect(world.news()).toEqual([]);
    await world.deliver(
      trafficShifted.draft({ application: 'shop', service: 'web', generation: 2, sequence: 2, routes: [] }),
    );
    expect(world.news()).toEqual(['remove A@2 (Retired)', 'completed 2']);
    expect(world.service().targets[A]?.removal).toBeDefined();
    await world.fact('removed', A, 2);
    expect(world.service().targets[A]?.fact?.kind).toBe('removed');
  });

  it('updates in place without a shift when the endpoint stays', async () => {
    await standing();
    await world.place(2, [{ targets: { [A]: 2 } }]);
    expect(world.news()).toEqual([]);
    await world.ready(2, A);
    expect(world.news()).toEqual(['completed 2']);
  });

  it('retires a worker once its new targets are ready', async () => {
    await world.place(1, [{ targets: { [A]: 1 }, routed: false }]);
    const { endpoint: _endpoint, ...quiet } = fact('ready', A, 1).data as { endpoint?: string };
    await world.deliver(deploymentReady.draft(quiet as never));
    expect(world.news()).toEqual(['completed 1']);
    await world.place(2, [{ targets: { [B]: 1 }, routed: false }]);
    await world.deliver(deploymentReady.draft({ ...quiet, target: B, generation: 2 } as never));
    expect(world.news()).toEqual(['remove A@2 (Retired)', 'completed 2']);
  });

  it('takes facts that come before their placement', async () => {
    await world.ready(1, A);
    expect(world.news()).toEqual([]);
    await world.place(1, [{ targets: { [A]: 2 } }]);
    expect(world.news()).toEqual(['shift A=100 (Rollout)', 'completed 1']);
  });

  it('asks again for a removal that is owed whenever the target is seen alive', async () => {
    await standing();
    await world.place(2, [{ targets: { [B]: 2 } }]);
    await world.ready(2, B);
    world.news();
    await world.fact('drifted', A, 2);
    await world.fact('drifted', A, 2);
    expect(world.news()).toEqual(['remove A@2 (Retired)', 'remove A@2 (Retired)']);
    await world.fact('removed', A, 2);
    expect(world.news()).toEqual([]);
  });

  it('removes as an orphan what it never placed', async () => {
    await standing();
    await world.fact('ready', C, 1);
    expect(world.news()).toEqual(['remove C@1 (Orphaned)']);
  });
});

describe('canary', () => {
  const steps = [10, 50];
  const next = async (): Promise<void> => {
    const note = world.later.shift();
    if (note !== undefined) await world.deliver(note);
  };

  it('goes step by step, each counted from its confirmation, then takes over', async () => {
    await standing();
    await world.place(2, [{ targets: { [B]: 2 }, steps }]);
    await world.ready(2, B);
    expect(world.news()).toEqual(['shift A=90 B=10 (Canary)']);
    expect(world.later.map(({ delayMs }) => delayMs)).toEqual([30_000]);
    await next();
    expect(world.news()).toEqual(['shift A=50 B=50 (Canary)']);
    await next();
    expect(world.news()).toEqual(['shift B=100 (Rollout)', 'remove A@2 (Retired)', 'completed 2']);
  });

  it('gives all traffic back while a new target is degraded, and goes on when it is ready again', async () => {
    await standing();
    await world.place(2, [{ targets: { [B]: 2 }, steps }]);
    await world.ready(2, B);
    await world.fact('degraded', B, 2);
    expect(world.news()).toEqual(['shift A=90 B=10 (Canary)', 'shift A=100 (Canary)']);
    await next();
    expect(world.news()).toEqual([]);
    await world.ready(2, B);
    expect(world.news()).toEqual(['shift A=50 B=50 (Canary)']);
  });

  it('returns to the old targets when the generation fails', async () => {
    await standing();
    await world.place(2, [{ targets: { [B]: 2 }, steps }]);
    await world.ready(2, B);
    world.news();
    await world.fact('failed', B, 2, { reason: 'Unhealthy' });
    expect(world.news()).toEqual(['shift A=100 (Degraded)', 'failed 2: web B Unhealthy']);
    await next();
    expect(world.news()).toEqual([]);
  });
});

describe('failure', () => {
  it('is said once, nothing shifts, and the next generation cleans up', async () => {
    await standing();
    await world.place(2, [{ targets: { [B]: 2, [C]: 2 } }]);
    await world.fact('failed', B, 2, { reason: 'Unhealthy' });
    await world.fact('failed', C, 2, { reason: 'Unhealthy' });
    await world.ready(2, B, C);
    expect(world.news()).toEqual(['failed 2: web B Unhealthy']);
    await world.place(3, [{ targets: { [A]: 2 } }], { cause: 'rolled-back' });
    expect(world.rollout()).toMatchObject({
      generation: 3,
      status: 'progressing',
      previous: { generation: 2, status: 'failed' },
    });
    await world.ready(3, A);
    expect(world.news()).toEqual(['remove B@3 (Retired)', 'remove C@3 (Retired)', 'completed 3']);
  });

  it('of a service that is done fails the generation too while others are under way', async () => {
    await world.place(1, [{}, { service: 'cart' }]);
    await world.ready(1, A);
    await world.fact('failed', A, 1, { reason: 'Unhealthy' });
    expect(world.news()).toEqual(['shift A=100 (Rollout)', 'failed 1: web A Unhealthy']);
  });

  it('of a first generation is over when it comes right, late', async () => {
    await world.place(1, [{}, { service: 'cart' }]);
    await world.ready(1, A);
    await world.fact('failed', A, 1, { service: 'cart', reason: 'Unhealthy' });
    expect(world.news()).toEqual(['shift A=100 (Rollout)', 'failed 1: cart A Unhealthy']);
    await world.fact('ready', A, 1, { service: 'cart' });
    expect(world.news()).toEqual(['shift A=100 (Rollout)', 'completed 1']);
    expect(world.rollout()).toMatchObject({ status: 'completed' });
    expect(world.rollout()).not.toHaveProperty('failure');
  });

  it('of a service that was done is waited for: the generation is not complete without it', async () => {
    await world.place(1, [{}, { service: 'cart' }, { service: 'mail' }]);
    await world.ready(1, A);
    await world.fact('ready', A, 1, { service: 'mail' });
    await world.fact('failed', A, 1, { reason: 'Unhealthy' });
    await world.fact('failed', A, 1, { service: 'mail', reason: 'Unhealthy' });
    await world.fact('ready', A, 1, { service: 'cart' });
    await world.ready(1, A);
    expect(world.rollout()).toMatchObject({ status: 'failed' });
    expect(world.news()).not.toContain('completed 1');
    await world.fact('ready', A, 1, { service: 'mail' });
    expect(world.news()).toEqual(['completed 1']);
  });

  it('of a service whose page had been done opens the page again', async () => {
    await world.place(1, [{}], { page: 1, pages: 2 });
    await world.ready(1, A);
    await world.place(1, [{ service: 'cart' }], { page: 2, pages: 2 });
    await world.fact('failed', A, 1, { reason: 'Unhealthy' });
    await world.fact('ready', A, 1, { service: 'cart' });
    expect(world.rollout()).toMatchObject({ status: 'failed', pagesDone: [2] });
    await world.ready(1, A);
    expect(world.rollout()).toMatchObject({ status: 'completed', pagesDone: [1, 2] });
  });

  it('of an update in the same places is over when they come right, if nothing newer came', async () => {
    await standing();
    await world.place(2, [{}]);
    await world.fact('failed', A, 2, { reason: 'Unhealthy' });
    await world.ready(2, A);
    expect(world.news()).toEqual(['failed 2: web A Unhealthy', 'completed 2']);
  });

  it('by a newer generation that stands there unbeknown passes its number on', async () => {
    await world.place(1, [{}]);
    await world.fact('failed', A, 1, { reason: 'StaleGeneration', standing: 7 });
    const said = world.said.find(({ type }) => type.includes('rollout.failed'));
    expect(said?.data).toMatchObject({ generation: 1, target: A, reason: 'StaleGeneration', standing: 7 });
  });

  it('that came before the placement counts when the placement comes', async () => {
    await world.fact('failed', A, 1, { reason: 'Unhealthy' });
    await world.place(1, [{}]);
    expect(world.news()).toEqual(['failed 1: web A Unhealthy']);
  });

  it('after completion moves weight to what is healthy, and back', async () => {
    await world.place(1, [{ targets: { [A]: 2, [B]: 2 } }]);
    await world.ready(1, A, B);
    world.news();
    await world.fact('failed', A, 1, { reason: 'Unhealthy' });
    await world.ready(1, A);
    await world.fact('degraded', B, 1);
    await world.fact('degraded', A, 1);
    expect(world.news()).toEqual([
      'shift B=100 (Degraded)',
      'shift A=50 B=50 (Degraded)',
      'shift A=100 (Degraded)',
      'shift A=50 B=50 (Degraded)',
    ]);
  });

  it('of all there is keeps traffic where it was: nothing better stands', async () => {
    await standing();
    await world.fact('failed', A, 1, { reason: 'Unhealthy' });
    expect(world.news()).toEqual([]);
  });
});

describe('generations', () => {
  it('a newer one supersedes, and facts and pages of the older one disturb nothing', async () => {
    await standing();
    await world.place(3, [{ targets: { [B]: 2 } }]);
    await world.place(2, [{ targets: { [C]: 2 } }]);
    await world.ready(2, C);
    await world.fact('failed', C, 2);
    expect(world.news()).toEqual([]);
    expect(world.rollout().generation).toBe(3);
    await world.ready(3, B);
    expect(world.news()).toEqual([
      'shift B=100 (Rollout)',
      'remove A@3 (Retired)',
      'remove C@3 (Orphaned)',
      'completed 3',
    ]);
  });

  it('a target that is wanted again is not taken for gone by the word about its former removal', async () => {
    await standing();
    await world.place(2, [{ targets: { [B]: 2 } }]);
    await world.ready(2, B);
    await world.place(3, [{ targets: { [A]: 2 } }]);
    await world.fact('removed', A, 2);
    await world.ready(3, A);
    expect(world.news().slice(-3)).toEqual(['shift A=100 (Rollout)', 'remove B@3 (Retired)', 'completed 3']);
  });

  it('completes over pages in any order, and only when all are done', async () => {
    await world.place(1, [{ service: 'b' }], { page: 2, pages: 2 });
    await world.fact('ready', A, 1, { service: 'b' });
    expect(world.news()).toEqual(['shift A=100 (Rollout)']);
    await world.place(1, [{ service: 'a' }], { page: 1, pages: 2 });
    await world.fact('ready', A, 1, { service: 'a' });
    expect(world.news()).toEqual(['shift A=100 (Rollout)', 'completed 1']);
    expect([...world.records.keys()].some((key) => key.includes('/page/'))).toBe(false);
  });

  it('one that changes nothing completes at once', async () => {
    await world.place(1, []);
    expect(world.news()).toEqual(['completed 1']);
  });

  it('a page beyond one transaction is taken up in steps', async () => {
    const services = Array.from({ length: 40 }, (_, index) => ({
      service: `s${index}`,
      targets: { [A]: 1, [B]: 1, [C]: 1 },
      routed: false,
    }));
    for (const { service } of services)
      for (const target of [A, B, C]) await world.fact('ready', target, 1, { service });
    await world.place(1, services);
    expect(world.news()).toContain('completed 1');
    await world.place(2, [], { removed: services.map(({ service }) => service) });
    const news = world.news();
    expect(news.filter((word) => word.startsWith('remove'))).toHaveLength(120);
    expect(news.at(-1)).toBe('completed 2');
  });
});

describe('removal', () => {
  it('of a service: traffic first, then every target; a silent cloud does not hold it up', async () => {
    await world.place(1, [{ targets: { [A]: 1, [B]: 1 } }]);
    await world.ready(1, A, B);
    world.news();
    await world.place(2, [], { removed: ['web'] });
    expect(world.news()).toEqual([
      'shift nothing (Removed)',
      'remove A@2 (ServiceRemoved)',
      'remove B@2 (ServiceRemoved)',
      'completed 2',
    ]);
    await world.fact('drifted', A, 2);
    expect(world.news()).toEqual(['remove A@2 (ServiceRemoved)']);
  });

  it('of an application is complete when everything is gone', async () => {
    await standing();
    await world.place(2, [], { removed: ['web'], cause: 'withdrawn' });
    expect(world.news()).toEqual(['shift nothing (Removed)', 'remove A@2 (Withdrawn)']);
    await world.fact('removed', A, 2);
    expect(world.news()).toEqual(['completed 2']);
  });

  it('and return: the sequence goes on, so that the router takes the new split', async () => {
    await standing();
    await world.place(2, [], { removed: ['web'] });
    await world.place(3, [{ targets: { [A]: 2 } }]);
    await world.ready(3, A);
    expect(world.service().commanded?.sequence).toBe(3);
  });
});

describe('exclusion', () => {
  const exclude = (scope: string): Promise<void> => world.deliver(targetExcluded.draft({ scope, reason: 'test' }));
  const readmit = (scope: string): Promise<void> => world.deliver(targetReadmitted.draft({ scope, reason: 'test' }));

  it('moves traffic at once where something healthy stands elsewhere, and back', async () => {
    await world.place(1, [{ targets: { [A]: 2, [B]: 2 } }]);
    await world.ready(1, A, B);
    world.news();
    await exclude('aws');
    await readmit('aws');
    expect(world.news()).toEqual(['shift B=100 (TargetExcluded)', 'shift A=50 B=50 (TargetExcluded)']);
  });

  it('never takes away all there is', async () => {
    await standing();
    await exclude('aws/eu-west-1');
    expect(world.news()).toEqual([]);
  });

  it('an older word about a scope that comes late changes nothing', async () => {
    await world.place(1, [{ targets: { [A]: 2, [B]: 2 } }]);
    await world.ready(1, A, B);
    await world.deliver(targetReadmitted.draft({ scope: 'aws', reason: 'test' }), 90_000);
    world.news();
    await world.deliver(targetExcluded.draft({ scope: 'aws', reason: 'test' }), 80_000);
    expect(world.news()).toEqual([]);
  });

  it('uses a new target that is ready before all of them are, when nothing else is usable', async () => {
    await standing();
    await exclude('aws');
    await world.place(2, [{ targets: { [B]: 2, [C]: 2 } }], { cause: 'target-excluded' });
    await world.ready(2, B);
    expect(world.news()).toEqual(['shift B=100 (Degraded)']);
    await world.ready(2, C);
    expect(world.news()).toEqual(['shift C=50 B=50 (Rollout)', 'remove A@2 (Retired)', 'completed 2']);
  });

  it('leaves traffic where it still may be served rather than send it to where no replica is ready', async () => {
    await standing();
    await exclude('aws');
    await world.place(2, [{ targets: { [B]: 2 } }], { cause: 'target-excluded' });
    await world.fact('degraded', B, 2, { ready: 0 });
    await world.fact('drifted', B, 1, { ready: 0 });
    expect(world.news()).toEqual([]);
    await world.fact('degraded', B, 2, { ready: 1 });
    expect(world.news()).toEqual(['shift B=100 (Degraded)']);
  });

  it('reaches every service of a fleet, page by page', async () => {
    for (let page = 1; page <= 10; page++) {
      const services = Array.from({ length: 20 }, (_, index) => ({
        service: `s${page}-${index}`,
        targets: { [A]: 1, [B]: 1 },
      }));
      await world.place(1, services, { page, pages: 10 });
      for (const { service } of services)
        for (const target of [A, B]) await world.fact('ready', target, 1, { service });
    }
    expect(world.news().at(-1)).toBe('completed 1');
    await exclude('gcp');
    expect(world.news().filter((word) => word === 'shift A=100 (TargetExcluded)')).toHaveLength(200);
  });
});

describe('routes', () => {
  it('shows the rollout with its services, and says what it does not know', async () => {
    await standing();
    const store = { get: (key: string) => Promise.resolve({ key, version: 1, value: world.records.get(key) }) };
    const list = (prefix: string) =>
      Promise.resolve({
        items: [...world.records]
          .filter(([key]) => key.startsWith(prefix))
          .map(([key, value]) => ({ key, version: 1, value })),
      });
    const [route] = routes({ ...store, list, commit: () => Promise.resolve() } as never);
    const answer = await route?.answer({ params: { application: 'shop' }, search: {} });
    expect(answer).toMatchObject({
      status: 200,
      body: { status: 'completed', progress: [{ service: 'web', settled: true }] },
    });
    const [empty] = routes({ get: () => Promise.resolve(undefined), list, commit: () => Promise.resolve() } as never);
    expect(await empty?.answer({ params: { application: 'nope' }, search: {} })).toMatchObject({ status: 404 });
  });
});

describe('whatever happens', () => {
  const targets = [A, B, C];
  const kinds = ['ready', 'degraded', 'drifted', 'removed', 'failed'] as const;
  const placements = fc.array(fc.subarray(targets), { minLength: 3, maxLength: 3 });
  const facts = fc.array(
    fc.record({
      kind: fc.constantFrom(...kinds),
      target: fc.constantFrom(...targets),
      generation: fc.integer({ min: 1, max: 3 }),
      ready: fc.integer({ min: 1, max: 5 }),
    }),
    { maxLength: 16 },
  );
  interface Step {
    readonly draft: Draft;
    readonly at: number;
    readonly id: string;
  }
  const histories = fc.tuple(placements, facts).map(([listed, heard]): Step[] => {
    const places = listed.map((list, index) =>
      placed(index + 1, [{ targets: Object.fromEntries(list.map((each) => [each, 2])) }]),
    );
    // The monitor says removed only of what is not wanted.
    const real = heard.filter(
      ({ kind, target, generation }) => kind !== 'removed' || !listed[generation - 1]?.includes(target),
    );
    const drafts = [
      ...places,
      ...real.map(({ kind, target, generation, ready }) => fact(kind, target, generation, { ready })),
    ];
    return drafts.map((draft, index) => ({ draft, at: 10_000 + index, id: `h${index}` }));
  });

  it('the split is whole, prefers what is ready, and what carries traffic is never removed', async () => {
    await fc.assert(
      fc.asyncProperty(
        histories.chain((all) => fc.shuffledSubarray(all, { minLength: all.length })),
        async (steps) => {
          const each = new World();
          for (const { draft, at, id } of steps) {
            await each.deliver(draft, at, id);
            const record = each.service();
            const split = record.commanded?.routes ?? [];
            const sum = split.reduce((total, { weight }) => total + weight, 0);
            expect([0, 100]).toContain(sum);
            const fits = split.map(({ target }) => fitOf(record.targets[target], target, []));
            expect(new Set(fits).size).toBeLessThanOrEqual(1);
            expect(fits.every((fit) => fit > fitness.none)).toBe(true);
            expect(desiredRoutes(record, [])).toEqual(split);
            for (const { target } of split) expect(record.targets[target]?.removal).toBeUndefined();
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('any order and any repetition of the same placements and facts leaves the same knowledge of every target', async () => {
    const known = async (steps: readonly Step[]): Promise<unknown> => {
      const each = new World();
      for (const { draft, at, id } of steps) await each.deliver(draft, at, id);
      const { targets: found, generation, removed } = each.service();
      // What is gone may be remembered or forgotten: both mean gone.
      const wanted = Object.entries(found).filter(([, state]) => state.wanted);
      return {
        generation,
        removed,
        wanted: Object.fromEntries(
          wanted.map(([name, { fact: last }]) => [name, last?.generation === generation ? last : 'not yet']),
        ),
      };
    };
    const orders = histories.chain((all) =>
      fc.tuple(
        fc.constant(all),
        fc.shuffledSubarray(all, { minLength: all.length }),
        fc.array(fc.constantFrom(...all), { maxLength: 6 }),
      ),
    );
    await fc.assert(
      fc.asyncProperty(orders, async ([all, shuffled, again]) => {
        expect(await known([...shuffled, ...again])).toEqual(await known(all));
      }),
      { numRuns: 200 },
    );
  });

  it('once every wanted target is ready and every old one is gone, all orders end in the same split', async () => {
    const ends = histories.map((all): Step[] => {
      const last = [A, B].map((target, index) => ({
        draft: fact('ready', target, 4, { ready: index + 1 }),
        at: 20_000,
        id: `z${index}`,
      }));
      return [
        ...all.filter(({ id }) => Number(id.slice(1)) < 3),
        { draft: placed(4, [{ targets: { [A]: 1, [B]: 2 } }]), at: 1, id: 'p4' },
        ...last,
        { draft: fact('removed', C, 4), at: 20_001, id: 'zc' },
      ];
    });
    await fc.assert(
      fc.asyncProperty(
        ends.chain((all) => fc.shuffledSubarray(all, { minLength: all.length })),
        async (steps) => {
          const each = new World();
          for (const { draft, at, id } of steps) await each.deliver(draft, at, id);
          expect(each.service().confirmed?.routes.map(({ target, weight }) => [short(target), weight])).toEqual([
            ['A', 33],
            ['B', 67],
          ]);
          expect(each.rollout()).toMatchObject({ generation: 4, status: 'completed' });
        },
      ),
      { numRuns: 200 },
    );
  });
});
