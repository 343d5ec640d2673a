import type { Reader } from '../../shared/pipeline/handler.ts';
import { eachRecord } from '../../shared/pipeline/reading.ts';
import { openIncidentPrefix, openRecoveryPrefix, recoveryKey, summaryKey } from './keys.ts';
import type { RecoveryRecord, RecoveryState, Subject } from './record.ts';
import { spelled, subjectOf } from './start.ts';
import type { Work } from './stuck.ts';

/** The newest completed recovery of a scope, or of one service's part in it. */
export interface LastRecovery extends Subject {
  readonly startedAt: number;
  readonly recoveryTimeMs: number;
  readonly overRto: number;
  readonly overRpo: number;
}

/** What is counted as recoveries end: who asks for it every few seconds does not read all that ever were. */
export interface SummaryRecord {
  readonly completed: number;
  readonly aborted: number;
  /** The newest last. */
  readonly last: readonly LastRecovery[];
}

/** `GET /v1/recovery-summary` */
export interface Summary {
  /** How many are in each state; completed and aborted ones since counting began, also those that are forgotten by now. */
  readonly recoveries: Readonly<Partial<Record<RecoveryState, number>>>;
  readonly last: readonly LastRecovery[];
  readonly openIncidents: number;
}

const none: SummaryRecord = { completed: 0, aborted: 0, last: [] };
/** Places of which the last recovery is kept. */
const mostPlaces = 200;

/** It is over: counted, and no longer among the open ones. */
export async function count(ended: RecoveryRecord, { sheet, records }: Work): Promise<void> {
  const known = (await sheet.over(records).get<SummaryRecord>(summaryKey)) ?? none;
  if (ended.state === 'aborted') {
    sheet.write(summaryKey, { ...known, aborted: known.aborted + 1 } satisfies SummaryRecord);
    return;
  }
  const { result, startedAt } = ended;
  const { recoveryTimeMs = 0, overRto = 0, overRpo = 0 } = result ?? {};
  const own: LastRecovery = { ...subjectOf(ended), startedAt, recoveryTimeMs, overRto, overRpo };
  const others = known.last.filter((each) => spelled(each) !== spelled(own));
  const last = [...others, own].slice(-mostPlaces);
  sheet.write(summaryKey, { ...known, completed: known.completed + 1, last } satisfies SummaryRecord);
}

export async function summaryOf(records: Reader): Promise<Summary> {
  const { completed, aborted, last } = (await records.get<SummaryRecord>(summaryKey)) ?? none;
  const states: Partial<Record<RecoveryState, number>> = {
    ...(completed === 0 ? {} : { completed }),
    ...(aborted === 0 ? {} : { aborted }),
  };
  for await (const { recovery } of eachRecord<{ readonly recovery: string }>(records, openRecoveryPrefix)) {
    const state = (await records.get<RecoveryRecord>(recoveryKey(recovery)))?.state;
    if (state !== undefined) states[state] = (states[state] ?? 0) + 1;
  }
  let openIncidents = 0;
  for await (const _each of eachRecord(records, openIncidentPrefix)) openIncidents += 1;
  return { recoveries: states, last, openIncidents };
}
