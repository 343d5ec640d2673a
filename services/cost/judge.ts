import type { HandlerContext, Outcome } from '../../shared/pipeline/handler.ts';
import type { CostGiven } from './given.ts';
import type { ReadSpend } from './spend.ts';

/**
 * What is concluded from bills, step after step, a transaction each. A step that has more to do than fits one transaction asks to go on
 * after a cursor of its own.
 */
export const judgeSteps = ['budgets', 'anomalies', 'recommendations', 'verification', 'estimates', 'report'] as const;
export type JudgeStep = (typeof judgeSteps)[number];

export interface Judging {
  readonly sweep: string;
  /** Where the step left off. */
  readonly cursor: string | undefined;
  readonly given: CostGiven;
  readonly context: HandlerContext;
  readonly spend: ReadSpend;
}

export interface Judged extends Outcome {
  /** Go on with this step after this; absent: the next step. */
  readonly cursor?: string;
}

export type Judge = (judging: Judging) => Promise<Judged>;
