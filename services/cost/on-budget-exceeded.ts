import { budgetExceeded } from '../../shared/contracts/budget-exceeded.ts';
import { handler, type Handler } from '../../shared/pipeline/handler.ts';
import { postNotice } from './budgets/notice.ts';
import type { CostGiven } from './given.ts';

/** Whoever the budget names shall know: its webhook is posted the event. */
export function onBudgetExceeded(given: CostGiven): Handler {
  return handler({
    consumer: 'cost/on-budget-exceeded',
    contract: budgetExceeded,
    handle: (event) => postNotice(event, given),
  });
}
