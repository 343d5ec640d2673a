export { createAwsApi, type AwsApi, type AwsApiOptions } from './aws-api.ts';
export { handlers } from './handlers.ts';
export { createMetrics } from './metrics.ts';
export { parseSettings, type AwsSettings } from './settings.ts';
export { createTarget } from './target.ts';
