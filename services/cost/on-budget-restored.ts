import { budgetRestored } from '../../shared/contracts/budget-restored.ts';
import { handler, type Handler } from '../../shared/pipeline/handler.ts';
import { postNotice } from './budgets/notice.ts';
import type { CostGiven } from './given.ts';

/** Who was told that a budget was exceeded shall know that it no longer is. */
export function onBudgetRestored(given: CostGiven): Handler {
  return handler({
    consumer: 'cost/on-budget-restored',
    contract: budgetRestored,
    handle: (event) => postNotice(event, given),
  });
}
