import type { Draft } from '../../shared/contracts/contract.ts';
import { healthChanged, type HealthStatus } from '../../shared/contracts/health-changed.ts';
import { toTime } from '../../shared/ports/clock.ts';
import type { HealthRecord } from './record.ts';

export function emptyHealth(scope: string): HealthRecord {
  return { scope, status: 'healthy', base: 'healthy', window: [], since: 0 };
}

export interface HealthDecision {
  /** Absent when nothing is worth writing: steady regions are not a record every report fights for. */
  readonly record?: HealthRecord;
  readonly events: readonly Draft[];
}

/** What is to be said when the status changes. */
export interface Told {
  /** When its first sign was seen, milliseconds since the epoch. */
  readonly since: number;
  readonly evidence: readonly string[];
}

/** What reports say of the region: the status itself in records of before requests counted. */
export const reportedStatus = ({ status, reported }: HealthRecord): HealthStatus => reported ?? status;

/** What the region is by all that is known: nobody answers, or what answers does not serve, or all is well. */
function demanded(record: HealthRecord): HealthStatus {
  const reported = reportedStatus(record);
  return reported === 'healthy' && record.ailing !== undefined ? 'unhealthy' : reported;
}

/** Whether the record says what it should: then one more sign of the same is not worth writing. */
export const isSettled = (record: HealthRecord): boolean => demanded(record) === record.status;

/** The status that follows, said if it is another one. */
export function concluded(known: HealthRecord, next: HealthRecord, { since, evidence }: Told): HealthDecision {
  const { scope } = known;
  const status = demanded(next);
  if (status === known.status) return { record: next, events: [] };
  const told = evidence.map((line) => line.slice(0, 500)).slice(-20);
  const said = { scope, status, previous: known.status, evidence: told, since: toTime(since) };
  return { record: { ...next, status, since }, events: [healthChanged.draft(said)] };
}
