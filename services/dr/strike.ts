import { recoveryCheckDue } from '../../shared/contracts/recovery-check-due.ts';
import { recoveringKey, recoveringOf } from './keys.ts';
import { anotherMark } from './mark.ts';
import type { ServiceRecoveryRecord } from './record.ts';
import type { Work } from './stuck.ts';

/**
 * Takes a service from those its recovery waits for. With the last one the recovery may be over: whether it is, is looked at by itself,
 * not by a thousand services at once.
 */
export async function strike(of: ServiceRecoveryRecord, work: Work): Promise<void> {
  const { sheet, records } = work;
  const { recovery, since } = of;
  const key = recoveringKey(recovery, of);
  await records.get(key);
  sheet.write(key, undefined);
  const other = await anotherMark(recoveringOf(recovery), key, work);
  if (other === undefined) sheet.say(recoveryCheckDue.draft({ recovery, expects: 'progress', since }));
  else sheet.write(other.key, other.value);
}
