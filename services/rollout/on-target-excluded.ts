import { targetExcluded } from '../../shared/contracts/target-excluded.ts';
import { handler } from '../../shared/pipeline/handler.ts';
import { handleScope } from './handle-scope.ts';

/** A scope is out of use: taken for lost, traffic leaves it at once where something healthy stands elsewhere. */
export const onTargetExcluded = handler({
  consumer: 'rollout/on-target-excluded',
  contract: targetExcluded,
  handle: (event, context) => handleScope(event.data.mode ?? 'ungraceful', event, context),
});
