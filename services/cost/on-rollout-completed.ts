import { rolloutCompleted } from '../../shared/contracts/rollout-completed.ts';
import { handler, nothing } from '../../shared/pipeline/handler.ts';
import { judgeSoon } from './bills/judge-soon.ts';
import { recommendationPrefix } from './keys.ts';
import { askKey } from './recommend/ask.ts';
import { completed } from './recommend/follow.ts';
import { rolledOut } from './recommend/rolled-out.ts';

/** What was recommended stands, if it is in that generation; bills tell the rest. */
export const onRolloutCompleted = handler({
  consumer: 'cost/on-rollout-completed',
  contract: rolloutCompleted,
  handle: async ({ data: { application, generation, withdrawn }, correlationid, dryrun }, context) => {
    if (dryrun) return nothing;
    const { now, records } = context;
    const ended = await rolledOut(application, context, {
      record: (each) => completed(each, generation, now),
      awaited: (awaited) => ({ completed: Math.max(awaited.completed, generation) }),
    });
    // What else was recommended is of what stood before: it is looked at again, and not only when the next bill comes.
    const isOther = ended.some(({ key }) => key.startsWith(recommendationPrefix));
    const { writes = [], events = [] } = isOther ? await judgeSoon(correlationid, context) : nothing;
    // Nothing is asked for any more.
    const isGone = withdrawn && (await records.get(askKey(application))) !== undefined;
    const gone = isGone ? [{ key: askKey(application), value: undefined }] : [];
    return { writes: [...ended, ...writes, ...gone], events };
  },
});
