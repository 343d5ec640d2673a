import type { RecoverySettings } from '../../shared/domain/settings/index.ts';

export interface DrSettings {
  /** A scope must be down this long before anything is done about it. Milliseconds. */
  readonly holdDownMs: number;
  /** And well this long before it is used again. Milliseconds. */
  readonly readmitAfterMs: number;
  /** Between the end of one recovery and the start of the next of the same scope by itself. Milliseconds. */
  readonly minimumDelayMs: number;
  /** From which severity an alert that maps to a place starts a recovery. */
  readonly alerts: RecoverySettings['alerts'];
  /** What was left must be well this long before anything goes back to it. Milliseconds. */
  readonly stabilizationMs: number;
  /** Drills by the schedule. */
  readonly drills: RecoverySettings['drills'];
  /** Services that go back at once. */
  readonly maximumConcurrent: number;
}

export const defaultDrSettings: DrSettings = {
  holdDownMs: 10_000,
  readmitAfterMs: 60_000,
  minimumDelayMs: 60_000,
  alerts: 'critical',
  stabilizationMs: 300_000,
  maximumConcurrent: 20,
  drills: [],
};
