import { schedulePriceRefresh } from '../../shared/contracts/schedule-price-refresh.ts';
import { handler, nothing, type Handler } from '../../shared/pipeline/handler.ts';
import type { CostGiven } from './given.ts';

/**
 * Reads the price lists, each by a message of its own: what one provider refuses or delays is tried again without asking the others
 * again.
 */
export function onSchedulePriceRefresh({ priceSources, settings }: CostGiven): Handler {
  return handler({
    consumer: 'cost/on-schedule-price-refresh',
    contract: schedulePriceRefresh,
    async handle({ data, dryrun }, context) {
      const { clouds, accept = [] } = data;
      const meant = priceSources.filter(({ cloud }) => clouds === undefined || clouds.includes(cloud));
      if (dryrun || meant.length === 0) return nothing;
      const [source] = meant;
      if (source !== undefined && clouds?.length === 1) {
        const { refresh } = await import('./prices/refresh.ts');
        return refresh(source, { accept, most: settings.prices.quarantineRatio }, context);
      }
      const events = meant.map(({ cloud }) => {
        const own = accept.filter((key) => key.startsWith(`${cloud}/`));
        const by = data.requestedBy === undefined ? {} : { requestedBy: data.requestedBy };
        return schedulePriceRefresh.draft({ clouds: [cloud], ...(own.length > 0 && { accept: own }), ...by });
      });
      return { events };
    },
  });
}
