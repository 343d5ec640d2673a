import type { Draft } from '../../shared/contracts/contract.ts';
import { targetSurvey } from '../../shared/contracts/target-survey.ts';
import type { Change, Reader } from '../../shared/pipeline/handler.ts';
import { healthPrefix, surveyKey, type HealthRecord, type SurveyRecord } from './record.ts';
import type { MonitorSettings } from './settings.ts';

export interface Surveys {
  readonly writes: readonly Change[];
  readonly events: readonly Draft[];
}

/** Regions asked in one step: a record and a command each, of a transaction's 100 items. Those left over are due at the next sweep. */
const atOnce = 40;

/**
 * Asks every region that anything was ever reported from what stands in it. What came to stand there unbeknown, by a command that
 * arrived after its deployment was removed, is found like this; and a lost region with nothing left in it to look at answers again.
 */
export async function dueSurveys(
  records: Reader,
  { now, settings }: { readonly now: number; readonly settings: MonitorSettings },
): Promise<Surveys> {
  const { items } = await records.list<HealthRecord>(healthPrefix, { limit: 1000 });
  const due: string[] = [];
  for (const { value } of items) {
    const last = await records.get<SurveyRecord>(surveyKey(value.scope));
    if (now - (last?.at ?? 0) >= intervalOf(value, settings)) due.push(value.scope);
  }
  const asked = due.slice(0, atOnce);
  return {
    writes: asked.map((scope) => ({ key: surveyKey(scope), value: { at: now } satisfies SurveyRecord })),
    events: asked.map((scope) => targetSurvey.draft({ scope })),
  };
}

function intervalOf({ status }: HealthRecord, settings: MonitorSettings): number {
  return status === 'healthy' ? settings.surveyAfterMs : settings.observeUnreachableMs;
}
