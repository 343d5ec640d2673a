import type { CostScope } from '../../shared/contracts/cost-values.ts';

export const budgetBlockPrefix = 'budget-block/';
export const budgetBlockKey = (budget: string): string => `${budgetBlockPrefix}${budget}`;

/** The newest word on a budget that blocks; kept when it no longer does, so that a late word does not block anew. */
export interface BudgetBlockRecord {
  readonly budget: string;
  readonly scope: CostScope;
  readonly blocked: boolean;
  /** What was passed, for the message: `412.35 of 400.00 USD spent in 2026-11`. */
  readonly reason: string;
  /** Epoch ms of the event that said so. */
  readonly since: number;
}
