import { describe, expect, it } from 'vitest';
import { embeddedCatalogue } from '../../../shared/catalogue/embedded.ts';
import { isMissing, monthlyCompute } from '../../../shared/catalogue/monthly-compute.ts';
import { schedulePriceRefresh } from '../../../shared/contracts/schedule-price-refresh.ts';
import type { PriceSource } from '../../../shared/ports/price-source.ts';
import { Throttled } from '../../../shared/ports/cloud-target.ts';
import type { Outcome } from '../../../shared/pipeline/handler.ts';
import type { CostGiven } from '../given.ts';
import { onSchedulePriceRefresh } from '../on-schedule-price-refresh.ts';
import { defaultCostSettings } from '../settings.ts';
import { answerPrices } from './answer.ts';
import { catalogueNow } from './catalogue-now.ts';
import { cpu, day, noon, sourceOf } from './fixtures.ts';
import type { PriceRow } from './list.ts';

/** Records in a map: reads of a handler, writes of its outcome. */
function kept() {
  const values = new Map<string, unknown>();
  return {
    values,
    reader: {
      get: <T>(key: string) => Promise.resolve(values.get(key) as T | undefined),
      list: () => Promise.resolve({ items: [] }),
    },
    apply: ({ writes = [] }: Outcome): void => writes.forEach(({ key, value }) => values.set(key, value)),
  };
}

function given(...priceSources: readonly PriceSource[]): CostGiven {
  return { settings: defaultCostSettings, priceSources } as unknown as CostGiven;
}

type Refresh = Parameters<typeof schedulePriceRefresh.draft>[0];

function deliver(data: Refresh, to: CostGiven, records: ReturnType<typeof kept>, now = noon): Promise<Outcome> {
  const event = { ...schedulePriceRefresh.draft(data), data };
  return onSchedulePriceRefresh(to).handle(event as never, { records: records.reader, now, documents: {} as never });
}

/** A list that has every price of the catalogue, `factor` times as dear. */
const listOf = (cloud: 'aws' | 'azure' | 'gcp', factor = 1): PriceSource =>
  sourceOf(cloud, (wanted) => ({
    prices: wanted
      .filter(({ key }) => !key.includes('#internet'))
      .map(({ key, unit }) => ({
        key,
        price: { micros: Math.round((known.get(key) ?? 50_000) * factor), per: 1000, unit, currency: 'USD' },
        asOf: '2026-11-01',
        sku: 'S',
      })),
    unclear: [],
    requests: 3,
  }));

const known = new Map<string, number>();
const { pricePlaces } = await import('../../../shared/catalogue/price-keys.ts');
for (const cloud of ['aws', 'azure', 'gcp'] as const)
  for (const { key, price } of pricePlaces(embeddedCatalogue, cloud))
    if (price !== undefined) known.set(key, (price.value.micros * 1000) / price.value.per);

describe('on-schedule-price-refresh', () => {
  it('asks each list by a message of its own', async () => {
    const { events = [] } = await deliver(
      { accept: [cpu], requestedBy: 'ann' },
      given(listOf('aws'), listOf('gcp')),
      kept(),
    );
    expect(events.map(({ data }) => data)).toEqual([
      { clouds: ['aws'], accept: [cpu], requestedBy: 'ann' },
      { clouds: ['gcp'], requestedBy: 'ann' },
    ]);
  });

  it('does nothing where no list is configured, or in a rehearsal', async () => {
    expect(await deliver({}, given(), kept())).toEqual({});
    expect(await deliver({ clouds: ['gcp'] }, given(listOf('aws')), kept())).toEqual({});
    const event = { ...schedulePriceRefresh.draft({}), data: {}, dryrun: true };
    const context = { records: kept().reader, now: noon, documents: {} as never };
    expect(await onSchedulePriceRefresh(given(listOf('aws'))).handle(event as never, context)).toEqual({});
  });

  it('reads, keeps, and says in pages that fit an event', async () => {
    const records = kept();
    const outcome = await deliver({ clouds: ['aws'] }, given(listOf('aws')), records);
    expect(outcome.writes?.map(({ key }) => key)).toEqual(['price/aws']);
    expect(JSON.stringify(outcome.writes).length).toBeLessThan(400_000);
    const events = outcome.events ?? [];
    expect(events.length).toBeGreaterThan(1);
    for (const event of events) {
      expect(JSON.stringify(event).length).toBeLessThan(256_000);
    }
    const keys = events.flatMap(({ data }) => (data as { changes: { key: string }[] }).changes.map(({ key }) => key));
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).toContain(cpu);
  });

  it('delivered again after it was done, says that nothing changed', async () => {
    const records = kept();
    records.apply(await deliver({ clouds: ['gcp'] }, given(listOf('gcp')), records));
    const again = await deliver({ clouds: ['gcp'] }, given(listOf('gcp')), records);
    expect(again.events?.map(({ data }) => (data as { changes: unknown[] }).changes.length)).toEqual([0]);
  });

  it('lets the next delivery try what the list refused, and keeps what it knew', async () => {
    const refusing: PriceSource = {
      cloud: 'aws',
      name: 'list of aws',
      read: () => Promise.reject(new Throttled('slow down', 1000)),
    };
    await expect(deliver({ clouds: ['aws'] }, given(refusing), kept())).rejects.toBeInstanceOf(Throttled);
  });

  it('does not take an empty list for prices that vanished', async () => {
    const empty = sourceOf('aws', () => ({ prices: [], unclear: [{ key: cpu, reason: 'no unit' }], requests: 1 }));
    await expect(deliver({ clouds: ['aws'] }, given(empty), kept())).rejects.toThrow(
      /list of aws had none of \d+ prices of aws \(of aws\/eu-west-1\/fargate#amd64.vcpuHour: no unit\): nothing was changed/,
    );
  });

  it('sets a list aside whole that is 100-fold as dear, until it is accepted price by price', async () => {
    const records = kept();
    records.apply(await deliver({ clouds: ['gcp'] }, given(listOf('gcp')), records));
    const before = await catalogueNow(records.reader);
    const wild = await deliver({ clouds: ['gcp'] }, given(listOf('gcp', 100)), records, noon + day);
    records.apply(wild);
    const offering = 'gcp/us-central1/cloud-run';
    const cost = (catalogue: typeof before): number => {
      const found = catalogue.offerings.find(({ id }) => id === offering);
      const month = found && monthlyCompute(found, { cpuMillicores: 1000, memoryMib: 512 }, 1);
      if (month === undefined || isMissing(month)) throw new Error('no price');
      return month.expectedMicros;
    };
    expect(cost(await catalogueNow(records.reader))).toBe(cost(before));
    const keys = ['active', 'idle'].flatMap((rate) => [`${offering}#${rate}.vcpuHour`, `${offering}#${rate}.gibHour`]);
    const accepted = { clouds: ['gcp' as const], accept: [...keys, `${offering}#millionRequests`] };
    records.apply(await deliver(accepted, given(listOf('gcp', 100)), records, noon + day));
    expect(cost(await catalogueNow(records.reader)) / cost(before)).toBeCloseTo(100, 5);
  });
});

describe('GET /cost/prices', () => {
  const ask = async (records: ReturnType<typeof kept>, search: Record<string, string> = {}, now = noon) => {
    const store = { get: async <T>(key: string) => ({ value: (await records.reader.get<T>(key)) as T, version: 1 }) };
    const ports = { records: store, clock: { now: () => now } };
    return answerPrices({ params: {}, search }, ports as never, [listOf('aws')]);
  };
  const rowsOf = ({ body }: { body: unknown }) => (body as { prices: PriceRow[] }).prices;

  it('names the embedded catalogue as such, with its age', async () => {
    const [row] = rowsOf(await ask(kept(), { key: 'gcp/europe-west3/cloud-run#active.vcpuHour' }));
    expect(row?.price).toMatchObject({
      micros: 120_960,
      unit: 'vcpu-hour',
      origin: 'embedded',
      asOf: '2024-07-01',
      ageDays: 873,
    });
  });

  it('shows no age where the source has no date', async () => {
    const [row] = rowsOf(await ask(kept(), { key: cpu }));
    expect(row?.price?.asOf).toBe('undated');
    expect(row?.price).not.toHaveProperty('ageDays');
  });

  it('shows what was read, what was set aside, and when each list was read', async () => {
    const records = kept();
    records.apply(await deliver({ clouds: ['aws'] }, given(listOf('aws')), records));
    records.apply(await deliver({ clouds: ['aws'] }, given(listOf('aws', 10)), records, noon + day));
    const answer = await ask(records, { cloud: 'aws', origin: 'set-aside', key: cpu }, noon + 3 * day);
    expect(rowsOf(answer)).toEqual([
      {
        key: cpu,
        price: expect.objectContaining({
          origin: 'refreshed',
          source: 'list of aws',
          ageDays: 3,
          gone: true,
        }) as unknown,
        setAside: expect.objectContaining({ ratio: 10, since: '2026-11-22', chargedSince: '2026-11-01' }) as unknown,
      },
    ]);
    expect((answer.body as { clouds: unknown[] }).clouds).toMatchObject([
      { cloud: 'aws', source: 'list of aws', ageDays: 2, readAt: '2026-11-22T12:00:00.000Z' },
    ]);
  });

  it.each([[{ cloud: 'moon' }], [{ origin: 'guessed' }]])('refuses %j', async (search) => {
    expect((await ask(kept(), search)).status).toBe(400);
  });
});
