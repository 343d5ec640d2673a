export { SimulatedCrash, type Probe, type ProbePoint } from './crash.ts';
export { createMemoryRuntime, type MemoryOptions, type MemoryRuntime, type MemoryStats } from './memory-runtime.ts';
export type { DueDelivery, StepResult } from './stepper.ts';
export { systemTimer, type Timer } from './timer.ts';
