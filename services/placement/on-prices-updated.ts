import { pricesUpdated } from '../../shared/contracts/prices-updated.ts';
import { handler, nothing } from '../../shared/pipeline/handler.ts';
import { priceVersionsKey, pricesKey, withPage, type PriceCopy, type PriceVersions } from './prices.ts';

/**
 * Keeps a copy of the prices that placement decides and plans with. Nothing is placed again for it: a price by itself moves nothing,
 * what it would save to move is a recommendation's to say.
 */
export const onPricesUpdated = handler({
  consumer: 'placement/on-prices-updated',
  contract: pricesUpdated,
  async handle({ id, data, dryrun }, { records }) {
    if (dryrun) return nothing;
    const copy = withPage(await records.get<PriceCopy>(pricesKey(data.cloud)), data, id);
    const versions = await records.get<PriceVersions>(priceVersionsKey);
    return {
      writes: [
        { key: pricesKey(data.cloud), value: copy },
        { key: priceVersionsKey, value: { ...versions, [data.cloud]: copy.version } },
      ],
    };
  },
});
