import { drillCompleted } from '../../shared/contracts/drill-completed.ts';
import { failbackEnded } from '../../shared/contracts/failback-ended.ts';
import { failbackSuggested } from '../../shared/contracts/failback-suggested.ts';
import { incidentDetected } from '../../shared/contracts/incident-detected.ts';
import { incidentResolved } from '../../shared/contracts/incident-resolved.ts';
import { recoveryCompleted } from '../../shared/contracts/recovery-completed.ts';
import { recoveryFailed } from '../../shared/contracts/recovery-failed.ts';
import { recoveryStarted } from '../../shared/contracts/recovery-started.ts';
import { aboutOf } from './records.ts';
import { took } from './show.ts';

type Data = Readonly<Record<string, unknown>>;

/** Words for what is lost and brought back, and their colour. */
export const recoveryMarks: Readonly<Record<string, readonly ['green' | 'yellow' | 'red' | 'cyan', string]>> = {
  [incidentDetected.type]: ['red', 'incident'],
  [incidentResolved.type]: ['green', 'resolved'],
  [recoveryStarted.type]: ['yellow', 'recovery'],
  [recoveryCompleted.type]: ['green', 'recovered'],
  [recoveryFailed.type]: ['red', 'not recovered'],
  [failbackSuggested.type]: ['cyan', 'failback'],
  [failbackEnded.type]: ['cyan', 'failback'],
  [drillCompleted.type]: ['cyan', 'drill'],
};

/** What such an event tells a person; undefined for every other. */
export function recoveryWords(type: string, data: Data): string | undefined {
  if (recoveryMarks[type] === undefined) return undefined;
  const about = aboutOf(data as unknown as Parameters<typeof aboutOf>[0]);
  switch (type) {
    case recoveryCompleted.type:
      return `${about}  services: ${Number(data['services'])}, in ${took(Number(data['recoveryTimeMs']))}, over RTO: ${Number(data['overRto'])}`;
    case drillCompleted.type:
      return `${about}  ${String(data['kind'])}: ${String(data['verdict'])}`;
    case failbackEnded.type:
      return `${about}  ${String(data['outcome'])}: ${String(data['reason'])}`;
    case recoveryFailed.type:
      return `${about}  ${String(data['message'])}`;
    default:
      return `${about}  ${String(data['reason'])}`;
  }
}
