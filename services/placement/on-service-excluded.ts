import { serviceExcluded } from '../../shared/contracts/service-excluded.ts';
import { handler } from '../../shared/pipeline/handler.ts';
import { handleServiceWord } from './handle-service-word.ts';

/** One service must leave a scope; its neighbours there are left alone. */
export const onServiceExcluded = handler({
  consumer: 'placement/on-service-excluded',
  contract: serviceExcluded,
  handle: (event, context) => handleServiceWord(true, event, context),
});
