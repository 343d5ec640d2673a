import { budgetExceeded, type BudgetBasis } from '../../shared/contracts/budget-exceeded.ts';
import type { DataOf } from '../../shared/contracts/contract.ts';
import { handler, nothing } from '../../shared/pipeline/handler.ts';
import { budgetBlockKey, type BudgetBlockRecord } from './budget-block.ts';

/** From now on nothing is taken in its scope that would cost more there. Budgets that only tell are none of placement's business. */
export const onBudgetExceeded = handler({
  consumer: 'placement/on-budget-exceeded',
  contract: budgetExceeded,
  handle: async ({ data, time, dryrun }, { records }) => {
    if (dryrun === true || !data.block) return nothing;
    const key = budgetBlockKey(data.budget);
    const known = await records.get<BudgetBlockRecord>(key);
    const since = Date.parse(time);
    // Order is not assumed: a newer restoration has the last word.
    if (known !== undefined && known.since > since) return nothing;
    const { budget, scope } = data;
    const value: BudgetBlockRecord = { budget, scope, blocked: true, reason: reasonOf(data), since };
    return { writes: [{ key, value }] };
  },
});

function reasonOf({ basis, amountMicros, limitMicros, currency, period }: DataOf<typeof budgetExceeded>): string {
  const words: Readonly<Record<BudgetBasis, string>> = {
    actual: `spent in ${period}`,
    forecast: `forecast for ${period}`,
    estimate: 'a month placed',
    burst: 'on one day',
  };
  return `${(amountMicros / 1e6).toFixed(2)} of ${(limitMicros / 1e6).toFixed(2)} ${currency} ${words[basis]}`;
}
