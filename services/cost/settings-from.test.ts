import { expect, it } from 'vitest';
import { priceLists } from '../../shared/adapters/price-reading/configured-lists.ts';
import { resolveSettings } from '../../shared/domain/settings/index.ts';
import { priceListsOf, settingsFrom } from './settings-from.ts';

it.each([[{}], [{ aws: {}, azure: {}, gcp: {} }], [{ aws: { enabled: false }, azure: { enabled: true } }]])(
  'price lists are told as they are read: %o',
  (sources) => {
    const settings = resolveSettings({ cost: { prices: { sources } } });
    const secrets = { check: () => undefined, read: () => Promise.resolve([]) };
    const read = priceLists(settings.cost.prices.sources, { secrets, now: () => 0 });
    expect(priceListsOf(settingsFrom(settings))).toEqual(read.map(({ cloud, name }) => ({ cloud, name })));
  },
);
