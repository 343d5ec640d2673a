export { specDefaults, tierDefaults, type TierDefaults } from './defaults.ts';
export { knownWorld, type KnownWorld } from './known.ts';
export { normalizeApplication, type NormalizeOptions } from './normalize.ts';
export type * from './normalized.ts';
export { parseDocuments, type ParsedApplication, type ParsedFile, type ParseOptions } from './parse.ts';
export { fieldOf, formatProblem, type Finding, type SpecProblem } from './problem.ts';
export { formatFinding, validateApplication, type Validation } from './validate.ts';
export { meanReplicas, nextChange, peakReplicas, replicasAt, type Scheduled, type ScheduleWindow } from './schedule.ts';
