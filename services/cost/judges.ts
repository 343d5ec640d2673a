import { judgeAnomalies } from './anomalies/judge.ts';
import { judgeBudgets } from './budgets/judge.ts';
import { judgeEstimates } from './estimates/judge.ts';
import { judgeRecommendations } from './recommend/judge.ts';
import { judgeVerification } from './recommend/judge-verification.ts';
import { judgeReport } from './report/judge.ts';
import type { Judge, JudgeStep } from './judge.ts';

/** What each step of judging does. */
export const judges: Readonly<Partial<Record<JudgeStep, Judge>>> = {
  budgets: judgeBudgets,
  anomalies: judgeAnomalies,
  estimates: judgeEstimates,
  recommendations: judgeRecommendations,
  verification: judgeVerification,
  report: judgeReport,
};
