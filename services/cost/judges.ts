import { judgeBudgets } from './budgets/judge.ts';
import { judgeEstimates } from './estimates/judge.ts';
import type { Judge, JudgeStep } from './judge.ts';

/** What each step of judging does. */
export const judges: Readonly<Partial<Record<JudgeStep, Judge>>> = {
  budgets: judgeBudgets,
  estimates: judgeEstimates,
};
