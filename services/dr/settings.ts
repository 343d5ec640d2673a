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
  /** A service does not go back by itself when that costs this much more. Micro-dollars a month; absent: whatever it costs. */
  readonly maximumMonthlyMicros?: number;
  /** Clouds that services can be placed on. */
  readonly clouds: readonly string[];
  /** When the loss of several regions is taken for that of their whole cloud. */
  readonly wholeCloud: WholeCloudSettings;
  /** How much of what is over is kept. */
  readonly history: { readonly keptMs: number; readonly records: number };
}

export interface WholeCloudSettings {
  readonly enabled: boolean;
  /** So many regions must be down … */
  readonly regions: number;
  /** … and more than this share of those that are used … */
  readonly share: number;
  /** … all since no longer than this before the last of them. Milliseconds. */
  readonly windowMs: number;
}

export const defaultDrSettings: DrSettings = {
  holdDownMs: 10_000,
  readmitAfterMs: 60_000,
  minimumDelayMs: 60_000,
  alerts: 'critical',
  stabilizationMs: 300_000,
  maximumConcurrent: 20,
  clouds: ['aws', 'azure', 'gcp'],
  wholeCloud: { enabled: true, regions: 2, share: 0.5, windowMs: 300_000 },
  history: { keptMs: 400 * 86_400_000, records: 10_000 },
  drills: [],
};
