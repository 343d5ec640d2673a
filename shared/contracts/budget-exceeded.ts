import { Type, type Static } from 'typebox';
import { defineEvent } from './contract.ts';
import { CostScope, Currency, Micros, Month } from './cost-values.ts';
import { Name } from './values.ts';

const closed = { additionalProperties: false } as const;

/** actual: spent so far. forecast: what the period will come to. burst: one day's spending. estimate: what is placed, before any bill. */
export const BudgetBasis = Type.Union([
  Type.Literal('actual'),
  Type.Literal('forecast'),
  Type.Literal('burst'),
  Type.Literal('estimate'),
]);
export type BudgetBasis = Static<typeof BudgetBasis>;

/** Said once for each threshold, basis and period. */
export const budgetExceeded = defineEvent({
  name: 'budget.exceeded',
  summary: 'Spending passed a threshold of a budget',
  data: Type.Object(
    {
      budget: Name,
      scope: CostScope,
      period: Month,
      basis: BudgetBasis,
      /** The threshold, percent of the budget; for a burst, of the usual day. */
      percent: Type.Number({ minimum: 0 }),
      limitMicros: Micros,
      amountMicros: Micros,
      currency: Currency,
      /** From now until `budget.restored`, placement takes nothing in this scope that would cost more. */
      block: Type.Boolean(),
      /** What it went on, dearest first: `application/service at target: amount`. */
      reason: Type.String({ maxLength: 1000 }),
    },
    closed,
  ),
  subject: (data) => data.budget,
});
