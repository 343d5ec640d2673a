export { DataFileCorrupt, DataFileTooNew, DataFolderInUse } from './errors.ts';
export type { Precedence } from './precedence.ts';
export { openRuntime, type EmbeddedOptions, type EmbeddedRuntime } from './runtime.ts';
export type { EmbeddedStats } from './stats.ts';
