import type { HealthStatus } from '../../shared/contracts/health-changed.ts';

/** What is known of one scope, in a form that does not depend on the order in which news of it arrives. */
export interface WatchRecord {
  readonly scope: string;
  /** Newest word that it was well, milliseconds since the epoch. */
  readonly wellAt?: number;
  /** First word since then that it was down. */
  readonly downSince?: number;
  /** Newest word that it was down. */
  readonly downAt?: number;
  readonly status: HealthStatus;
  readonly evidence: readonly string[];
  /** Set while the scope is excluded. */
  readonly incident?: string;
}

export interface IncidentRecord {
  readonly incident: string;
  readonly scope: string;
  readonly status: 'open' | 'resolved';
  readonly reason: string;
  readonly evidence: readonly string[];
  readonly downSince: number;
  readonly detectedAt: number;
  readonly resolvedAt?: number;
}

export const watchKey = (scope: string): string => `exclusion-watch/${scope}`;
export const incidentPrefix = 'incident/';
export const incidentKey = (incident: string): string => `${incidentPrefix}${incident}`;
/** Follows from what happened, so that the same failure is the same incident however often it is decided. */
export const incidentId = (scope: string, downSince: number): string =>
  `${scope.replaceAll('/', '-')}-${downSince}`.slice(-100);
