import type { FleetCost, FleetServiceCost } from '../../shared/adapters/telemetry/fleet-cost.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { QueryRoute } from '../../shared/ports/http.ts';
import { everything, one } from './everything.ts';

interface Estimate {
  readonly application: string;
  readonly service: string;
  readonly monthly?: { readonly expected: number };
  readonly compared?: {
    readonly months: readonly { readonly ratio?: number }[];
    readonly week?: { readonly ratio?: number };
  };
}

interface MonthToDate {
  readonly billed: readonly { readonly provider: string; readonly currency: string; readonly micros: number }[];
}

interface Budget {
  readonly budget: string;
  readonly usedRatio?: number;
}

/** Estimates change with decisions, and what they are held against with bills: no scrape needs them newer than this. */
const heldMs = 60_000;

/** What the fleet costs, read through the service's own endpoints; they read records, and wake no ledger. */
export function costReader(routes: readonly QueryRoute[], clock: Clock): () => Promise<FleetCost | undefined> {
  // A composition without cost has nothing to tell of it.
  if (!routes.some(({ path }) => path === '/cost/estimates')) return () => Promise.resolve(undefined);
  let held: { readonly at: number; readonly cost: Promise<FleetCost> } | undefined;
  return () => {
    const now = clock.now();
    if (held === undefined || now - held.at >= heldMs) {
      const cost = readCost(routes);
      held = { at: now, cost };
      // The next scrape asks again.
      cost.catch(() => (held = undefined));
    }
    return held.cost;
  };
}

async function readCost(routes: readonly QueryRoute[]): Promise<FleetCost> {
  const [estimates, { billed }, budgets] = await Promise.all([
    everything<Estimate>(routes, '/cost/estimates', 'estimates'),
    one<MonthToDate>(routes, '/cost/month-to-date'),
    everything<Budget>(routes, '/cost/budgets', 'budgets'),
  ]);
  return {
    services: estimates.map(serviceOf),
    billedDollars: billed
      .filter(({ currency }) => currency === 'USD')
      .map(({ provider, micros }) => ({ cloud: provider, dollars: micros / 1e6 })),
    budgets: budgets.flatMap(({ budget, usedRatio }) => (usedRatio === undefined ? [] : [{ budget, usedRatio }])),
  };
}

function serviceOf({ application, service, monthly, compared }: Estimate): FleetServiceCost {
  const [week, month] = [compared?.week?.ratio, compared?.months.at(-1)?.ratio];
  return {
    application,
    service,
    ...(monthly === undefined ? {} : { monthlyDollars: monthly.expected / 1e6 }),
    ...(week === undefined ? {} : { weekError: week }),
    ...(month === undefined ? {} : { monthError: month }),
  };
}
