import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { offering, withinJurisdiction } from '../../shared/catalogue/index.ts';
import type { NormalizedConstraints, NormalizedService } from '../../shared/domain/spec/index.ts';
import { covers, regionScope } from '../../shared/domain/target.ts';
import { decide } from './decide.ts';
import type { ServiceDecision } from './decision.ts';
import { inputOf, placed, serviceOf, standing, webService } from './fixtures.ts';
import type { Exclusion } from './record.ts';

const free = { minimumClouds: 1, minimumRegions: 1 };
const recovery = (standby: 'cold' | 'warm' | 'active-active', warmReplicas = 1): NormalizedService['recovery'] => ({
  standby,
  warmReplicas,
  rtoSeconds: 60,
  rpoSeconds: 0,
  failback: 'suggest',
});
const warm = (over: Partial<NormalizedService> = {}): NormalizedService =>
  webService('web', { replicas: 4, recovery: recovery('warm'), ...over });

const serves = ({ targets }: ServiceDecision): string[] =>
  targets.filter(({ role }) => role !== 'standby').map(({ target }) => target);
const waits = ({ targets }: ServiceDecision): string[] =>
  targets.filter(({ role }) => role === 'standby').map(({ target }) => target);
const out = (scope: string, more: Partial<Exclusion> = {}): Exclusion => ({ scope, reason: 'lost', ...more });
const regions = (...allow: string[]): NormalizedConstraints => ({ ...free, regions: { allow } });

describe('a warm standby', () => {
  it('stands in another region of another cloud, with its own replicas, and is in the bill', () => {
    const cold = serviceOf(placed(inputOf([warm({ recovery: recovery('cold') })])), 'web');
    const web = serviceOf(placed(inputOf([warm({ recovery: recovery('warm', 2) })])), 'web');
    const [[at = ''], [by = '']] = [serves(web), waits(web)];
    expect(at.split('/')[0]).not.toBe(by.split('/')[0]);
    expect(web.placed.map(({ target, replicas, role }) => [target === at, replicas, role])).toEqual(
      expect.arrayContaining([
        [true, 4, undefined],
        [false, 2, 'standby'],
      ]),
    );
    expect(web.recovery?.standby).toBe('warm');
    expect(web.note).toContain(
      `${by} stands by, warm, with 2 replicas: the best place in another region of another cloud`,
    );
    expect(web.cost.compute.expected).toBeGreaterThan(cold.cost.compute.expected);
    expect(web.cost.lines.some(({ target }) => target === by)).toBe(true);
    // What it costs to keep it does not push the service itself off its best place.
    expect(serves(web)).toEqual(serves(cold));
  });

  it('stands on the same cloud where no other is allowed', () => {
    const web = serviceOf(placed(inputOf([warm({ constraints: { ...free, clouds: { allow: ['gcp'] } } })])), 'web');
    expect(regionScope(waits(web)[0] ?? '')).not.toBe(regionScope(serves(web)[0] ?? ''));
    expect(web.note).toContain('the best place in another region');
  });

  it('comes on top of a spread, apart from all of it', () => {
    const web = serviceOf(
      placed(inputOf([warm({ constraints: { ...free, minimumClouds: 2, minimumRegions: 2 } })])),
      'web',
    );
    expect(new Set([...serves(web), ...waits(web)].map(regionScope)).size).toBe(3);
    expect(new Set(serves(web).map((target) => target.split('/')[0])).size).toBe(2);
  });

  it('is for what is routed: a worker keeps none, nor does what is scaled to nothing', () => {
    expect(waits(serviceOf(placed(inputOf([warm({ ports: [] })])), 'web'))).toEqual([]);
    expect(waits(serviceOf(placed(inputOf([warm({ replicas: 0 })])), 'web'))).toEqual([]);
  });

  it('draws no traffic of links to itself', () => {
    const db = webService('db', { constraints: regions('aws/eu-west-1') });
    const web = warm({ links: [{ to: 'db', gbPerMonth: 10_000 }] });
    const decided = placed(inputOf([web, db]));
    const [only] = serves(serviceOf(decided, 'web'));
    expect(regionScope(only ?? '')).toBe('aws/eu-west-1');
    // Were it counted, half the traffic would leave the region.
    const alone = placed(inputOf([{ ...web, recovery: recovery('cold') }, db]));
    expect(decided.services.length).toBe(alone.services.length);
  });

  it('without a region of its own is refused, with the fix', () => {
    const decided = decide(inputOf([warm({ constraints: regions('aws/eu-west-1') })]));
    expect(decided).toMatchObject({ kind: 'infeasible', infeasible: [{ service: 'web' }] });
    const message = decided.kind === 'infeasible' ? decided.infeasible[0]?.message : '';
    expect(message).toContain('allow another region, or set recovery.standby to cold');
  });

  it('is announced when only its terms change, and commanded no differently', () => {
    const first = placed(inputOf([warm()]));
    const next = [warm({ recovery: { ...recovery('warm'), rtoSeconds: 5 } })];
    const web = serviceOf(placed(inputOf(next, { current: standing(first), lastGoodGeneration: 1 })), 'web');
    expect([web.changed, web.specHash === serviceOf(first, 'web').specHash]).toEqual([true, true]);
  });
});

describe('when its service loses its place', () => {
  const first = placed(inputOf([warm()]));
  const before = serviceOf(first, 'web');
  const lost = out(regionScope(serves(before)[0] ?? ''));
  const after = (over: Parameters<typeof inputOf>[1] = {}) =>
    placed(
      inputOf([warm()], {
        cause: 'target-excluded',
        current: standing(first),
        lastGoodGeneration: 1,
        exclusions: [lost],
        ...over,
      }),
    );

  it('the standby takes over in full, and another stands by', () => {
    const web = serviceOf(after(), 'web');
    expect(serves(web)).toEqual(waits(before));
    expect(web.placed.find(({ role }) => role === undefined)?.replicas).toBe(4);
    expect(regionScope(waits(web)[0] ?? '')).not.toBe(regionScope(serves(web)[0] ?? ''));
    expect(covers(lost.scope, waits(web)[0] ?? '')).toBe(false);
  });

  it('the loss of the standby moves the standby alone', () => {
    const web = serviceOf(after({ exclusions: [out(regionScope(waits(before)[0] ?? ''))] }), 'web');
    expect(serves(web)).toEqual(serves(before));
    expect(waits(web)).not.toEqual(waits(before));
  });

  it('it serves without one where no ground is left for it, which is owed', () => {
    const two = warm({ constraints: regions('aws/eu-west-1', 'aws/eu-central-1') });
    const both = placed(inputOf([two]));
    const gone = out(regionScope(serves(serviceOf(both, 'web'))[0] ?? ''));
    const input = inputOf([two], { cause: 'target-excluded', current: standing(both), lastGoodGeneration: 1 });
    const decided = placed({ ...input, exclusions: [gone] });
    const web = serviceOf(decided, 'web');
    expect([serves(web), waits(web), decided.exposed]).toEqual([waits(serviceOf(both, 'web')), [], ['web']]);
    expect(web.note).toContain('without its warm standby until the ground for it is back');
    const again = placed({ ...input, cause: 'target-readmitted', current: standing(decided) });
    expect([serves(serviceOf(again, 'web')), waits(serviceOf(again, 'web')).length, again.exposed]).toEqual([
      serves(web),
      1,
      [],
    ]);
  });
});

describe('active-active', () => {
  const both = webService('web', { replicas: 4, recovery: recovery('active-active') });

  it('serves from two regions', () => {
    const web = serviceOf(placed(inputOf([both])), 'web');
    expect(new Set(serves(web).map(regionScope)).size).toBe(2);
    expect([waits(web), web.placed.map(({ replicas }) => replicas)]).toEqual([[], [2, 2]]);
    expect(web.note).toContain('active-active');
  });

  it('serves in full from one while the other has no ground, but keeps what its constraints ask for', () => {
    const lose = (constraints: NormalizedConstraints) => {
      const service = {
        ...both,
        constraints: { ...constraints, regions: { allow: ['aws/eu-west-1', 'aws/eu-central-1'] } },
      };
      const first = placed(inputOf([service]));
      return decide(
        inputOf([service], { cause: 'target-excluded', current: standing(first), exclusions: [out('aws/eu-west-1')] }),
      );
    };
    const decided = lose(free);
    expect(decided).toMatchObject({ kind: 'placed', exposed: ['web'], services: [{ placed: [{ replicas: 4 }] }] });
    expect(lose({ ...free, minimumRegions: 2 })).toMatchObject({ kind: 'infeasible' });
  });
});

describe('where ground is lost', () => {
  const eu = webService('eu', { constraints: regions('aws/eu-west-1') });
  const any = webService('any', { constraints: regions('aws/eu-west-1', 'aws/eu-central-1', 'gcp/europe-west1') });
  const bound = { ...any, constraints: regions('aws/eu-west-1') };
  const here = standing(placed(inputOf([eu, bound])));
  const input = inputOf([eu, any], { cause: 'target-excluded', current: here, lastGoodGeneration: 1 });

  it('what has no place stays, and does not keep the others from theirs', () => {
    const decided = placed({ ...input, exclusions: [out('aws/eu-west-1')] });
    expect(decided.stranded).toMatchObject([{ service: 'eu' }]);
    expect(serviceOf(decided, 'eu')).toMatchObject({ changed: false, targets: [{ target: 'aws/eu-west-1/fargate' }] });
    expect(serves(serviceOf(decided, 'any'))[0]).not.toContain('aws/eu-west-1');
    // When a person asks, all of it is right or nothing is changed.
    expect(decide({ ...input, cause: 'submitted', exclusions: [out('aws/eu-west-1')] }).kind).toBe('infeasible');
  });

  it('for one service, its neighbours stay', () => {
    const decided = placed({ ...input, exclusions: [out('aws/eu-west-1', { service: 'any' })] });
    expect(serves(serviceOf(decided, 'eu'))).toEqual(['aws/eu-west-1/fargate']);
    expect(serves(serviceOf(decided, 'any'))[0]).not.toContain('aws/eu-west-1');
  });

  it('nothing moves that need not, however much it would gain', () => {
    const dear = webService('dear', { constraints: regions('aws/sa-east-1') });
    const current = standing(placed(inputOf([dear, bound])));
    const services = [{ ...dear, constraints: free }, any];
    const late = { current, lastGoodGeneration: 1, now: Date.parse('2027-01-01T00:00:00Z') };
    const moved = (cause: 'submitted' | 'target-excluded') =>
      serves(serviceOf(placed(inputOf(services, { ...late, cause, exclusions: [out('aws/eu-west-1')] })), 'dear'))[0];
    expect(moved('submitted')).not.toContain('sa-east-1');
    expect(moved('target-excluded')).toContain('sa-east-1');
  });
});

describe('a cordon', () => {
  const web = webService('web', { constraints: regions('aws/eu-west-1', 'aws/eu-central-1') });
  const first = placed(inputOf([web]));
  const [at = ''] = serves(serviceOf(first, 'web'));
  const cordon = [out(regionScope(at), { mode: 'cordon' })];

  it('keeps what is new out, and says why', () => {
    const other = serviceOf(placed(inputOf([web], { exclusions: cordon })), 'web');
    expect(serves(other)).not.toEqual([at]);
    expect(other.rejected.map(({ reason }) => reason)).toContain(
      `${regionScope(at)} is cordoned, nothing new goes there: lost`,
    );
  });

  it('leaves what stands where it is', () => {
    const decided = placed(inputOf([web], { exclusions: cordon, current: standing(first), lastGoodGeneration: 1 }));
    expect([serves(serviceOf(decided, 'web')), serviceOf(decided, 'web').changed]).toEqual([[at], false]);
  });

  it('gives way to an exclusion', () => {
    const exclusions = [...cordon, out('aws')];
    expect(decide(inputOf([web], { exclusions, current: standing(first) })).kind).toBe('infeasible');
  });
});

describe('a return', () => {
  const first = placed(inputOf([warm(), webService('api')]));
  const [home = ''] = serves(serviceOf(first, 'web'));
  const services = [warm(), webService('api')];
  const moved = placed(
    inputOf(services, {
      cause: 'target-excluded',
      current: standing(first),
      lastGoodGeneration: 1,
      exclusions: [out(regionScope(home))],
    }),
  );
  const back = (over: Parameters<typeof inputOf>[1] = {}) =>
    placed(
      inputOf(services, {
        cause: 'failed-back',
        current: standing(moved, 2),
        lastGoodGeneration: 2,
        prefer: new Map([['web', [home]]]),
        ...over,
      }),
    );

  it('asks neither for gain nor for patience, and moves nothing else', () => {
    const decided = back();
    expect(serves(serviceOf(decided, 'web'))).toEqual([home]);
    expect(serviceOf(decided, 'api').changed).toBe(false);
  });

  it('leaves what serves meanwhile at its size: the standby is another', () => {
    const [meanwhile = ''] = serves(serviceOf(moved, 'web'));
    expect(waits(serviceOf(back(), 'web'))).not.toContain(meanwhile);
  });

  it('does not break a constraint for it: what may not go back stays', () => {
    const decided = back({ exclusions: [out(regionScope(home), { mode: 'cordon' })] });
    expect(serves(serviceOf(decided, 'web'))).toEqual(serves(serviceOf(moved, 'web')));
    expect(serviceOf(decided, 'web').changed).toBe(false);
  });
});

const standbysOf = ({ name, recovery: { standby } }: NormalizedService, exposed: readonly string[]): number =>
  standby === 'warm' && !exposed.includes(name) ? 1 : 0;

function mayStand({ constraints }: NormalizedService, target: string, lost: readonly string[]): boolean {
  const region = offering(target)?.region;
  if (region === undefined || lost.some((scope) => covers(scope, target))) return false;
  return (constraints.dataResidency ?? []).every((bloc) => withinJurisdiction(region, bloc));
}

describe('whatever is lost', () => {
  const scopes = ['aws', 'azure', 'gcp', 'aws/eu-west-1', 'gcp/europe-west1', 'azure/westeurope', 'aws/us-east-1'];
  const serviceArb = fc
    .record({
      standby: fc.constantFrom('cold', 'warm', 'active-active'),
      minimumRegions: fc.integer({ min: 1, max: 2 }),
      replicas: fc.integer({ min: 2, max: 5 }),
      residency: fc.boolean(),
    })
    .map(({ standby, minimumRegions, replicas, residency }): Partial<NormalizedService> => ({
      replicas,
      recovery: recovery(standby as 'cold'),
      constraints: { ...free, minimumRegions, ...(residency ? { dataResidency: ['EU'] } : {}) },
    }));

  it('standbys stand apart, laws and spreads hold, and nothing stands on what is lost', () => {
    fc.assert(
      fc.property(fc.array(serviceArb, { minLength: 1, maxLength: 4 }), fc.subarray(scopes), (wishes, lost) => {
        const services = wishes.map((wish, i) => webService(`s${i}`, wish));
        const first = placed(inputOf(services));
        const exclusions = lost.map((scope) => out(scope));
        const decided = decide(
          inputOf(services, { cause: 'target-excluded', current: standing(first), lastGoodGeneration: 1, exclusions }),
        );
        if (decided.kind === 'infeasible') return;
        const staying = new Set(decided.stranded.map(({ service }) => service));
        for (const [i, each] of decided.services.entries()) {
          const wish = services[i];
          if (wish === undefined || staying.has(each.service)) continue;
          const all = [...serves(each), ...waits(each)];
          expect(new Set(all.map(regionScope)).size).toBe(all.length);
          expect(serves(each).length).toBeGreaterThanOrEqual(wish.constraints.minimumRegions);
          expect(waits(each).length).toBe(standbysOf(wish, decided.exposed));
          for (const target of all) expect(mayStand(wish, target, lost), target).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });
});
