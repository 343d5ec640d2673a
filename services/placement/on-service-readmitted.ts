import { serviceReadmitted } from '../../shared/contracts/service-readmitted.ts';
import { handler } from '../../shared/pipeline/handler.ts';
import { handleServiceWord } from './handle-service-word.ts';

/** A scope may be used for a service again: where it could not be placed rightly meanwhile, it is now. */
export const onServiceReadmitted = handler({
  consumer: 'placement/on-service-readmitted',
  contract: serviceReadmitted,
  handle: (event, context) => handleServiceWord(false, event, context),
});
