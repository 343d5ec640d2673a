import { recoveryFailed } from '../../shared/contracts/recovery-failed.ts';
import { counted } from '../../shared/domain/counted.ts';
import type { Reader } from '../../shared/pipeline/handler.ts';
import { recoveryKey } from './keys.ts';
import type { RecoveryRecord, ServiceRecoveryRecord } from './record.ts';
import type { Sheet } from './sheet.ts';
import type { TrafficWindow } from './window-record.ts';

/** What a handler has read, and is about to make true. */
export interface Work {
  readonly sheet: Sheet;
  readonly records: Reader;
  /** What clients saw before a recovery began, where one may be begun here. */
  readonly windows?: readonly TrafficWindow[];
}

/** Services that one event names. */
const named = 100;

/**
 * Says loudly that services have no place left, when they have none: once for each time they come to be so. Placement tries again all
 * the same, and the recovery stays open for it.
 */
export async function sayStuck(stuck: readonly ServiceRecoveryRecord[], { sheet, ...given }: Work): Promise<void> {
  const records = sheet.over(given.records);
  for (const recovery of new Set(stuck.map((each) => each.recovery))) {
    const known = await records.get<RecoveryRecord>(recoveryKey(recovery));
    if (known === undefined) continue;
    const next = failWith(
      known,
      stuck.filter((each) => each.recovery === recovery),
      sheet,
    );
    if (next !== known) sheet.write(recoveryKey(recovery), next);
  }
}

/** For who writes the recovery anyway. */
export function failWith(
  recovery: RecoveryRecord,
  stuck: readonly ServiceRecoveryRecord[],
  sheet: Sheet,
): RecoveryRecord {
  const [first] = stuck;
  if (first === undefined) return recovery;
  const message = messageOf(stuck, first);
  const services = stuck.slice(0, named).map(({ application, service }) => ({ application, service }));
  const { recovery: id, scope } = recovery;
  sheet.say(recoveryFailed.draft({ recovery: id, scope, reason: 'NoCandidate', message, services }));
  if (recovery.state !== 'running') return recovery;
  const at = Math.max(...stuck.map(({ phases, excludedAt }) => phases.place?.startedAt ?? excludedAt));
  return { ...recovery, state: 'failed', failure: { reason: 'NoCandidate', message, at } };
}

function messageOf(stuck: readonly ServiceRecoveryRecord[], first: ServiceRecoveryRecord): string {
  const names = stuck.slice(0, 5).map(({ application, service }) => `${application}/${service}`);
  const more = stuck.length > names.length ? ', …' : '';
  const count = counted(stuck.length, 'service');
  const verb = stuck.length === 1 ? 'has' : 'have';
  return `${count} ${verb} no place left (${names.join(', ')}${more}): ${first.noCandidate ?? ''}; it is tried again`.slice(
    0,
    2000,
  );
}
