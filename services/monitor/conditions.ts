import type { ConditionStatus } from '../../shared/contracts/values.ts';
import { isNewer, trackOf } from './track.ts';
import type { Condition, ConditionType, DeploymentRecord, DeploymentStatus } from './record.ts';

type Row = Readonly<Record<ConditionType, ConditionStatus>>;

const row = (text: string): Row => {
  const statuses: Readonly<Record<string, ConditionStatus>> = { T: 'True', F: 'False', '?': 'Unknown' };
  const [Accepted, Provisioned, Available, Healthy, InSync] = [...text].map((letter) => statuses[letter] ?? 'Unknown');
  return {
    Accepted: Accepted ?? 'Unknown',
    Provisioned: Provisioned ?? 'Unknown',
    Available: Available ?? 'Unknown',
    Healthy: Healthy ?? 'Unknown',
    InSync: InSync ?? 'Unknown',
  };
};

/** One letter per condition, in the order Accepted, Provisioned, Available, Healthy, InSync. */
const rows: Readonly<Record<DeploymentStatus, Row>> = {
  pending: row('?FF??'),
  progressing: row('TFF??'),
  ready: row('TTTTT'),
  degraded: row('TTTFT'),
  drifted: row('TTTTF'),
  missing: row('TFFFF'),
  failed: row('TFFF?'),
  retiring: row('TTTT?'),
  removing: row('TTFF?'),
  removed: row('TFFFT'),
};

/** Conditions with their reasons. What rests on a cloud that has since fallen silent is Unknown, not False. */
export function conditionsOf(record: DeploymentRecord): Condition[] {
  const { status, reason, message } = record;
  const { answer, silence } = trackOf(record);
  const silent = silence !== undefined && isNewer(silence, answer);
  const standing: Row =
    answer?.phase === 'degraded' && answer.replicas.ready === 0
      ? { ...rows[status], Available: 'False' }
      : rows[status];
  return (Object.keys(standing) as ConditionType[]).map((type) => {
    if (silent && type !== 'Accepted')
      return { type, status: 'Unknown', reason: silence.reason, message: silence.message };
    return { type, status: standing[type], reason, message };
  });
}

/** Ready is derived, never stored: every condition holds. */
export function readyOf(conditions: readonly Condition[]): ConditionStatus {
  if (conditions.some(({ status }) => status === 'False')) return 'False';
  return conditions.length > 0 && conditions.every(({ status }) => status === 'True') ? 'True' : 'Unknown';
}
