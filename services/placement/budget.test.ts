import { describe, expect, it } from 'vitest';
import { createMemoryRuntime } from '../../shared/adapters/memory/index.ts';
import { applicationScaled } from '../../shared/contracts/application-scaled.ts';
import { applicationSubmitted } from '../../shared/contracts/application-submitted.ts';
import { budgetExceeded } from '../../shared/contracts/budget-exceeded.ts';
import { budgetRestored } from '../../shared/contracts/budget-restored.ts';
import type { Draft } from '../../shared/contracts/contract.ts';
import type { CostScope } from '../../shared/contracts/cost-values.ts';
import { placementRejected } from '../../shared/contracts/placement-rejected.ts';
import { placementReviewDue } from '../../shared/contracts/placement-review-due.ts';
import { rolloutFailed } from '../../shared/contracts/rollout-failed.ts';
import { targetExcluded } from '../../shared/contracts/target-excluded.ts';
import { placementFanOutDue } from '../../shared/contracts/placement-fan-out-due.ts';
import { placementPageDue } from '../../shared/contracts/placement-page-due.ts';
import { processEvent } from '../../shared/pipeline/process.ts';
import { defaultPlacementSettings as settings, handlers, routes } from './index.ts';
import { applicationKey, placementPrefix, type ApplicationRecord, type PlacementRecord } from './record.ts';

const clock = { now: () => Date.parse('2026-11-21T08:00:00Z') };

/** The service's real handlers over records in memory; pages are carried out at once. */
function placement() {
  const { records, documents, log } = createMemoryRuntime({ clock });
  let ids = 0;
  let handled = 0;
  const follow = async (): Promise<void> => {
    const said = (await log.read({ limit: 1000 })).map(({ event }) => event);
    for (const event of said.slice(handled)) {
      const wanted = [placementPageDue.type, placementReviewDue.type, placementFanOutDue.type].includes(event.type);
      const handler = wanted ? handlers(settings).find(({ contract }) => contract.type === event.type) : undefined;
      if (handler !== undefined) await processEvent(handler, event, { records, documents, clock });
    }
    if (handled === said.length) return;
    handled = said.length;
    await follow();
  };
  const tell = async ({ type, subject, data }: Draft, minute = 0): Promise<void> => {
    const handler = handlers(settings).find(({ contract }) => contract.type === type);
    if (handler === undefined) throw new Error(`nobody reads ${type}`);
    const id = `e${(ids += 1)}`;
    const base = { specversion: '1.0', id, source: '/test', correlationid: id } as const;
    const time = `2026-11-21T07:${String(minute).padStart(2, '0')}:00Z`;
    const event = { ...base, time, type, subject, datacontenttype: 'application/json', data } as const;
    await processEvent(handler, event, { records, documents, clock });
    await follow();
  };
  const record = async (application = 'shop') =>
    (await records.get<ApplicationRecord>(applicationKey(application)))?.value;
  const plan = async ({ data }: Draft): Promise<{ readonly feasible: boolean; readonly refused?: string }> => {
    const route = routes({ records, documents, clock }, settings).find(({ path }) => path === '/plan');
    const body = JSON.stringify((data as { readonly spec: unknown }).spec);
    const answer = await route?.answer({ params: {}, search: {}, body });
    const [first] = (answer?.body as { readonly plans: readonly { feasible: boolean; refused?: string }[] }).plans;
    return first ?? { feasible: false };
  };
  return {
    tell,
    plan,
    record,
    generation: async (application?: string) => (await record(application))?.generation,
    targets: async () =>
      (await records.list<PlacementRecord>(placementPrefix('shop'))).items.flatMap(({ value }) =>
        value.targets.map(({ target }) => target),
      ),
    refusals: async () =>
      (await log.read({ type: placementRejected.type, limit: 100 }))
        .map(({ event }) => placementRejected.parse(event).data)
        .filter(({ reason }) => reason === 'OverBudget'),
  };
}

interface Spec {
  readonly replicas?: number;
  readonly image?: string;
  readonly team?: string;
  readonly name?: string;
  readonly clouds?: readonly ('aws' | 'azure')[];
}

function submit({ replicas = 2, image = '1', team, name = 'shop', clouds }: Spec = {}): Draft {
  const constraints = clouds === undefined ? {} : { constraints: { clouds: { allow: [...clouds] } } };
  return applicationSubmitted.draft({
    application: name,
    spec: {
      apiVersion: 'homeostasis.dev/v1',
      kind: 'Application',
      metadata: { name, ...(team === undefined ? {} : { labels: { team } }) },
      spec: { services: [{ name: 'web', image: `registry.example/web:${image}`, replicas, ...constraints }] },
    },
  });
}

const exceeded = (scope: CostScope, block = true): Draft =>
  budgetExceeded.draft({
    budget: 'month',
    scope,
    period: '2026-11',
    basis: 'actual',
    percent: 100,
    limitMicros: 400_000_000,
    amountMicros: 412_345_678,
    currency: 'USD',
    block,
    reason: 'shop/web at aws/eu-west-1/fargate: 300.00 USD',
  });
const restored = (scope: CostScope): Draft =>
  budgetRestored.draft({ budget: 'month', scope, period: '2026-12', reason: 'a new month began: 2026-12' });

const own: CostScope = { application: 'shop' };

describe('an exceeded budget that blocks', () => {
  it('lets nothing in that would cost more in its scope, and says budget, scope, amounts and the way out', async () => {
    const { tell, generation, refusals, record } = placement();
    await tell(submit());
    await tell(exceeded(own));
    await tell(submit({ replicas: 3 }));
    expect(await generation()).toBe(1);
    const [refusal] = await refusals();
    expect(refusal).toMatchObject({ application: 'shop', cause: 'submitted', services: [] });
    expect(refusal?.message).toMatch(
      /^budget month \(application\/shop\) is exceeded \(412\.35 of 400\.00 USD spent in 2026-11\), and this would cost \$\d+\.\d\d a month more there: \$\d+\.\d\d instead of \$\d+\.\d\d; make the change cheaper, raise the budget/,
    );
    expect((await record())?.rejection).toMatchObject({ reason: 'OverBudget' });
    await tell(applicationScaled.draft({ application: 'shop', services: [{ name: 'web', replicas: 4 }] }));
    expect(await refusals()).toHaveLength(2);
    expect(await generation()).toBe(1);
  });

  it('is told by a plan, before anybody submits', async () => {
    const { tell, plan } = placement();
    await tell(submit());
    expect(await plan(submit({ replicas: 3 }))).not.toHaveProperty('refused');
    await tell(exceeded(own));
    expect(await plan(submit({ replicas: 3 }))).toMatchObject({
      feasible: true,
      refused: expect.stringMatching(/^budget month .* is exceeded/) as string,
    });
    expect(await plan(submit({ replicas: 1 }))).not.toHaveProperty('refused');
  });

  it('lets in what costs as much, or less', async () => {
    const { tell, generation, refusals } = placement();
    await tell(submit());
    await tell(exceeded(own));
    await tell(submit({ image: '2' }));
    expect(await generation()).toBe(2);
    await tell(submit({ replicas: 1 }));
    expect(await generation()).toBe(3);
    expect(await refusals()).toEqual([]);
  });

  it.each<[string, CostScope, Spec, boolean]>([
    ['its own application', own, {}, true],
    ['another application', { application: 'blog' }, {}, false],
    ['its team', { team: 'web' }, { team: 'web' }, true],
    ['another team', { team: 'data' }, { team: 'web' }, false],
    ['its cloud', { cloud: 'aws' }, { clouds: ['aws'] }, true],
    ['another cloud', { cloud: 'gcp' }, { clouds: ['aws'] }, false],
    ['the fleet', {}, {}, true],
  ])('of %s decides only about it', async (_, scope, spec, refused) => {
    const { tell, refusals, generation } = placement();
    await tell(exceeded(scope));
    await tell(submit(spec));
    expect(await refusals()).toHaveLength(refused ? 1 : 0);
    expect(await generation()).toBe(refused ? undefined : 1);
  });

  it('of a cloud does not hold up the move away from it', async () => {
    const { tell, generation, targets, record } = placement();
    await tell(submit({ clouds: ['aws'] }));
    await tell(exceeded({ cloud: 'aws' }));
    await tell(submit({ clouds: ['azure'], replicas: 3 }));
    expect((await record())?.rejection).toBeUndefined();
    expect(await generation()).toBe(2);
    expect((await targets()).every((target) => target.startsWith('azure/'))).toBe(true);
  });

  it('holds up no recovery and no way back, whatever they cost', async () => {
    const { tell, generation, refusals, targets } = placement();
    await tell(submit({ clouds: ['aws', 'azure'] }));
    await tell(exceeded({}));
    const [first = ''] = await targets();
    const cloud = first.slice(0, first.indexOf('/'));
    await tell(targetExcluded.draft({ scope: cloud, reason: 'lost', mode: 'ungraceful' }));
    expect((await targets()).some((target) => target.startsWith(`${cloud}/`))).toBe(false);
    expect(await generation()).toBe(2);
    const [second = ''] = await targets();
    const why = { reason: 'CapacityExhausted', message: 'no room' };
    await tell(rolloutFailed.draft({ application: 'shop', generation: 2, service: 'web', target: second, ...why }));
    expect(await generation()).toBe(3);
    expect(await refusals()).toEqual([]);
  });

  it('ends with its restoration, whichever order the words come in', async () => {
    const { tell, generation } = placement();
    await tell(exceeded(own), 1);
    await tell(submit());
    expect(await generation()).toBeUndefined();
    await tell(restored(own), 3);
    await tell(exceeded(own), 2);
    await tell(submit());
    expect(await generation()).toBe(1);
    await tell(exceeded(own), 4);
    await tell(submit({ replicas: 5 }));
    expect(await generation()).toBe(1);
  });
});

describe('a budget that only tells', () => {
  it('blocks nothing', async () => {
    const { tell, generation } = placement();
    await tell(exceeded(own, false));
    await tell(submit());
    expect(await generation()).toBe(1);
  });
});
