import { describe, expect, it } from 'vitest';
import { createMemoryRuntime } from '../../shared/adapters/memory/index.ts';
import { applicationSubmitted } from '../../shared/contracts/application-submitted.ts';
import type { Draft } from '../../shared/contracts/contract.ts';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import { serviceExcluded } from '../../shared/contracts/service-excluded.ts';
import { serviceReturn } from '../../shared/contracts/service-return.ts';
import { targetExcluded } from '../../shared/contracts/target-excluded.ts';
import { targetReadmitted } from '../../shared/contracts/target-readmitted.ts';
import type { Tier } from '../../shared/contracts/values.ts';
import { processEvent } from '../../shared/pipeline/process.ts';
import { defaultPlacementSettings as settings, handlers } from './index.ts';
import { placementPrefix, type ApplicationRecord, type PlacementRecord } from './record.ts';

const short = (type: string): string => type.replace(/^dev\.homeostasis\.|\.v1$/g, '');

/** Tries to come wait for their time, which does not come here. */
const isNoteForNow = ({ type, data }: Envelope): boolean =>
  /\.placement\..*-due\./.test(type) && (data as { readonly retryAt?: number }).retryAt === undefined;

/** The service's real handlers over records in memory; its notes to itself are carried out in the order in which they were made. */
class World {
  now = 1_000_000;
  readonly said: Envelope[] = [];
  readonly runtime = createMemoryRuntime({ clock: { now: () => this.now } });
  #ids = 0;

  async tell({ type, subject, data }: Draft, dryrun?: true): Promise<void> {
    const id = `e${(this.#ids += 1)}`;
    const event: Envelope = {
      specversion: '1.0',
      id,
      source: '/test',
      time: new Date((this.now += 1)).toISOString(),
      type,
      subject,
      datacontenttype: 'application/json',
      correlationid: id,
      ...(dryrun && { dryrun }),
      data,
    };
    const ports = { records: this.runtime.records, documents: this.runtime.documents, clock: { now: () => this.now } };
    const queue = [event];
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const known = (await this.runtime.log.read({ limit: 10_000 })).length;
      const handler = handlers(settings).find(({ contract }) => contract.type === next?.type);
      if (handler !== undefined) await processEvent(handler, next, ports);
      const fresh = (await this.runtime.log.read({ limit: 10_000 })).slice(known).map((each) => each.event);
      this.said.push(...fresh);
      queue.push(...fresh.filter(isNoteForNow));
    }
  }

  news(): Envelope[] {
    return this.said.splice(0);
  }

  async targets(application = 'shop'): Promise<Readonly<Record<string, readonly string[]>>> {
    const { items } = await this.runtime.records.list<PlacementRecord>(placementPrefix(application), { limit: 100 });
    return Object.fromEntries(items.map(({ value }) => [value.service, value.targets.map(({ target }) => target)]));
  }

  async generation(application = 'shop'): Promise<number> {
    return (await this.runtime.records.get<ApplicationRecord>(`application/${application}`))?.value.generation ?? 0;
  }
}

const inRegions = (...allow: string[]) => ({ constraints: { regions: { allow } } });
const here = 'aws/eu-west-1';

function submit(application: string, ...services: { name: string; tier?: Tier; constraints?: object }[]): Draft {
  const spec = {
    services: services.map((each) => ({ image: 'registry.example/x:1', ports: [{ port: 8080 }], ...each })),
  };
  return applicationSubmitted.draft({
    application,
    spec: { apiVersion: 'homeostasis.dev/v1', kind: 'Application', metadata: { name: application }, spec },
  } as never);
}

async function shop(): Promise<World> {
  const world = new World();
  await world.tell(submit('shop', { name: 'web', ...inRegions(here) }, { name: 'api', ...inRegions(here) }));
  // Allowed more only now, so that both stand in one region.
  const wide = inRegions(here, 'aws/eu-central-1');
  await world.tell(
    submit('shop', { name: 'web', ...wide }, { name: 'api', ...wide }, { name: 'eu', ...inRegions(here) }),
  );
  world.news();
  return world;
}

const exclude = (mode?: 'graceful' | 'cordon'): Draft =>
  targetExcluded.draft({ scope: here, reason: 'test', ...(mode && { mode }), incident: 'drill-1' });

describe('a scope that is out of use', () => {
  it.each([undefined, 'graceful'] as const)('(%s) is left by all who can', async (mode) => {
    const world = await shop();
    await world.tell(exclude(mode));
    const { web, api, eu } = await world.targets();
    expect([web, api, eu].map((each) => each?.[0]?.includes(here))).toEqual([false, false, true]);
    expect(world.news().map(({ type }) => short(type))).toContain('placement.rejected');
  });

  it('(cordon) is left by nobody, and nobody comes', async () => {
    const world = await shop();
    const before = await world.targets();
    await world.tell(exclude('cordon'));
    expect([await world.targets(), world.news()]).toEqual([before, []]);
    await world.tell(submit('other', { name: 'web', ...inRegions(here, 'aws/eu-central-1') }));
    expect((await world.targets('other'))['web']?.[0]).toContain('eu-central-1');
  });

  it('that is cordoned after all, and then readmitted, gives what is owed its due', async () => {
    const world = await shop();
    await world.tell(exclude());
    const after = await world.generation();
    await world.tell(exclude('cordon'));
    await world.tell(targetReadmitted.draft({ scope: here, reason: 'test' }));
    expect(await world.generation()).toBeGreaterThan(after);
    expect((await world.targets())['eu']?.[0]).toContain(here);
  });

  it('in a rehearsal changes nothing: what would become of each is said', async () => {
    const world = await shop();
    const before = [await world.targets(), await world.generation()];
    await world.tell(exclude(), true);
    const said = world.news().filter(({ type }) => !type.includes('-due'));
    expect(said.map(({ type, dryrun }) => [short(type), dryrun])).toEqual([['placement.planned', true]]);
    expect(said[0]?.data).toMatchObject({
      drill: 'drill-1',
      application: 'shop',
      scope: here,
      page: 1,
      pages: 1,
      services: [
        {
          service: 'api',
          outcome: 'moves',
          from: ['aws/eu-west-1/fargate'],
          to: [{ target: 'aws/eu-central-1/fargate' }],
        },
        { service: 'eu', outcome: 'lost', to: [], reason: expect.stringContaining('by regions') as unknown },
        { service: 'web', outcome: 'moves' },
      ],
    });
    expect([await world.targets(), await world.generation()]).toEqual(before);
    expect((await world.runtime.records.list('exclusion/', { limit: 10 })).items).toEqual([]);
  });
});

describe('one service', () => {
  it('leaves a scope without its neighbours', async () => {
    const world = await shop();
    const word = { application: 'shop', service: 'web', scope: here, mode: 'ungraceful', reason: 'test' } as const;
    await world.tell(serviceExcluded.draft(word));
    const { web, api } = await world.targets();
    expect([web?.[0], api?.[0]]).toEqual(['aws/eu-central-1/fargate', 'aws/eu-west-1/fargate']);
  });

  it('returns where it is allowed to, and says why where it is not', async () => {
    const world = await shop();
    await world.tell(exclude());
    await world.tell(targetReadmitted.draft({ scope: here, reason: 'test' }));
    const back = (target: string): Promise<void> => {
      const services = [{ service: 'web', targets: [target] }];
      return world.tell(serviceReturn.draft({ recovery: 'r1', application: 'shop', services, reason: 'test' }));
    };
    world.news();
    await back('gcp/europe-west1/cloud-run');
    expect(world.news()).toMatchObject([
      {
        data: {
          cause: 'failed-back',
          reason: 'NoFeasiblePlacement',
          services: [{ service: 'web', message: expect.stringContaining('the service allows only') as unknown }],
        },
      },
    ]);
    await back('aws/eu-west-1/fargate');
    const { web, api } = await world.targets();
    expect([web?.[0], api?.[0]]).toEqual(['aws/eu-west-1/fargate', 'aws/eu-central-1/fargate']);
  });
});

describe('a storm', () => {
  it('is carried out for the critical first, all of them, then for the standard, then for the rest', async () => {
    const world = new World();
    const tiers = ['best-effort', 'standard', 'critical'] as const;
    for (let i = 0; i < 9; i++) {
      await world.tell(
        submit(`app-${i}`, { name: 'web', tier: tiers[i % 3] ?? 'standard', ...inRegions('eu-west-1') }),
      );
      await world.tell(
        submit(`app-${i}`, { name: 'web', tier: tiers[i % 3] ?? 'standard', ...inRegions(here, 'aws/eu-central-1') }),
      );
    }
    world.news();
    await world.tell(exclude());
    const commanded = world
      .news()
      .filter(({ type }) => type.includes('deployment.apply'))
      .map(({ data }) => (data as { tier: Tier }).tier);
    expect(commanded).toEqual([...tiers].reverse().flatMap((tier) => [tier, tier, tier]));
  });
});
