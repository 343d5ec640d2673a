export { checkConfig, type CheckedConfig } from './check.ts';
export { defaultSettings } from './defaults.ts';
export { resolveSettings } from './resolve.ts';
export type * from './settings.ts';
