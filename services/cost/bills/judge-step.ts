import { costSweepDue } from '../../../shared/contracts/cost-sweep-due.ts';
import type { HandlerContext, Outcome } from '../../../shared/pipeline/handler.ts';
import type { CostGiven } from '../given.ts';
import { judges } from '../judges.ts';
import { judgeSteps } from '../judge.ts';
import { judgeKey } from '../keys.ts';
import type { JudgeRecord } from './judge-soon.ts';
import { readSpend } from './read-spend.ts';
import { tidy } from './tidy.ts';

interface Due {
  readonly sweep: string;
  readonly after: string | undefined;
  readonly given: CostGiven;
  readonly context: HandlerContext;
}

type Step = (typeof steps)[number];
/** What bills have left behind is tidied away last, when everything has been judged by what counts now. */
const steps = [...judgeSteps, 'tidy'] as const;

/** One step, and a note for the next: `after` is the step, and behind a space the cursor that the step gave. */
export async function judgeStep({ sweep, after, given, context }: Due): Promise<Outcome> {
  const { step, cursor } = stepOf(after);
  // Taken up: bills that come in from now on are judged again.
  const taken = after === undefined && (await context.records.get<JudgeRecord>(judgeKey)) !== undefined;
  const judge = step === 'tidy' ? tidy : judges[step];
  const spend = readSpend(context.records, given.ledger, given.settings);
  const { writes = [], events = [], cursor: next } = (await judge?.({ sweep, cursor, given, context, spend })) ?? {};
  const then = next === undefined ? steps[steps.indexOf(step) + 1] : `${step} ${next}`;
  return {
    writes: [...(taken ? [{ key: judgeKey, value: undefined }] : []), ...writes],
    events: [...events, ...(then === undefined ? [] : [costSweepDue.draft({ sweep, after: then })])],
  };
}

function stepOf(after: string | undefined): { readonly step: Step; readonly cursor: string | undefined } {
  if (after === undefined) return { step: steps[0], cursor: undefined };
  const space = after.indexOf(' ');
  const name = space < 0 ? after : after.slice(0, space);
  const step = steps.find((each) => each === name);
  if (step === undefined) throw new RangeError(`"${name}" is no step of judging: ${steps.join(', ')}`);
  return { step, cursor: space < 0 ? undefined : after.slice(space + 1) };
}
