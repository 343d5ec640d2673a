import { recoveryFailed } from '../../shared/contracts/recovery-failed.ts';
import { recoveryKey } from './keys.ts';
import type { RecoveryRecord, ServiceRecoveryRecord, StandRecord } from './record.ts';
import type { Work } from './stuck.ts';

type Failure = StandRecord['failed'][number];

/**
 * Says that what should have replaced a service did not become ready, and what follows. Once for each generation: its rollout does not
 * begin again. The recovery goes on with what placement decides next, unless the service never ran.
 */
export async function sayRolloutFailed(
  part: ServiceRecoveryRecord,
  stand: StandRecord,
  { sheet, records }: Work,
): Promise<void> {
  const failure = stand.failed.findLast((each) => each.at >= part.excludedAt && isOfRecovery(each, part, stand));
  const recovery = await records.get<RecoveryRecord>(recoveryKey(part.recovery));
  if (failure === undefined || recovery === undefined) return;
  const { application, service, recovery: id } = part;
  const message = messageOf(part, failure);
  const { scope } = recovery;
  const services = [{ application, service }];
  sheet.say(recoveryFailed.draft({ recovery: id, scope, reason: 'RolloutFailed', message, services }));
  // The first one is kept with it; a thousand would be a thousand writes of one record.
  if (recovery.failure === undefined && recovery.result === undefined) {
    const kept: RecoveryRecord = { ...recovery, failure: { reason: 'RolloutFailed', message, at: failure.at } };
    sheet.write(recoveryKey(id), kept);
  }
}

/** Not one that was decided before, and failed only now. */
function isOfRecovery({ generation, at }: Failure, { excludedAt }: ServiceRecoveryRecord, stand: StandRecord): boolean {
  const placement = stand.placements.find((each) => each.generation === generation);
  return (placement?.at ?? at) >= excludedAt;
}

function messageOf({ application, service, outcome }: ServiceRecoveryRecord, { generation, message }: Failure): string {
  const what = `the replacement of ${application}/${service} did not become ready (generation ${generation}, ${message})`;
  const follows =
    outcome === 'failed'
      ? 'it never ran before the loss either, so its recovery is over: mend it, and submit it again'
      : 'placement plans again, without what failed where it can, and the recovery goes on with that';
  return `${what}: ${follows}`.slice(0, 2000);
}
