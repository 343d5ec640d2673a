import { rolloutStepDue } from '../../shared/contracts/rollout-step-due.ts';
import { handler, nothing } from '../../shared/pipeline/handler.ts';
import { stepDue } from './cutover.ts';
import { advanceService } from './advance-service.ts';

/** A canary has stood its time. */
export const onRolloutStepDue = handler({
  consumer: 'rollout/on-rollout-step-due',
  contract: rolloutStepDue,
  handle: ({ data, dryrun }, context) =>
    dryrun ? Promise.resolve(nothing) : advanceService(data, (record) => stepDue(record, data), context),
});
