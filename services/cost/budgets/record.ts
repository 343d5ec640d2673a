import type { BudgetBasis } from '../../../shared/contracts/budget-exceeded.ts';
import type { CostScope } from '../../../shared/contracts/cost-values.ts';
import type { CostSettings } from '../settings.ts';
import type { MonthForecast } from '../forecast/month.ts';
import { budgetPrefix } from '../keys.ts';

export type BudgetSettings = CostSettings['budgets'][number];

export const budgetKey = (budget: string): string => `${budgetPrefix}${budget}`;

/** A threshold that was passed, and is still: said, and not to be said again. */
export interface Passed {
  readonly basis: BudgetBasis;
  /** Of the budget; for a burst, of the usual day. */
  readonly percent: number;
  readonly block: boolean;
  readonly limitMicros: number;
  /** When it was said. */
  readonly amountMicros: number;
  /** Epoch ms. */
  readonly since: number;
  /** Of a burst: its last day, `YYYY-MM-DD`. */
  readonly day?: string;
}

/** What one day cost beside what days like it do. */
export interface DaySpent {
  readonly day: string;
  readonly micros: number;
  readonly usualMicros: number;
}

export interface Figures {
  /** Absent: no bill tells of it. */
  readonly spentMicros?: number;
  /** Absent: too little is known. */
  readonly forecast?: MonthForecast;
  /** What is placed now, a month. Absent: nothing is, or it cannot be compared. */
  readonly estimateMicros?: number;
  /** The latest days, oldest first. */
  readonly days: readonly DaySpent[];
  /** Why something that could be compared is not. */
  readonly problems: readonly string[];
}

export interface BudgetRecord extends Omit<Figures, 'days'> {
  readonly budget: string;
  readonly scope: CostScope;
  readonly currency: string;
  readonly amountMicros: number;
  readonly period: string;
  readonly lastDay?: DaySpent;
  readonly passed: readonly Passed[];
  /** The latest day that was told to be a burst: bills come in lots, and a day is told once. */
  readonly burstTold?: string;
  /** Of the month before, whose last bills come in this one: percents of what was spent that have been told. */
  readonly before?: { readonly period: string; readonly told: readonly number[] };
  /** Epoch ms. */
  readonly judgedAt: number;
}

export function isBlocked({ passed }: Pick<BudgetRecord, 'passed'>): boolean {
  return passed.some(({ block }) => block);
}
