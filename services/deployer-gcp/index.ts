export { createApi, type RunApi } from './gcp-api.ts';
export { handlers } from './handlers.ts';
export { parseSettings, type GcpSettings } from './settings.ts';
export { createTarget } from './target.ts';
