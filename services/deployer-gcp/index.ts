export { createApi, type RunApi } from './gcp-api.ts';
export { handlers } from './handlers.ts';
export { defaultSettings, settingsFrom, type GcpSettings } from './settings.ts';
export { createTarget } from './target.ts';
