import { beforeEach, describe, expect, it } from 'vitest';
import { createMemoryRuntime } from '../../../shared/adapters/memory/index.ts';
import type { Draft } from '../../../shared/contracts/contract.ts';
import { costSweepDue } from '../../../shared/contracts/cost-sweep-due.ts';
import type { Envelope } from '../../../shared/contracts/envelope.ts';
import { placementDecided } from '../../../shared/contracts/placement-decided.ts';
import { recommendationAccepted } from '../../../shared/contracts/recommendation-accepted.ts';
import { recommendationApplied } from '../../../shared/contracts/recommendation-applied.ts';
import { recommendationControlRequested } from '../../../shared/contracts/recommendation-control-requested.ts';
import { recommendationMade } from '../../../shared/contracts/recommendation-made.ts';
import { rolloutCompleted } from '../../../shared/contracts/rollout-completed.ts';
import { usagePage, usageSummarized } from '../../../shared/contracts/usage-summarized.ts';
import { processEvent } from '../../../shared/pipeline/process.ts';
import { toTime } from '../../../shared/ports/clock.ts';
import type { Ledger } from '../../../shared/ports/ledger.ts';
import { defaultCostSettings, handlers, type CostGiven } from '../index.ts';
import { fargate, share, web } from './fixtures.ts';
import type { RecommendationRecord } from './record.ts';
import { recommendationRoutes } from './routes.ts';

const start = Date.UTC(2026, 10, 1, 8);
const dayMs = 86_400_000;

/** No bill was ever imported: nothing is asked of it. */
const noBills: Ledger = {
  ingest: () => Promise.reject(new Error('no bill is imported here')),
  sums: () => Promise.resolve([]),
  differs: () => Promise.resolve(false),
  lines: () => Promise.resolve([]),
  drop: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

/** The real handlers over the memory runtime, whose limits are the hub's; every event is delivered twice. */
function createWorld(accept: CostGiven['settings']['recommendations']['accept'] = []) {
  let now = start;
  let ids = 0;
  const clock = { now: () => now };
  const runtime = createMemoryRuntime({ clock, random: () => 0.5 });
  const { bus, records, documents } = runtime;
  const recommendations = { ...defaultCostSettings.recommendations, accept, kinds: ['rightsize', 'spot'] as const };
  const given = {
    settings: { ...defaultCostSettings, recommendations },
    ...{ ledger: noBills, billSources: [], priceSources: [], workFolder: 'none', post: () => Promise.resolve() },
  } as CostGiven;
  for (const each of handlers(given)) {
    const deliver = async (event: Envelope): Promise<void> => {
      await processEvent(each, event, { records, documents, clock });
      await processEvent(each, event, { records, documents, clock });
    };
    bus.subscribe({ consumer: each.consumer, pattern: each.contract.pattern(), deliver });
  }
  const say = async (draft: Draft): Promise<void> => {
    const id = `e${(ids += 1)}`;
    const { type, subject, data } = draft;
    const about = { source: '/test', type, subject, time: toTime(now), correlationid: id, data };
    await bus.publish([{ event: { specversion: '1.0', id, datacontenttype: 'application/json', ...about } }]);
    for (;;) {
      if ((await runtime.step()).kind !== 'idle') continue;
      const due = runtime.nextDueAt();
      if (due === undefined || due > now) return;
    }
  };
  const all = async (search: Record<string, string> = {}): Promise<readonly RecommendationRecord[]> => {
    const [list] = recommendationRoutes(records);
    const found: RecommendationRecord[] = [];
    for (let after: string | undefined; ;) {
      const page = { ...search, ...(after === undefined ? {} : { after }) };
      const body = (await list?.answer({ params: {}, search: page }))?.body as {
        recommendations: RecommendationRecord[];
        next?: string;
      };
      found.push(...body.recommendations);
      if (body.next === undefined) return found;
      after = body.next;
    }
  };
  return {
    ...{ runtime, say, all, documents },
    advance: (ms: number) => void (now += ms),
    said: async (contract: { readonly type: string }) =>
      (await runtime.log.read({ limit: 100_000 })).filter(({ event }) => event.type === contract.type),
    /** An application of so many services, all on one target, in pages as placement cuts them. */
    async place(count: number, generation = 1): Promise<void> {
      const services = Array.from({ length: count }, (_, index) => web({ name: `s${index}` }));
      const metadata = { name: 'shop' };
      const spec = { apiVersion: 'homeostasis.dev/v1', kind: 'Application', metadata, spec: { services } };
      const placed = [{ target: fargate, replicas: 2, cpuMillicores: 2000, memoryMib: 4096 }];
      const pages = [];
      for (let from = 0; from < count; from += 40) {
        const some = services
          .slice(from, from + 40)
          .map(({ name }) => ({ service: name, placed, movedAt: start, eligible: [] }));
        pages.push(await documents.put({ services: some, removed: [] }));
      }
      const decision = await documents.put({ application: 'shop', generation, spec: await documents.put(spec), pages });
      const page = { application: 'shop', generation, cause: 'submitted' as const, page: 1, pages: 1, decision };
      await say(placementDecided.draft({ ...page, services: [], removed: [] }));
    },
    async use(count: number, days: number): Promise<void> {
      for (let day = 0; day < days; day++) {
        for (let from = 0; from < count; from += usagePage) {
          const deployments = Array.from({ length: Math.min(usagePage, count - from) }, (_, index) => ({
            ...{ application: 'shop', service: `s${from + index}`, target: fargate, minutes: 1440 },
            ...{ cpu: share(0.1), memory: share(0.1) },
          }));
          await say(usageSummarized.draft({ day: toTime(start + (day + 1) * dayMs).slice(0, 10), deployments }));
        }
      }
    },
  };
}

let world: ReturnType<typeof createWorld>;
beforeEach(() => {
  world = createWorld();
});

describe('recommendations of a fleet', () => {
  it('are made page by page, said once each, and not again', async () => {
    await world.place(120);
    await world.use(120, 14);
    world.advance(16 * dayMs);
    await world.say(costSweepDue.draft({ sweep: 'one' }));
    const made = await world.said(recommendationMade);
    expect(made).toHaveLength(240);
    expect(await world.all({ state: 'open', application: 'shop' })).toHaveLength(240);
    world.advance(dayMs);
    await world.say(costSweepDue.draft({ sweep: 'two' }));
    expect(await world.said(recommendationMade)).toHaveLength(240);
  });

  it('rest on use since the size is what it is: one that was just resized is left alone', async () => {
    await world.use(1, 14);
    world.advance(16 * dayMs);
    await world.place(1);
    await world.say(costSweepDue.draft({ sweep: 'one' }));
    expect((await world.all()).map(({ kind }) => kind)).toEqual(['spot']);
  });

  it('do not come of decisions that cannot be read, which keep no other from being judged', async () => {
    const lost = { sha256: 'a'.repeat(64), bytes: 1 };
    const page = { application: 'a-lost-one', generation: 1, cause: 'submitted' as const, page: 1, pages: 1 };
    await world.say(placementDecided.draft({ ...page, services: [], removed: [], decision: lost }));
    await world.place(1);
    await world.say(costSweepDue.draft({ sweep: 'one' }));
    expect((await world.all()).map(({ kind }) => kind)).toEqual(['spot']);
  });
});

describe('an accepted one', () => {
  const apply = async (): Promise<RecommendationRecord> => {
    await world.place(1);
    await world.say(costSweepDue.draft({ sweep: 'one' }));
    const [open] = await world.all();
    if (open === undefined) throw new Error('nothing was made');
    await world.say(
      recommendationControlRequested.draft({ recommendation: open.id, action: 'apply', requestedBy: 'jo' }),
    );
    return open;
  };
  const answer = (recommendation: string) =>
    recommendationApplied.draft({
      ...{
        recommendation,
        direction: 'apply',
        application: 'shop',
        service: 's0',
        outcome: 'applied',
        generation: 2,
        reason: '',
      },
    });
  const done = rolloutCompleted.draft({ application: 'shop', generation: 2, services: 1, withdrawn: false });

  it.each([
    ['as things happen', (id: string) => [answer(id), done]],
    ['when the rollout is heard of first', (id: string) => [done, answer(id)]],
  ])('goes live %s', async (_, order) => {
    const { id } = await apply();
    expect(await world.said(recommendationAccepted)).toHaveLength(1);
    expect(await world.all()).toMatchObject([{ id, state: 'accepted', accepted: { by: 'jo' } }]);
    for (const draft of order(id)) await world.say(draft);
    expect(await world.all()).toMatchObject([{ id, state: 'live', generation: 2 }]);
  });

  it('makes the others be looked at again: they are of what stood before', async () => {
    const { id } = await apply();
    await world.say(answer(id));
    const before = (await world.said(costSweepDue)).length;
    await world.say(rolloutCompleted.draft({ application: 'blog', generation: 9, services: 1, withdrawn: false }));
    expect(await world.said(costSweepDue)).toHaveLength(before);
    await world.say(done);
    const notes = (await world.said(costSweepDue)).slice(before);
    expect(notes.map(({ event }) => costSweepDue.parse(event).data.after)).toEqual([undefined]);
  });

  it('by a rule goes the same way, without a person', async () => {
    world = createWorld([{ kinds: ['spot'], maximumRisk: 'medium', minimumConfidence: 0.5 }]);
    await world.place(1);
    await world.say(costSweepDue.draft({ sweep: 'one' }));
    const [record] = await world.all();
    expect(record).toMatchObject({ state: 'accepted', accepted: { by: 'rule 1 of the configuration' } });
    await world.say(answer(record?.id ?? ''));
    await world.say(done);
    expect(await world.all()).toMatchObject([{ state: 'live' }]);
  });

  it('is found by its id; another is not there', async () => {
    const { id } = await apply();
    const one = recommendationRoutes(world.runtime.records)[1];
    expect((await one?.answer({ params: { id }, search: {} }))?.body).toMatchObject({ id });
    expect((await one?.answer({ params: { id: 'no' }, search: {} }))?.status).toBe(404);
  });
});
