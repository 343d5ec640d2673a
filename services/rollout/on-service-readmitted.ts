import { serviceReadmitted } from '../../shared/contracts/service-readmitted.ts';
import { handler } from '../../shared/pipeline/handler.ts';
import { handleServiceWord } from './handle-service-word.ts';

/** A scope may be used for the service again: what is ready there gets its weight back. */
export const onServiceReadmitted = handler({
  consumer: 'rollout/on-service-readmitted',
  contract: serviceReadmitted,
  handle: (event, context) => handleServiceWord('readmitted', event, context),
});
