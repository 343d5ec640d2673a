import { serviceExcluded } from '../../shared/contracts/service-excluded.ts';
import { handler } from '../../shared/pipeline/handler.ts';
import { handleServiceWord } from './handle-service-word.ts';

/** A scope is out of use for one service: its traffic leaves as it would leave a scope that is out of use for all. */
export const onServiceExcluded = handler({
  consumer: 'rollout/on-service-excluded',
  contract: serviceExcluded,
  handle: (event, context) => handleServiceWord(event.data.mode, event, context),
});
