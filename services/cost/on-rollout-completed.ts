import { rolloutCompleted } from '../../shared/contracts/rollout-completed.ts';
import { handler, nothing } from '../../shared/pipeline/handler.ts';
import { askKey } from './recommend/ask.ts';
import { completed } from './recommend/follow.ts';
import { rolledOut } from './recommend/rolled-out.ts';

/** What was recommended stands, if it is in that generation; bills tell the rest. */
export const onRolloutCompleted = handler({
  consumer: 'cost/on-rollout-completed',
  contract: rolloutCompleted,
  handle: async ({ data: { application, generation, withdrawn }, dryrun }, context) => {
    if (dryrun) return nothing;
    const { now, records } = context;
    const ended = await rolledOut(application, context, {
      record: (each) => completed(each, generation, now),
      awaited: (awaited) => ({ completed: Math.max(awaited.completed, generation) }),
    });
    if (!withdrawn || (await records.get(askKey(application))) === undefined) return { writes: ended };
    // Nothing is asked for any more.
    return { writes: [...ended, { key: askKey(application), value: undefined }] };
  },
});
