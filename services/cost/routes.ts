import type { QueryRoute } from '../../shared/ports/http.ts';
import type { RecordStore } from '../../shared/ports/record-store.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import { billRoutes } from './bills/routes.ts';
import { anomalyRoutes } from './anomalies/routes.ts';
import { budgetRoutes } from './budgets/routes.ts';
import { estimateRoutes } from './estimates/routes.ts';
import { reportRoutes } from './report/routes.ts';
import type { CostGiven } from './given.ts';
import type { PriceListName } from './prices/answer.ts';
import { recommendationRoutes } from './recommend/routes.ts';

export interface RoutePorts {
  readonly records: RecordStore;
  readonly clock: Clock;
}

/** Reads of what cost owns. */
export function routes(
  ports: RoutePorts,
  { settings, priceSources }: Pick<CostGiven, 'settings'> & { readonly priceSources: readonly PriceListName[] },
): readonly QueryRoute[] {
  const { records } = ports;
  return [
    ...billRoutes(records, settings),
    ...budgetRoutes(records, settings),
    ...anomalyRoutes(records),
    ...estimateRoutes(records),
    ...reportRoutes(ports),
    ...recommendationRoutes(records),
    {
      method: 'GET',
      path: '/cost/prices',
      // The catalogue is loaded by the first who asks.
      answer: async (query) => (await import('./prices/answer.ts')).answerPrices(query, ports, priceSources),
    },
  ];
}
