import { rolloutFailed } from '../../shared/contracts/rollout-failed.ts';
import { handler, nothing } from '../../shared/pipeline/handler.ts';
import { failed } from './recommend/follow.ts';
import { rolledOut } from './recommend/rolled-out.ts';

/** Failures of an application that are remembered: answers may come after them. */
const remembered = 10;

/** A generation that carries a recommendation did not become ready: placement goes back by itself, and it is said so. */
export const onRolloutFailed = handler({
  consumer: 'cost/on-rollout-failed',
  contract: rolloutFailed,
  handle: async ({ data: { application, generation, service, target, message }, dryrun }, context) => {
    if (dryrun) return nothing;
    const why = `its rollout failed: ${service} on ${target}: ${message}`.slice(0, 500);
    const writes = await rolledOut(application, context, {
      record: (each) => failed(each, generation, why, context.now),
      awaited: (awaited) => ({ failed: [...awaited.failed, generation].slice(-remembered) }),
    });
    return { writes };
  },
});
