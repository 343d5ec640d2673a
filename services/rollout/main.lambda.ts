import { serviceFunction } from '../../shared/adapters/lambda/index.ts';
import { defaultRolloutSettings, handlers } from './index.ts';

/** Configure as `index.handler` of the packaged function, with an SQS event source that reports batch item failures. */
export const handler = serviceFunction('rollout', () => handlers(defaultRolloutSettings));
