import { describe, expect, it } from 'vitest';
import { createMemoryRuntime } from '../../shared/adapters/memory/index.ts';
import { applicationScaled } from '../../shared/contracts/application-scaled.ts';
import type { ApplicationSpec, ServiceSpec } from '../../shared/contracts/application-spec.ts';
import { applicationSubmitted } from '../../shared/contracts/application-submitted.ts';
import { applicationWithdrawn } from '../../shared/contracts/application-withdrawn.ts';
import type { Draft } from '../../shared/contracts/contract.ts';
import type { SpecChange } from '../../shared/contracts/cost-values.ts';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import { recommendationAccepted } from '../../shared/contracts/recommendation-accepted.ts';
import { targetExcluded } from '../../shared/contracts/target-excluded.ts';
import { targetReadmitted } from '../../shared/contracts/target-readmitted.ts';
import { serviceReturn } from '../../shared/contracts/service-return.ts';
import { processEvent } from '../../shared/pipeline/process.ts';
import { defaultPlacementSettings as settings, handlers } from './index.ts';
import { applicationKey, placementKey, type ApplicationRecord, type PlacementRecord } from './record.ts';

const dublin = 'aws/eu-west-1/fargate';
const frankfurt = 'aws/eu-central-1/fargate';

/** The service's real handlers over records in memory; its notes to itself are delivered when they are due. */
class World {
  now: number;
  readonly said: Envelope[] = [];
  readonly #runtime = createMemoryRuntime({ clock: { now: () => this.now } });
  #notes: { readonly event: Envelope; readonly dueAt: number }[] = [];
  #ids = 0;

  constructor(start: string) {
    this.now = Date.parse(start);
  }

  async tell({ type, subject, data }: Draft): Promise<Envelope> {
    const id = `e${(this.#ids += 1)}`;
    const time = new Date((this.now += 1)).toISOString();
    const base = { specversion: '1.0', id, source: '/test', time } as const;
    const event: Envelope = { ...base, type, subject, datacontenttype: 'application/json', correlationid: id, data };
    await this.deliver(event);
    return event;
  }

  async deliver(event: Envelope): Promise<void> {
    await this.#process(event);
    await this.#due(this.now);
  }

  async #process(event: Envelope): Promise<void> {
    const { records, documents, log } = this.#runtime;
    const known = (await log.read({ limit: 10_000 })).length;
    const handler = handlers(settings).find(({ contract }) => contract.type === event.type);
    if (handler !== undefined)
      await processEvent(handler, event, { records, documents, clock: { now: () => this.now } });
    const fresh = (await log.read({ limit: 10_000 })).slice(known).map((each) => each.event);
    this.said.push(...fresh);
    for (const each of fresh) {
      const { scheduleAt, retryAt } = each.data as { readonly scheduleAt?: number; readonly retryAt?: number };
      if (/\.placement\..*-due\./.test(each.type))
        this.#notes.push({ event: each, dueAt: scheduleAt ?? retryAt ?? this.now });
    }
  }

  async #due(until: number): Promise<void> {
    for (;;) {
      this.#notes.sort((a, b) => a.dueAt - b.dueAt);
      const [next] = this.#notes;
      if (next === undefined || next.dueAt > until) return;
      this.#notes.shift();
      this.now = Math.max(this.now, next.dueAt);
      await this.#process(next.event);
    }
  }

  async until(time: string): Promise<void> {
    await this.#due(Date.parse(time));
    this.now = Date.parse(time);
  }

  async record(): Promise<ApplicationRecord | undefined> {
    return (await this.#runtime.records.get<ApplicationRecord>(applicationKey('shop')))?.value;
  }

  async web(): Promise<PlacementRecord | undefined> {
    return (await this.#runtime.records.get<PlacementRecord>(placementKey('shop', 'web')))?.value;
  }

  async replicas(): Promise<number | undefined> {
    return (await this.web())?.targets.reduce((sum, { replicas }) => sum + replicas, 0);
  }

  async at(): Promise<readonly string[] | undefined> {
    return (await this.web())?.targets.map(({ target }) => target);
  }

  async spec(): Promise<ApplicationSpec> {
    const record = await this.record();
    if (record === undefined) throw new Error('nothing was placed');
    return this.#runtime.documents.get<ApplicationSpec>(record.spec);
  }

  of(message: string): readonly Record<string, unknown>[] {
    const type = `dev.homeostasis.${message}.v1`;
    return this.said.filter((each) => each.type === type).map(({ data }) => data as Record<string, unknown>);
  }
}

const submit = (web: Partial<ServiceSpec>): Draft =>
  applicationSubmitted.draft({
    application: 'shop',
    spec: {
      apiVersion: 'homeostasis.dev/v1',
      kind: 'Application',
      metadata: { name: 'shop' },
      spec: { services: [{ name: 'web', image: 'web:1', ...web }] },
    },
  });
const scale = (replicas: number): Draft =>
  applicationScaled.draft({ application: 'shop', services: [{ name: 'web', replicas }] });

describe('replicas by the clock', () => {
  const schedule: ServiceSpec['schedule'] = [
    { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:00', to: '18:00', timezone: 'Europe/Berlin', replicas: 4 },
  ];
  const web = { replicas: 1, schedule };

  it('are a new generation when the clock asks for other counts, and only then', async () => {
    const world = new World('2026-11-23T05:00:00Z');
    await world.tell(submit(web));
    expect(await world.replicas()).toBe(1);
    await world.until('2026-11-23T06:59:59Z');
    expect(await world.record()).toMatchObject({ generation: 1 });
    await world.until('2026-11-23T07:00:01Z');
    expect([await world.replicas(), (await world.record())?.generation]).toEqual([4, 2]);
    expect(await world.record()).toMatchObject({ cause: 'scheduled' });
    await world.until('2026-11-23T17:00:01Z');
    expect([await world.replicas(), (await world.record())?.generation]).toEqual([1, 3]);
    await world.until('2026-11-30T12:00:00Z');
    // Four more working days, and the Monday after.
    expect([await world.replicas(), (await world.record())?.generation]).toEqual([4, 12]);
    expect(await world.spec()).toMatchObject({ spec: { services: [{ replicas: 1 }] } });
  });

  it('keep one note at a time, whatever else happens', async () => {
    const world = new World('2026-11-23T05:00:00Z');
    await world.tell(submit(web));
    await world.tell(submit({ ...web, image: 'web:2' }));
    await world.tell(submit({ ...web, image: 'web:3' }));
    expect(world.of('placement.review-due')).toHaveLength(1);
    await world.until('2026-11-23T07:00:01Z');
    expect([await world.replicas(), (await world.record())?.generation]).toEqual([4, 4]);
    // A copy of a note that had its time is void.
    const note = world.said.find(({ type }) => type.includes('review-due'));
    await world.deliver({ ...(note as Envelope), id: 'again' });
    expect((await world.record())?.generation).toBe(4);
  });

  it('end with the schedule, and with the application', async () => {
    const world = new World('2026-11-23T05:00:00Z');
    await world.tell(submit(web));
    await world.tell(submit({ replicas: 2 }));
    expect((await world.record())?.scheduled).toBeUndefined();
    await world.until('2026-11-24T12:00:00Z');
    expect([await world.replicas(), (await world.record())?.generation]).toEqual([2, 2]);
    await world.tell(submit(web));
    await world.tell(applicationWithdrawn.draft({ application: 'shop' }));
    await world.until('2026-11-25T12:00:00Z');
    expect(await world.record()).toMatchObject({ status: 'withdrawn', generation: 4 });
  });

  it('give way to a hand until their next change, and to a submission at once', async () => {
    const world = new World('2026-11-23T09:00:00Z');
    await world.tell(submit(web));
    await world.tell(scale(9));
    expect(await world.replicas()).toBe(9);
    await world.tell(
      targetExcluded.draft({ scope: 'gcp/us-east1', reason: 'lost', mode: 'ungraceful', incident: 'i1' }),
    );
    expect(await world.replicas()).toBe(9);
    expect(await world.spec()).toMatchObject({ spec: { services: [{ replicas: 1, schedule }] } });
    await world.until('2026-11-23T17:00:01Z');
    expect(await world.replicas()).toBe(1);
    await world.until('2026-11-24T08:00:00Z');
    expect([await world.replicas(), (await world.record())?.byHand]).toEqual([4, undefined]);
    await world.tell(scale(9));
    await world.tell(submit({ ...web, image: 'web:2' }));
    expect(await world.replicas()).toBe(4);
  });

  it('are tried again while there is no room for them', async () => {
    const world = new World('2026-11-23T05:00:00Z');
    await world.tell(submit({ ...web, constraints: { clouds: { allow: ['aws'] } } }));
    await world.tell(targetExcluded.draft({ scope: 'aws', reason: 'lost', mode: 'ungraceful', incident: 'i1' }));
    await world.until('2026-11-23T08:00:00Z');
    expect(await world.replicas()).toBe(1);
    await world.tell(targetReadmitted.draft({ scope: 'aws', reason: 'back', incident: 'i1' }));
    await world.until('2026-11-23T09:00:00Z');
    expect(await world.replicas()).toBe(4);
  });
});

describe('a preferred target', () => {
  it('is where a service stands, and goes without regard to gain and cooldown', async () => {
    const world = new World('2026-11-23T05:00:00Z');
    await world.tell(submit({}));
    const before = await world.at();
    expect(before).not.toEqual([dublin]);
    await world.tell(submit({ prefer: [dublin] }));
    expect(await world.at()).toEqual([dublin]);
    await world.tell(submit({ prefer: [frankfurt, dublin] }));
    expect(await world.at()).toEqual([frankfurt]);
  });

  it('gives way to constraints, and says so', async () => {
    const world = new World('2026-11-23T05:00:00Z');
    await world.tell(submit({ prefer: [dublin, frankfurt], constraints: { dataResidency: ['DE'] } }));
    expect(await world.at()).toEqual([frankfurt]);
  });

  it('is left when it is lost, comes back by failback, and not with the next change of replicas', async () => {
    const world = new World('2026-11-23T05:00:00Z');
    await world.tell(submit({ prefer: [dublin, frankfurt] }));
    await world.tell(
      targetExcluded.draft({ scope: 'aws/eu-west-1', reason: 'lost', mode: 'ungraceful', incident: 'i1' }),
    );
    expect(await world.at()).toEqual([frankfurt]);
    await world.tell(targetReadmitted.draft({ scope: 'aws/eu-west-1', reason: 'back', incident: 'i1' }));
    await world.until('2026-11-23T09:00:00Z');
    await world.tell(scale(2));
    expect(await world.at()).toEqual([frankfurt]);
    const services = [{ service: 'web', targets: [dublin] }];
    await world.tell(serviceReturn.draft({ recovery: 'r1', application: 'shop', services, reason: 'home' }));
    expect(await world.at()).toEqual([dublin]);
  });
});

describe('an accepted recommendation', () => {
  const accept = (change: SpecChange[], direction: 'apply' | 'revert' = 'apply'): Draft =>
    recommendationAccepted.draft({
      recommendation: 'shop-web-rightsize',
      direction,
      application: 'shop',
      service: 'web',
      change,
      acceptedBy: 'somebody',
    });
  const smaller = [{ path: '/resources/cpu', from: 1, to: '500m' }];

  it('is a revision like any other, and what is read back afterwards', async () => {
    const world = new World('2026-11-23T05:00:00Z');
    await world.tell(submit({ resources: { cpu: 1 } }));
    const event = await world.tell(accept(smaller));
    expect(await world.record()).toMatchObject({ generation: 2, cause: 'recommended' });
    expect((await world.spec()).spec.services[0]).toMatchObject({ resources: { cpu: '500m' } });
    expect(world.of('recommendation.applied')).toMatchObject([{ outcome: 'applied', generation: 2 }]);
    // Told again, after a replay has cleared the marks: nothing new.
    await world.deliver({ ...event, source: '/test' });
    expect((await world.record())?.generation).toBe(2);
    await world.tell(accept([{ path: '/resources/cpu', from: '500m', to: 1 }], 'revert'));
    expect((await world.spec()).spec.services[0]).toMatchObject({ resources: { cpu: 1 } });
    expect(world.of('recommendation.applied').at(-1)).toMatchObject({ direction: 'revert', generation: 3 });
  });

  it('gives way to the next submission', async () => {
    const world = new World('2026-11-23T05:00:00Z');
    await world.tell(submit({ resources: { cpu: 1 } }));
    await world.tell(accept(smaller));
    await world.tell(submit({ resources: { cpu: 1 } }));
    expect((await world.spec()).spec.services[0]).toMatchObject({ resources: { cpu: 1 } });
  });

  it.each<[string, SpecChange[], RegExp]>([
    [
      'the spec has changed since',
      [{ path: '/resources/cpu', from: 2, to: 1 }],
      /spec has changed since: web\/resources\/cpu is 1 now, not 2/,
    ],
    ['the result is not valid', [{ path: '/replicas', to: -1 }], /not valid: spec\.services\[0\]\.replicas/],
    ['no place is left', [{ path: '/constraints', to: { maxMonthlyCost: 0.01 } }], /1 of 1 service fits nowhere: web/],
  ])('is refused with the reason where %s', async (_, change, reason) => {
    const world = new World('2026-11-23T05:00:00Z');
    await world.tell(submit({ resources: { cpu: 1 } }));
    await world.tell(accept(change));
    expect((await world.record())?.generation).toBe(1);
    const [said] = world.of('recommendation.applied');
    expect(said).toMatchObject({ outcome: 'refused' });
    expect(said?.['reason']).toMatch(reason);
  });

  it('of an application that is gone is refused', async () => {
    const world = new World('2026-11-23T05:00:00Z');
    await world.tell(accept(smaller));
    expect(world.of('recommendation.applied')).toMatchObject([{ outcome: 'refused' }]);
  });
});
