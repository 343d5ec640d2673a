import { describe, expect, it } from 'vitest';
import { catalogue, offering } from '../../shared/catalogue/index.ts';
import { decide } from './decide.ts';
import type { NormalizedConstraints } from '../../shared/domain/spec/index.ts';
import { applicationOf, inputOf, placed, serviceOf, standing, webService } from './fixtures.ts';
import type { PlacementRecord } from './record.ts';
import { defaultPlacementSettings } from './settings.ts';

describe('filters', () => {
  it('keeps data where it must stay, and says why every other place is out', () => {
    const pinned = webService('cart', { constraints: { minimumClouds: 1, minimumRegions: 1, dataResidency: ['EU'] } });
    const cart = serviceOf(placed(inputOf([pinned])), 'cart');
    const [target] = cart.targets;
    expect(offering(target?.target ?? '')?.region.jurisdiction.value.blocs).toContain('EU');
    const named = cart.rejected.flatMap(({ targets }) => targets).length + cart.eligible.length;
    expect(named).toBe(catalogue.offerings.length);
  });

  const cases: readonly (readonly [string, Partial<NormalizedConstraints>, RegExp])[] = [
    ['clouds', { clouds: { allow: ['gcp'] } }, /^gcp\//],
    ['regions', { regions: { allow: ['*/us-*', 'us-*'] } }, /\/us-/],
    ['denied clouds', { clouds: { deny: ['aws', 'azure'] } }, /^gcp\//],
    ['compliance', { compliance: ['pci-dss'], clouds: { allow: ['aws'] } }, /^aws\//],
    ['runtime', { nodes: { runtime: 'cloud-run' } }, /cloud-run$/],
  ];
  it.each(cases)('honours %s', (_, constraints, expected) => {
    const service = webService('web', { constraints: { minimumClouds: 1, minimumRegions: 1, ...constraints } });
    for (const { target } of serviceOf(placed(inputOf([service])), 'web').targets) expect(target).toMatch(expected);
  });

  it('sends what Fargate cannot hold to ECS on EC2', () => {
    const big = webService('big', {
      cpuMillicores: 6000,
      memoryMib: 16_384,
      constraints: { minimumClouds: 1, minimumRegions: 1, clouds: { allow: ['aws'] } },
    });
    expect(serviceOf(placed(inputOf([big])), 'big').targets[0]?.target).toMatch(/ecs-ec2$/);
  });

  it('places nothing in an excluded scope', () => {
    const exclusions = [{ scope: 'aws', reason: 'drill' }];
    const decided = placed(inputOf([webService('web', { replicas: 2 })], { exclusions }));
    expect(serviceOf(decided, 'web').targets.every(({ target }) => !target.startsWith('aws/'))).toBe(true);
    expect(serviceOf(decided, 'web').rejected.map(({ reason }) => reason)).toContain('aws is excluded: drill');
  });

  it('refuses a price above the cap with the figure', () => {
    const service = webService('web', { constraints: { minimumClouds: 1, minimumRegions: 1, maxMonthlyCost: 1 } });
    const decided = decide(inputOf([service]));
    expect(decided.kind).toBe('infeasible');
    const reasons = decided.kind === 'infeasible' ? decided.infeasible[0]?.rejected.map(({ filter }) => filter) : [];
    expect(reasons).toContain('price-cap');
  });
});

describe('spread', () => {
  it('stands on as many clouds as asked, every target with a replica', () => {
    const critical = webService('pay', { replicas: 3, constraints: { minimumClouds: 3, minimumRegions: 1 } });
    const { targets } = serviceOf(placed(inputOf([critical])), 'pay');
    expect(new Set(targets.map(({ target }) => target.split('/')[0])).size).toBe(3);
    expect(targets.map(({ replicas }) => replicas)).toEqual([1, 1, 1]);
  });

  it('is refused as a whole when a service fits nowhere, with the reason', () => {
    const decided = decide(
      inputOf([
        webService('web'),
        webService('pay', { constraints: { minimumClouds: 3, minimumRegions: 1, clouds: { allow: ['aws', 'gcp'] } } }),
      ]),
    );
    expect(decided).toMatchObject({ kind: 'infeasible', infeasible: [{ service: 'pay' }] });
    const message = decided.kind === 'infeasible' ? decided.infeasible[0]?.message : '';
    expect(message).toContain('must stand on 3');
  });

  it('lets no cloud carry more than its share', () => {
    const services = Array.from({ length: 8 }, (_, i) => webService(`s${i}`));
    const application = { ...applicationOf(services), placement: { minimumClouds: 1, maxSharePerCloud: 0.5 } };
    const decided = placed(inputOf(services, { application }));
    const counts = new Map<string, number>();
    for (const { target } of decided.services.flatMap(({ targets }) => targets)) {
      const cloud = target.split('/')[0] ?? '';
      counts.set(cloud, (counts.get(cloud) ?? 0) + 1);
    }
    expect(Math.max(...counts.values())).toBeLessThanOrEqual(4);
  });
});

describe('quotas and links', () => {
  it('leaves a place that other applications have filled', () => {
    const free = placed(inputOf([webService('web')]));
    const first = free.services[0]?.targets[0]?.target ?? '';
    const full = { ...defaultPlacementSettings, quotas: { [first]: 4 } };
    const decided = placed(inputOf([webService('web')], { settings: full, usedByOthers: { [first]: 4000 } }));
    expect(decided.services[0]?.targets[0]?.target).not.toBe(first);
  });

  it('draws services together that talk a lot', () => {
    const eu = { minimumClouds: 1, minimumRegions: 1, dataResidency: ['EU'] };
    const anywhere = webService('web', { requestDriven: true, links: [{ to: 'db', gbPerMonth: 50_000 }] });
    const db = webService('db', { constraints: { ...eu, clouds: { allow: ['aws'] } } });
    const regions = (gb: number) =>
      placed(inputOf([{ ...anywhere, links: [{ to: 'db', gbPerMonth: gb }] }, db])).services.map(({ targets }) =>
        targets[0]?.target.split('/').slice(0, 2).join('/'),
      );
    const [web, data] = regions(50_000);
    expect(web).toBe(data);
  });
});

describe('the latency of links', () => {
  const weights = { cost: 0, performance: 1, compliance: 0, reliability: 0 };
  const on = (region: string) => ({ minimumClouds: 1, minimumRegions: 1, regions: { allow: [region] } });
  const links = (gbPerMonth: number) => [{ to: 'db', gbPerMonth }];
  const db = webService('db', { constraints: on('eu-west-1') });
  const decideAll = (services: Parameters<typeof applicationOf>[0]) =>
    placed(
      inputOf(services, { application: { ...applicationOf(services), placement: { minimumClouds: 1, weights } } }),
    );

  it('draws a caller to what it calls, where nothing else decides', () => {
    const decided = decideAll([webService('web', { links: links(1) }), db]);
    const at = offering(serviceOf(decided, 'web').targets[0]?.target ?? '');
    const to = offering(serviceOf(decided, 'db').targets[0]?.target ?? '');
    if (at === undefined || to === undefined) throw new Error('nowhere');
    expect(decided.latency.pointsPerGb(at.region, to.region)).toBeLessThan(1);
  });

  it('is at most as much as the performance of all who take part, shared out by traffic', () => {
    const web = webService('web', { constraints: on('us-east-1'), links: links(30) });
    const api = webService('api', { constraints: on('eu-west-1'), links: links(10) });
    const { latency } = decideAll([web, api, db]);
    const [west, east] = [offering('aws/eu-west-1/fargate')?.region, offering('aws/us-east-1/fargate')?.region];
    if (west === undefined || east === undefined) throw new Error('not in the catalogue');
    // The longest round trip there is, three services that take part: 300 points, of which 30 of 40 GB are three quarters.
    expect(latency.pointsPerGb(east, west) * 30).toBeCloseTo(225);
    expect(latency.pointsPerGb(west, west) * 10).toBe(0);
  });

  it('moves nothing that stands', () => {
    const alone = decideAll([webService('web', { constraints: on('us-east-1') }), db]);
    const web = webService('web', { links: links(1) });
    const services = [web, db];
    const application = { ...applicationOf(services), placement: { minimumClouds: 1, weights } };
    const now = Date.parse('2027-01-01T00:00:00Z');
    const decided = placed(inputOf(services, { application, current: standing(alone), lastGoodGeneration: 1, now }));
    expect(serviceOf(decided, 'web').targets[0]?.target).toBe(serviceOf(alone, 'web').targets[0]?.target);
  });
});

describe('hysteresis', () => {
  const before = placed(inputOf([webService('web')]));
  const elsewhere = 'gcp/europe-north1/cloud-run';
  const moved = (movedAt: number): Map<string, PlacementRecord> => {
    const record = standing(before, 1, movedAt).get('web');
    if (record === undefined) throw new Error('no record');
    const targets = [{ target: elsewhere, replicas: 1, cpuMillicores: 1000, memoryMib: 1024 }];
    return new Map([['web', { ...record, targets }]]);
  };
  const input = inputOf([webService('web')]);

  it('does not move in the cooldown, however much it would gain', () => {
    const decided = placed({ ...input, current: moved(input.now - 1000) });
    expect(decided.services[0]?.targets[0]?.target).toBe(elsewhere);
    expect(decided.services[0]?.note).toContain('kept where it is');
  });

  it('moves after the cooldown for a gain over the threshold', () => {
    const decided = placed({ ...input, current: moved(input.now - 4_000_000) });
    expect(decided.services[0]?.targets[0]?.target).toBe(before.services[0]?.targets[0]?.target);
    expect(decided.services[0]?.movedAt).toBe(input.now);
  });

  it('stays after the cooldown when the gain is below the thresholds', () => {
    const settings = { ...input.settings, thresholds: { cost: 0.99, performance: 0.99 } };
    const decided = placed({ ...input, settings, current: moved(input.now - 4_000_000) });
    expect(decided.services[0]?.targets[0]?.target).toBe(elsewhere);
  });

  it('leaves an excluded place at once, cooldown or not', () => {
    const exclusions = [{ scope: 'gcp/europe-north1', reason: 'region lost' }];
    const decided = placed({ ...input, exclusions, current: moved(input.now) });
    expect(decided.services[0]?.targets[0]?.target).not.toBe(elsewhere);
  });
});

describe('the note', () => {
  const web = webService('web', { constraints: { minimumClouds: 1, minimumRegions: 1, clouds: { allow: ['gcp'] } } });
  // Only compliance counts, and Google's programmes are the same everywhere: every candidate is as good as the next.
  const weights = { cost: 0, performance: 0, compliance: 1, reliability: 0 };
  const input = inputOf([web], {
    application: { ...applicationOf([web]), placement: { minimumClouds: 1, weights } },
  });

  it('does not say that another scores higher where the scores tie', () => {
    const first = serviceOf(placed(input), 'web');
    const highest = first.eligible.filter(({ total }) => total === first.eligible[0]?.total);
    expect(highest.length).toBeGreaterThan(3);
    expect(first.note).toMatch(/^the highest score of all candidates, which \S+, \S+ and \d+ more reached too$/);
    const last = highest.at(-1)?.target ?? '';
    const returned = placed({ ...input, returnTo: new Map([['web', [last]]]) });
    expect(serviceOf(returned, 'web').targets).toMatchObject([{ target: last }]);
    expect(serviceOf(returned, 'web').note).toMatch(/^the highest score of all candidates, which .* reached too$/);
    const kept = placed({ ...input, current: standing(returned) });
    expect(serviceOf(kept, 'web').note).not.toContain('scores higher');
  });
});

describe('what is commanded', () => {
  const services = [webService('web'), webService('api')];
  const first = placed(inputOf(services));

  it('is everything the first time, nothing when nothing changed', () => {
    expect(first.services.map(({ changed }) => changed)).toEqual([true, true]);
    const again = placed(inputOf(services, { current: standing(first), lastGoodGeneration: 1 }));
    expect(again.services.map(({ changed }) => changed)).toEqual([false, false]);
  });

  it('is only the service that changed', () => {
    const next = [webService('web', { image: 'registry.example/web:2' }), webService('api')];
    const decided = placed(inputOf(next, { current: standing(first), lastGoodGeneration: 1 }));
    expect(decided.services.filter(({ changed }) => changed).map(({ service }) => service)).toEqual(['web']);
  });

  it('is again what a generation commanded that never completed', () => {
    const decided = placed(inputOf(services, { current: standing(first, 2), lastGoodGeneration: 1 }));
    expect(decided.services.every(({ changed }) => changed)).toBe(true);
  });

  it('names what is gone', () => {
    const decided = placed(inputOf([webService('web')], { current: standing(first), lastGoodGeneration: 1 }));
    expect(decided.removed).toEqual(['api']);
  });

  it('returns exactly to given targets while they are possible', () => {
    const returnTo = new Map([['web', ['gcp/asia-northeast1/cloud-run']]]);
    const decided = placed(inputOf([webService('web')], { current: standing(first), returnTo }));
    expect(decided.services[0]?.targets[0]?.target).toBe('gcp/asia-northeast1/cloud-run');
  });

  it('is the same for the same input', () => {
    expect(JSON.stringify(placed(inputOf(services)))).toBe(JSON.stringify(first));
  });
});
