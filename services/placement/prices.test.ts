import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../shared/catalogue/index.ts';
import type { DataOf } from '../../shared/contracts/contract.ts';
import { pricesUpdated } from '../../shared/contracts/prices-updated.ts';
import { inputOf, placed, serviceOf, standing, webService } from './fixtures.ts';
import { onPricesUpdated } from './on-prices-updated.ts';
import { catalogueNow, withPage, type PriceCopy } from './prices.ts';

type Page = DataOf<typeof pricesUpdated>;

const cpu = 'gcp/europe-west1/cloud-run#active.vcpuHour';
const memory = 'gcp/europe-west1/cloud-run#active.gibHour';

function change(key: string, micros: number): Page['changes'][number] {
  const unit = key.endsWith('vcpuHour') ? 'vcpu-hour' : 'gib-hour';
  return { key, new: { micros, per: 1, unit, currency: 'USD' }, asOf: '2026-11-01', sku: 'S' };
}

function page(day: number, changes: Page['changes'], more: Partial<Page> = {}): Page {
  const readAt = `2026-11-${String(day).padStart(2, '0')}T08:00:00.000Z`;
  return { cloud: 'gcp', source: 'list', readAt, changes, quarantined: [], missing: 0, unchanged: 0, ...more };
}

/** Records in a map, as the pipeline would keep them. */
function kept() {
  const values = new Map<string, unknown>();
  const reads: string[] = [];
  const records = {
    get: <T>(key: string) => {
      reads.push(key);
      return Promise.resolve(values.get(key) as T | undefined);
    },
    list: () => Promise.resolve({ items: [] }),
  };
  let id = 0;
  const deliver = async (data: Page, dryrun?: true): Promise<void> => {
    id += 1;
    const event = { ...pricesUpdated.draft(data), id: `${Math.random()}${id}`, data, ...(dryrun && { dryrun }) };
    const context = { records, now: 0, documents: {} as never };
    const { writes = [] } = await onPricesUpdated.handle(event as never, context);
    for (const { key, value } of writes) values.set(key, value);
  };
  return { records, reads, deliver };
}

const priceOf = (of: typeof catalogue, id = 'gcp/europe-west1/cloud-run') => {
  const prices = of.offerings.find((each) => each.id === id)?.prices;
  return prices?.model === 'request' ? prices.active.vcpuHour : undefined;
};

describe('prices of the day', () => {
  it('are the embedded ones until a list was read', async () => {
    expect(await catalogueNow(kept().records)).toBe(catalogue);
  });

  it('are decided with, and dated by the last reading also where nothing changed', async () => {
    const { records, deliver } = kept();
    await deliver(page(20, [change(cpu, 90_000)]));
    await deliver(page(21, []));
    const now = await catalogueNow(records);
    expect(priceOf(now)).toMatchObject({ value: { micros: 90_000 }, asOf: '2026-11-21', source: 'list', quality: 'A' });
    expect(now.version).not.toBe(catalogue.version);
  });

  it('are laid over the catalogue once, not for each decision', async () => {
    const { records, reads, deliver } = kept();
    await deliver(page(20, [change(cpu, 90_000)]));
    const first = await catalogueNow(records);
    reads.length = 0;
    expect(await catalogueNow(records)).toBe(first);
    expect(reads).toEqual(['price-versions']);
  });

  it('stay as they were in a rehearsal', async () => {
    const { records, deliver } = kept();
    await deliver(page(20, [change(cpu, 90_000)]), true);
    expect(await catalogueNow(records)).toBe(catalogue);
  });

  it('keep the day of the last reading that had them', async () => {
    const { records, deliver } = kept();
    await deliver(page(20, [change(cpu, 90_000)]));
    await deliver(page(22, [], { vanished: [{ key: cpu, lastRead: '2026-11-20' }] }));
    expect(priceOf(await catalogueNow(records))).toMatchObject({ value: { micros: 90_000 }, asOf: '2026-11-20' });
    await deliver(page(23, [change(cpu, 90_000)]));
    expect(priceOf(await catalogueNow(records))).toMatchObject({ asOf: '2026-11-23' });
  });

  it('are the same whatever the order of the pages, and however often they come', () => {
    const pages = [
      page(20, [change(cpu, 1)]),
      page(20, [change(memory, 2)]),
      page(21, [change(cpu, 3)]),
      page(22, [], { vanished: [{ key: cpu, lastRead: '2026-11-21' }] }),
      page(22, [change(memory, 4)]),
    ];
    const take = (all: readonly Page[]): PriceCopy | undefined =>
      all.reduce<PriceCopy | undefined>((copy, each, i) => withPage(copy, each, String(i)), undefined);
    const { entries, readAt } = take(pages) ?? {};
    fc.assert(
      fc.property(fc.shuffledSubarray([...pages, ...pages], { minLength: 10 }), (shuffled) => {
        const copy = take(shuffled);
        expect(copy?.readAt).toBe(readAt);
        expect(copy?.entries).toEqual(entries);
      }),
    );
  });

  it('move nothing by themselves: a standing service stays where a small gain beckons', async () => {
    const { records, deliver } = kept();
    const service = webService('web', {
      requestDriven: true,
      constraints: { minimumClouds: 1, minimumRegions: 1, clouds: { allow: ['gcp'] } },
    });
    const before = placed(inputOf([service]));
    const from = serviceOf(before, 'web').targets[0]?.target ?? '';
    const current = standing(before, 1, 0);
    await deliver(page(20, [change('gcp/europe-west2/cloud-run#active.vcpuHour', 86_000)]));
    const after = placed(
      inputOf([service], { catalogue: await catalogueNow(records), current, lastGoodGeneration: 1 }),
    );
    expect(serviceOf(after, 'web')).toMatchObject({ targets: [{ target: from }], changed: false });
  });
});
