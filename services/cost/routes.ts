import type { QueryRoute } from '../../shared/ports/http.ts';
import type { RecordStore } from '../../shared/ports/record-store.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import { budgetRoutes } from './budgets/routes.ts';
import { estimateRoutes } from './estimates/routes.ts';
import type { CostGiven } from './given.ts';

export interface RoutePorts {
  readonly records: RecordStore;
  readonly clock: Clock;
}

/** Reads of what cost owns. */
export function routes({ records }: RoutePorts, { settings }: CostGiven): readonly QueryRoute[] {
  return [...budgetRoutes(records, settings), ...estimateRoutes(records)];
}
