import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../shared/catalogue/index.ts';
import type { Amount, NormalizedService } from '../../shared/domain/spec/normalized.ts';
import { compareClouds, type Comparison } from './compare-clouds.ts';
import { applicationOf, inputOf, placed, webService } from './fixtures.ts';
import { totalsOf, type ApplicationEstimate } from './totals.ts';

const now = Date.parse('2026-11-21T08:00:00Z');
const exactly = (value: number): Amount => ({ low: value, expected: value, high: value });
const within = (...allow: string[]) => ({ minimumClouds: 1, minimumRegions: 1, regions: { allow } });

function compared(services: readonly NormalizedService[]) {
  const decided = placed(inputOf(services));
  const application = applicationOf(services);
  const { offerings } = catalogue;
  return {
    ...compareClouds(application, decided.services, { offerings, now }),
    decided,
    estimate: totalsOf(application, decided, offerings, now),
  };
}

const cloudOf = ({ services }: Comparison, service: string, cloud: string) =>
  services.find((each) => each.service === service)?.clouds.find((each) => each.cloud === cloud);
/** Of a service: its amounts are in order, it says what the estimate says, and it names no place of its cloud that is dearer. */
function isTold(
  { service, standing, clouds }: Comparison['services'][number],
  { services }: ApplicationEstimate,
): void {
  const own = services.find((each) => each.service === service);
  const paidByOthers = standing.traffic.expected - (own?.cost.egress?.expected ?? 0);
  expect(standing.monthly.expected - paidByOthers).toBe(own?.cost.total?.expected);
  for (const { monthly, traffic } of [standing, ...clouds]) {
    expect(monthly.low).toBeLessThanOrEqual(monthly.expected);
    expect(monthly.expected).toBeLessThanOrEqual(monthly.high);
    expect(traffic.expected).toBeLessThanOrEqual(monthly.expected);
  }
  const here = clouds.find(({ cloud }) => own?.placed[0]?.target.startsWith(`${cloud}/`));
  expect(here?.monthly.expected).toBeLessThanOrEqual(standing.monthly.expected);
}

const standingOf = ({ services }: Comparison, service: string) =>
  services.find((each) => each.service === service)?.standing;

describe('a comparison of clouds', () => {
  it("counts what leaves for the internet at each cloud's own price, with its range", () => {
    const usage = { egressGbPerMonth: { low: 100, expected: 1000, high: 4000 } };
    const [quiet, loud] = [compared([webService('web')]), compared([webService('web', { usage })])];
    for (const cloud of ['aws', 'azure', 'gcp']) {
      const [without, own] = [cloudOf(quiet, 'web', cloud), cloudOf(loud, 'web', cloud)];
      expect(without?.traffic).toEqual(exactly(0));
      expect(own?.traffic.low).toBeLessThan(own?.traffic.expected ?? 0);
      expect(own?.traffic.expected).toBeLessThan(own?.traffic.high ?? 0);
      expect(own?.unpriced).toEqual([]);
    }
    // 1,000 GB at 0.09 and at 0.087 USD; 1,000 of the first 1,024 GiB at 0.12.
    expect(['aws', 'azure', 'gcp'].map((cloud) => cloudOf(loud, 'web', cloud)?.traffic.expected)).toEqual([
      90_000_000, 87_000_000, 120_000_000,
    ]);
  });

  it('counts a link both ways where a service would leave its neighbour, and once where both go', () => {
    const both = compared([
      webService('web', {
        constraints: within('aws/us-east-1', 'gcp/us-east4'),
        links: [{ to: 'db', gbPerMonth: 1000 }],
      }),
      webService('db', { constraints: within('aws/us-east-1', 'gcp/us-east4') }),
    ]);
    const here = both.decided.services[0]?.targets[0]?.target.split('/')[0] ?? '';
    const there = here === 'aws' ? 'gcp' : 'aws';
    const [web, db] = [cloudOf(both, 'web', there), cloudOf(both, 'db', there)];
    // Web sends from there to the other cloud; or sends from here to where the database would be.
    const rate = { aws: 90_000_000, gcp: 120_000_000 } as const;
    expect(web?.traffic.expected).toBe(rate[there]);
    expect(db?.traffic.expected).toBe(rate[here as 'aws' | 'gcp']);
    const total = both.totals.find(({ cloud }) => cloud === there);
    expect(total?.missing).toEqual([]);
    // Together it stays in one region.
    expect(total?.traffic.expected).toBe(there === 'gcp' ? 0 : 10_000_000);
  });

  it('chooses the places of one cloud together: what talks a lot is not torn apart for a cent', () => {
    const link = [{ to: 'db', gbPerMonth: 100_000 }];
    const { totals } = compared([
      webService('web', { links: link }),
      webService('db', { constraints: within('aws/ap-northeast-1', 'gcp/asia-northeast1', 'azure/japaneast') }),
    ]);
    for (const { targets } of totals.filter(({ missing }) => missing.length === 0)) {
      const regions = new Set(targets.map(({ target }) => target.split('/')[1]));
      expect([...regions]).toHaveLength(1);
    }
    expect(totals.some(({ missing }) => missing.length === 0)).toBe(true);
  });

  it('leaves a service that cannot stand there where it is, and counts its links on both sides', () => {
    const { totals } = compared([
      webService('web', { links: [{ to: 'db', gbPerMonth: 1000 }] }),
      webService('db', { constraints: within('aws/us-east-1') }),
    ]);
    const gcp = totals.find(({ cloud }) => cloud === 'gcp');
    expect(gcp?.missing).toEqual(['db']);
    expect(gcp?.targets.map(({ service }) => service)).toEqual(['web']);
    expect(gcp?.traffic.expected).toBe(120_000_000);
  });

  it('does not take a place for the cheapest because the price of its traffic is not known', () => {
    const usage = { egressGbPerMonth: exactly(1000) };
    const found = compared([
      webService('web', { usage, requestDriven: true, constraints: within('azure/japaneast', 'azure/westeurope') }),
    ]);
    expect(cloudOf(found, 'web', 'azure')).toMatchObject({
      target: expect.stringContaining('westeurope') as string,
      unpriced: [],
    });
    const only = compared([webService('web', { usage, requestDriven: true, constraints: within('azure/japaneast') })]);
    expect(cloudOf(only, 'web', 'azure')?.unpriced.join()).toMatch(/japaneast.*no source.*left out/);
  });

  it('holds one place against the mean of those it has', () => {
    const spread = { minimumClouds: 2, minimumRegions: 2, clouds: { allow: ['aws', 'gcp'] } };
    const found = compared([webService('web', { replicas: 2, requestDriven: true, constraints: spread })]);
    const places = found.decided.services[0]?.placed.map(({ target }) => target) ?? [];
    const alone = places.map((target) => {
      const [cloud = '', region = ''] = target.split('/');
      const only = { ...within(`${cloud}/${region}`), clouds: { allow: [cloud] } };
      const single = compared([webService('web', { replicas: 2, requestDriven: true, constraints: only })]);
      return cloudOf(single, 'web', cloud)?.monthly.expected ?? 0;
    });
    expect(places).toHaveLength(2);
    expect(standingOf(found, 'web')?.monthly.expected).toBe(Math.round((alone[0] ?? 0) / 2 + (alone[1] ?? 0) / 2));
  });

  it('costs nothing where nothing runs', () => {
    const usage = { egressGbPerMonth: exactly(1000) };
    const { services } = compared([webService('web', { replicas: 0, usage })]);
    for (const { monthly } of [services[0]?.standing, ...(services[0]?.clouds ?? [])].flatMap((each) => each ?? []))
      expect(monthly).toEqual(exactly(0));
  });

  it('says of one place what the estimate says, names no place dearer than the one it has, and orders its amounts', () => {
    const amount = fc
      .uniqueArray(fc.integer({ min: 0, max: 20_000 }), { minLength: 3, maxLength: 3 })
      .map((values) => [...values].sort((a, b) => a - b))
      .map(([low = 0, expected = 0, high = 0]): Amount => ({ low, expected, high }));
    const service = fc.record({
      egress: amount,
      gb: fc.integer({ min: 0, max: 5000 }),
      replicas: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(service, service, (a, b) => {
        const of = (name: string, { egress, gb, replicas }: typeof a, to: string) =>
          webService(name, { usage: { egressGbPerMonth: egress }, replicas, links: [{ to, gbPerMonth: gb }] });
        const found = compared([of('web', a, 'db'), of('db', b, 'web')]);
        const { totals, services, estimate } = found;
        for (const each of services) isTold(each, estimate);
        for (const { standing } of totals.filter(({ missing }) => missing.length === 0))
          expect(standing.monthly).toEqual(estimate.totals.total);
        expect(standingOf(found, 'web')).toBeDefined();
      }),
      { numRuns: 20 },
    );
  });
});
