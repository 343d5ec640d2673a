import type { BudgetRecord, BudgetSettings, Passed } from './record.ts';
import { defaultThresholds } from './thresholds.ts';

export interface Late {
  readonly record: BudgetRecord;
  readonly exceeded: readonly Passed[];
}

/**
 * The last bills of a month come in the next one: what they make the old month pass is said, too, but blocks nothing any more.
 * @param spentMicros in the month before; absent: it is over for good, or no bill tells of it
 */
export function lateOf(
  budget: BudgetSettings,
  record: BudgetRecord,
  spentMicros: number | undefined,
  now: number,
): Late {
  const { before, amountMicros } = record;
  if (before === undefined || spentMicros === undefined) return { record, exceeded: [] };
  const exceeded = (budget.thresholds ?? defaultThresholds)
    .filter(({ on, percent }) => on === 'actual' && !before.told.includes(percent))
    .map(({ percent }) => ({ percent, limitMicros: Math.round((amountMicros * percent) / 100) }))
    .filter(({ limitMicros }) => spentMicros >= limitMicros)
    .map((each): Passed => ({ ...each, basis: 'actual', block: false, amountMicros: spentMicros, since: now }));
  if (exceeded.length === 0) return { record, exceeded };
  const told = [...before.told, ...exceeded.map(({ percent }) => percent)];
  return { record: { ...record, before: { ...before, told } }, exceeded };
}
