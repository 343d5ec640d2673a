import { costSweepDue } from '../../../shared/contracts/cost-sweep-due.ts';
import { nothing, type HandlerContext, type Outcome } from '../../../shared/pipeline/handler.ts';
import { judgeKey } from '../keys.ts';

/** The note that everything is to be judged; gone when it is taken up. */
export interface JudgeRecord {
  readonly sweep: string;
  readonly dueAt: number;
}

/** Bills of a sweep come in one by one: they are judged together. */
const togetherMs = 20_000;
/** A note that has not been taken up by then was lost to an operator's hand, and is written again. */
const lostMs = 600_000;

export async function judgeSoon(sweep: string, { records, now }: HandlerContext): Promise<Outcome> {
  const pending = await records.get<JudgeRecord>(judgeKey);
  if (pending !== undefined && pending.dueAt + lostMs > now) return nothing;
  const value: JudgeRecord = { sweep, dueAt: now + togetherMs };
  return {
    writes: [{ key: judgeKey, value }],
    events: [costSweepDue.draft({ sweep }, { delayMs: togetherMs })],
  };
}
