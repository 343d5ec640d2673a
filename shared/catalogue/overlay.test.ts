import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { egressMicrosPerGb, monthlyEgress } from './egress.ts';
import { embeddedCatalogue as base } from './embedded.ts';
import { isMissing, monthlyCompute, monthlyEndpoint } from './monthly-compute.ts';
import { offeringsAround, overlay } from './overlay.ts';
import { pricePlaces } from './price-keys.ts';
import type { RefreshedPrice, RefreshedPrices } from './refreshed.ts';
import type { Catalogue, Offering } from './types.ts';

function refreshed(micros: number, unit: string, more: Partial<RefreshedPrice> = {}): RefreshedPrice {
  return { micros, per: 1, unit, since: '2026-11-01', sku: 'SKU1', readOn: '2026-11-20', ...more };
}

let versions = 0;
function aws(entries: Readonly<Record<string, RefreshedPrice>>): RefreshedPrices {
  versions += 1;
  return { cloud: 'aws', source: 'AWS Price List Query API', version: `v${versions}`, entries };
}

function offeringOf(catalogue: Catalogue, id: string): Offering {
  const found = catalogue.offerings.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no offering ${id}`);
  return found;
}

const dublin = 'aws/eu-west-1/fargate';
const quarter = { cpuMillicores: 1000, memoryMib: 2048 };

describe('overlay', () => {
  it('prices with what was read, and says where and when', () => {
    const next = overlay(base, [aws({ [`${dublin}#amd64.vcpuHour`]: refreshed(50_000, 'vcpu-hour') })]);
    const cost = monthlyCompute(offeringOf(next, dublin), quarter, 1);
    if (isMissing(cost)) throw new Error(cost.missing.join());
    expect(cost.parts.map(({ item, micros, asOf, source }) => ({ item, micros, asOf, source }))).toEqual([
      { item: 'allocated vCPU', micros: 36_500_000, asOf: '2026-11-20', source: 'AWS Price List Query API' },
      // Not read: the embedded price, under its own name.
      expect.objectContaining({ item: 'allocated memory', micros: 6_489_700, asOf: 'undated' }),
    ]);
  });

  it('has a version of its own, the same for the same prices, and the very same objects', () => {
    const prices = aws({ [`${dublin}#amd64.vcpuHour`]: refreshed(50_000, 'vcpu-hour') });
    expect(overlay(base, [])).toBe(base);
    const next = overlay(base, [prices]);
    expect(overlay(base, [{ ...prices }])).toBe(next);
    expect(next.version).not.toBe(base.version);
    expect(next.version).toMatch(/^2026-11-20-[0-9a-f]{8}-[0-9a-f]{8}$/);
    expect(overlay(base, [{ ...prices, version: 'other' }]).version).not.toBe(next.version);
  });

  it('forgets the oldest of many', () => {
    const first = aws({});
    const made = overlay(base, [first]);
    for (let i = 0; i < 4; i += 1) overlay(base, [aws({})]);
    expect(overlay(base, [first])).not.toBe(made);
  });

  it('never mixes the offerings of two catalogues: one of a cloud that was not read is new as well', () => {
    const next = overlay(base, [aws({ [`${dublin}#endpoint.hour`]: refreshed(30_000, 'hour') })]);
    const gcp = offeringOf(next, 'gcp/us-central1/cloud-run');
    expect(gcp).not.toBe(offeringOf(base, gcp.id));
    expect(offeringsAround(gcp)).toBe(next.offerings);
    expect(offeringsAround(offeringOf(base, gcp.id))).toBe(base.offerings);
    expect(next.offerings.map(({ id }) => id)).toEqual(base.offerings.map(({ id }) => id));
    expect(next.offerings.every(({ region }) => next.regions.includes(region))).toBe(true);
  });

  it('knows of a price that had no source, and no longer misses it', () => {
    const id = 'azure/brazilsouth/container-apps';
    const entries = Object.fromEntries(
      ['active', 'idle'].flatMap((rate) => [
        [`${id}#${rate}.vcpuHour`, refreshed(86_400, 'vcpu-hour')],
        [`${id}#${rate}.gibHour`, refreshed(10_800, 'gib-hour')],
      ]),
    );
    const next = overlay(base, [{ cloud: 'azure', source: 'Azure Retail Prices API', version: 'b', entries }]);
    expect(offeringOf(base, id).absent).toContain('consumption prices in this region');
    expect(offeringOf(next, id).absent).not.toContain('consumption prices in this region');
    expect(isMissing(monthlyCompute(offeringOf(next, id), { cpuMillicores: 500, memoryMib: 1024 }, 1))).toBe(false);
  });

  it('takes half a rate for none', () => {
    const id = 'azure/brazilsouth/container-apps';
    const entries = { [`${id}#active.vcpuHour`]: refreshed(86_400, 'vcpu-hour') };
    const next = overlay(base, [{ cloud: 'azure', source: 'x', version: 'half', entries }]);
    expect(offeringOf(next, id).prices).toBeUndefined();
  });

  it('takes no price for another unit', () => {
    const next = overlay(base, [aws({ [`${dublin}#amd64.vcpuHour`]: refreshed(1, 'gib-hour') })]);
    expect(offeringOf(next, dublin).prices).toEqual(offeringOf(base, dublin).prices);
  });

  it('makes a load balancer where its price was missing', () => {
    const id = 'aws/us-west-2/fargate';
    const next = overlay(base, [aws({ [`${id}#endpoint.hour`]: refreshed(22_500, 'hour') })]);
    expect(offeringOf(base, id).endpoint.kind).toBe('absent');
    expect(monthlyEndpoint(offeringOf(next, id))).toMatchObject({ expectedMicros: 16_425_000 });
  });

  it('prices a pair of regions before their continents', () => {
    const next = overlay(base, [aws({ 'aws/eu-west-1#toRegion.eu-central-1': refreshed(15_000, 'gb') })]);
    const from = offeringOf(next, dublin);
    const rate = (to: string) => egressMicrosPerGb(from, offeringOf(next, to));
    expect(rate('aws/eu-central-1/fargate')).toMatchObject({ microsPerGb: 15_000, asOf: '2026-11-20' });
    expect(rate('aws/eu-north-1/fargate')).toMatchObject({ microsPerGb: 20_000 });
  });

  const rung = (micros: number, fromGb: number, upToGb?: number) =>
    refreshed(micros, 'gb', { tier: upToGb === undefined ? { fromGb } : { fromGb, upToGb } });

  it('takes a whole ladder of tiers, whatever its steps', () => {
    const next = overlay(base, [
      aws({ 'aws/eu-west-1#internet.0': rung(80_000, 0, 100), 'aws/eu-west-1#internet.1': rung(40_000, 100) }),
    ]);
    expect(monthlyEgress(offeringOf(next, dublin), 'internet', 150)).toMatchObject({ micros: 10_000_000 });
  });

  it('takes no notice of rungs beyond the last: the ladder was longer once', () => {
    const next = overlay(base, [
      aws({ 'aws/eu-west-1#internet.0': rung(80_000, 0), 'aws/eu-west-1#internet.1': { ...rung(1, 100), gone: true } }),
    ]);
    expect(monthlyEgress(offeringOf(next, dublin), 'internet', 1000)).toMatchObject({ micros: 80_000_000 });
  });

  it.each([
    ['a rung is missing', { 'aws/eu-west-1#internet.1': rung(1, 100) }],
    ['it does not begin at nothing', { 'aws/eu-west-1#internet.0': rung(1, 5) }],
    ['it has no end', { 'aws/eu-west-1#internet.0': rung(1, 0, 100) }],
    [
      'its steps do not meet',
      { 'aws/eu-west-1#internet.0': rung(1, 0, 100), 'aws/eu-west-1#internet.1': rung(1, 200) },
    ],
    ['it has no tier', { 'aws/eu-west-1#internet.0': refreshed(1, 'gb') }],
  ])('keeps the embedded ladder where %s', (_, entries) => {
    const next = overlay(base, [aws(entries)]);
    expect(offeringOf(next, dublin).region.egress.internet).toEqual(offeringOf(base, dublin).region.egress.internet);
  });

  it('laid over with the embedded prices costs what it costs', () => {
    for (const cloud of ['aws', 'azure', 'gcp'] as const) {
      const entries = Object.fromEntries(
        pricePlaces(base, cloud).flatMap(({ key, price, tier }) =>
          price === undefined
            ? []
            : [[key, refreshed(price.value.micros, price.value.unit, { per: price.value.per, ...(tier && { tier }) })]],
        ),
      );
      const next = overlay(base, [{ cloud, source: 'again', version: 'same', entries }]);
      const amounts = (catalogue: Catalogue) =>
        pricePlaces(catalogue, cloud).map(({ key, price, tier }) => ({ key, value: price?.value, tier }));
      expect(amounts(next)).toEqual(amounts(base));
    }
  });

  it('changes only the prices it was given', () => {
    const places = pricePlaces(base, 'aws').filter(
      ({ price, key }) => price !== undefined && !key.includes('#internet'),
    );
    fc.assert(
      fc.property(fc.subarray([...places], { minLength: 1 }), fc.integer({ min: 1, max: 1e9 }), (chosen, micros) => {
        const entries = Object.fromEntries(chosen.map(({ key, unit }) => [key, refreshed(micros, unit)]));
        const next = new Map(pricePlaces(overlay(base, [aws(entries)]), 'aws').map((each) => [each.key, each.price]));
        for (const { key, price } of places) {
          if (key in entries) expect(next.get(key)?.value.micros).toBe(micros);
          else expect(next.get(key)).toEqual(price);
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe('pricePlaces', () => {
  it('names each place once, in the form of the contract', () => {
    for (const cloud of ['aws', 'azure', 'gcp'] as const) {
      const keys = pricePlaces(base, cloud).map(({ key }) => key);
      expect(new Set(keys).size).toBe(keys.length);
      expect(keys.filter((key) => !/^[a-z]+\/[a-z0-9-]+(\/[a-z0-9-]+)?#[A-Za-z0-9.-]+$/.test(key))).toEqual([]);
      // The record of a cloud is one item of at most 400 KB.
      expect(keys.length).toBeLessThan(1200);
    }
  });

  it('has a place for ARM, spot, tiers and pairs, also where nothing is known', () => {
    const keys = new Set(pricePlaces(base, 'aws').map(({ key }) => key));
    for (const member of ['arm64.vcpuHour', 'spotArm64.gibHour', 'spot.vcpuHour', 'endpoint.capacityUnitHour'])
      expect(keys).toContain(`aws/eu-north-1/fargate#${member}`);
    expect(keys).toContain('aws/eu-north-1#toRegion.sa-east-1');
    expect(keys).toContain('aws/eu-north-1#internet.5');
    expect(keys).toContain('aws/eu-north-1/ecs-ec2#hour.m5.large');
  });
});
