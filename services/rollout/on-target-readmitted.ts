import { targetReadmitted } from '../../shared/contracts/target-readmitted.ts';
import { handler } from '../../shared/pipeline/handler.ts';
import { handleScope } from './handle-scope.ts';

/** A scope may be used again: what is ready there gets its weight back. */
export const onTargetReadmitted = handler({
  consumer: 'rollout/on-target-readmitted',
  contract: targetReadmitted,
  handle: (event, context) => handleScope('readmitted', event, context),
});
