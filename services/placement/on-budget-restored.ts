import { budgetRestored } from '../../shared/contracts/budget-restored.ts';
import { handler, nothing } from '../../shared/pipeline/handler.ts';
import { budgetBlockKey, type BudgetBlockRecord } from './budget-block.ts';

/** Its scope takes everything again. What was refused meanwhile is not tried again: whoever asked was told. */
export const onBudgetRestored = handler({
  consumer: 'placement/on-budget-restored',
  contract: budgetRestored,
  handle: async ({ data, time, dryrun }, { records }) => {
    if (dryrun === true) return nothing;
    const key = budgetBlockKey(data.budget);
    const known = await records.get<BudgetBlockRecord>(key);
    const since = Date.parse(time);
    if (known !== undefined && known.since > since) return nothing;
    const { budget, scope, reason } = data;
    const value: BudgetBlockRecord = { budget, scope, blocked: false, reason, since };
    return { writes: [{ key, value }] };
  },
});
