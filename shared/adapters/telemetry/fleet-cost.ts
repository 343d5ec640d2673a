import type { BatchObservableResult, Meter, ObservableGauge } from '@opentelemetry/api';

/** What the fleet costs, as the last sweep of bills saw it. What is not known is not there: never zero. */
export interface FleetCost {
  readonly services: readonly FleetServiceCost[];
  /** Billed this month so far, in US dollars; bills in other currencies are not among them. */
  readonly billedDollars: readonly { readonly cloud: string; readonly dollars: number }[];
  /** Spent share of each budget, 1 being all of it. */
  readonly budgets: readonly { readonly budget: string; readonly usedRatio: number }[];
}

export interface FleetServiceCost {
  readonly application: string;
  readonly service: string;
  /** Of what is placed now. */
  readonly monthlyDollars?: number;
  /** (billed − estimated) / billed, over the last seven days that are billed, and the last complete month. */
  readonly weekError?: number;
  readonly monthError?: number;
}

export interface CostGauges {
  readonly error: ObservableGauge;
  readonly estimated: ObservableGauge;
  readonly billed: ObservableGauge;
  readonly budget: ObservableGauge;
}

export function costGauges(meter: Meter): CostGauges {
  const gauge = (name: string, description: string) => meter.createObservableGauge(name, { description });
  return {
    error: gauge(
      'homeostasis_cost_forecast_error_ratio',
      'Part of the bill that was not expected, by service; negative where more was expected than billed',
    ),
    estimated: gauge('homeostasis_cost_estimated_monthly_dollars', 'What a service is expected to cost a month'),
    billed: gauge('homeostasis_cost_billed_dollars', 'Billed this month so far, by cloud'),
    budget: gauge('homeostasis_cost_budget_used_ratio', 'Share of a budget that is spent in its period'),
  };
}

export function showCost(result: BatchObservableResult, gauges: CostGauges, cost: FleetCost): void {
  for (const { application, service, monthlyDollars, weekError, monthError } of cost.services) {
    const labels = { application, service };
    if (monthlyDollars !== undefined) result.observe(gauges.estimated, monthlyDollars, labels);
    if (weekError !== undefined) result.observe(gauges.error, weekError, { ...labels, over: 'week' });
    if (monthError !== undefined) result.observe(gauges.error, monthError, { ...labels, over: 'month' });
  }
  for (const { cloud, dollars } of cost.billedDollars) result.observe(gauges.billed, dollars, { cloud });
  for (const { budget, usedRatio } of cost.budgets) result.observe(gauges.budget, usedRatio, { budget });
}
