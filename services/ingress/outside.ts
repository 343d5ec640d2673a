import { applicationScaled } from '../../shared/contracts/application-scaled.ts';
import { applicationSubmitted } from '../../shared/contracts/application-submitted.ts';
import { applicationWithdrawn } from '../../shared/contracts/application-withdrawn.ts';
import { typePrefix } from '../../shared/contracts/contract.ts';
import { contractOf } from '../../shared/contracts/index.ts';
import { scheduleReconcile } from '../../shared/contracts/schedule-reconcile.ts';
import { targetExcluded } from '../../shared/contracts/target-excluded.ts';
import { targetReadmitted } from '../../shared/contracts/target-readmitted.ts';
import type { Envelope } from '../../shared/contracts/envelope.ts';
import { ProblemError } from './problem.ts';

/** What somebody outside may say. Commands and facts have one owner inside; an outsider who could say them could forge state. */
const welcome = new Set(
  [
    applicationSubmitted,
    applicationScaled,
    applicationWithdrawn,
    scheduleReconcile,
    targetExcluded,
    targetReadmitted,
  ].map(({ type }) => type),
);

/**
 * Lets an event from outside in, or says why not.
 * @returns whether anybody reads this type; unknown types are kept in the log.
 * @throws ProblemError 403 for what only a service of ours may say, InvalidEvent for data that does not fit.
 */
export function admit(event: Envelope): { readonly known: boolean } {
  if (event.source.startsWith('/homeostasis/')) {
    throw new ProblemError(
      403,
      'Forbidden source',
      `source ${event.source} belongs to the control plane: use your own, for example /ci/github`,
    );
  }
  const contract = contractOf.get(event.type);
  if (contract === undefined) {
    if (event.type.startsWith(typePrefix)) {
      const close = [...welcome].join(', ');
      throw new ProblemError(
        422,
        'Unknown type',
        `there is no message ${event.type}; from outside the control plane takes ${close}`,
      );
    }
    return { known: false };
  }
  if (!welcome.has(event.type)) {
    throw new ProblemError(
      403,
      'Forbidden type',
      `${event.type} is said only inside the control plane; from outside it takes ${[...welcome].join(', ')}`,
    );
  }
  contract.parse(event);
  return { known: true };
}
