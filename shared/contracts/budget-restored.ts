import { Type } from 'typebox';
import { defineEvent } from './contract.ts';
import { CostScope, Month } from './cost-values.ts';
import { Name } from './values.ts';

/** A new period, a larger budget, or a corrected bill: what was blocked for its sake no longer is. */
export const budgetRestored = defineEvent({
  name: 'budget.restored',
  summary: 'Spending is within a budget again',
  data: Type.Object(
    { budget: Name, scope: CostScope, period: Month, reason: Type.String({ maxLength: 500 }) },
    { additionalProperties: false },
  ),
  subject: (data) => data.budget,
});
