import type { DataOf, Draft } from '../../shared/contracts/contract.ts';
import { healthChanged } from '../../shared/contracts/health-changed.ts';
import { targetSurvey } from '../../shared/contracts/target-survey.ts';
import { cloudOf } from '../../shared/contracts/values.ts';
import type { Change, HandlerContext, Outcome } from '../../shared/pipeline/handler.ts';
import { toTime } from '../../shared/ports/clock.ts';
import { healthPrefix, surveyKey, type HealthRecord, type SurveyRecord } from './record.ts';

/** Regions that are told of, and asked, in one step. */
const most = 20;

interface Neighbour {
  readonly scope: string;
  readonly status: HealthRecord['status'];
  readonly answeredAt: number | undefined;
}

/**
 * A region that ceased to be well raises a question: is it the region, or its cloud? What is known of the others is told with the change, and
 * those that have not answered since its first sign are asked at once, rather than by the next survey.
 * @param events what was decided of the region; they are returned with what is added
 */
export async function withNeighbours(events: readonly Draft[], context: HandlerContext): Promise<Required<Outcome>> {
  const change = events.find(({ type }) => type === healthChanged.type);
  const data = change?.data as DataOf<typeof healthChanged> | undefined;
  if (change === undefined || data === undefined || data.status === 'healthy') return { writes: [], events };
  const known = await neighboursOf(data.scope, context);
  const answered = known
    .flatMap(({ scope, answeredAt }) => (answeredAt === undefined ? [] : [{ scope, answeredAt }]))
    .sort((a, b) => b.answeredAt - a.answeredAt)
    .slice(0, most);
  const neighbours = answered.map(({ scope, answeredAt }) => ({ scope, answeredAt: toTime(answeredAt) }));
  const told = answered.length === 0 ? change : healthChanged.draft({ ...data, neighbours });
  const asked = await ask(known, Date.parse(data.since), context);
  return {
    writes: asked.writes,
    events: [...events.map((each) => (each === change ? told : each)), ...asked.events],
  };
}

async function neighboursOf(of: string, { records }: HandlerContext): Promise<readonly Neighbour[]> {
  const { items } = await records.list<HealthRecord>(`${healthPrefix}${cloudOf(of)}/`, { limit: 200 });
  return items
    .map(({ value }) => value)
    .filter(({ scope }) => scope !== of)
    .map(({ scope, status, window }) => ({
      scope,
      status,
      answeredAt: window.findLast(({ verdict }) => verdict !== 'silent')?.at,
    }));
}

/** What is not well is asked often enough as it is. */
async function ask(
  known: readonly Neighbour[],
  since: number,
  { records, now }: HandlerContext,
): Promise<Required<Outcome>> {
  const unheard = known.filter(({ status, answeredAt = 0 }) => status === 'healthy' && answeredAt <= since);
  const writes: Change[] = [];
  const events: Draft[] = [];
  for (const { scope } of unheard.slice(0, most)) {
    const key = surveyKey(scope);
    const last = await records.get<SurveyRecord>(key);
    if ((last?.at ?? 0) > since) continue;
    writes.push({ key, value: { at: now } satisfies SurveyRecord });
    events.push(targetSurvey.draft({ scope }));
  }
  return { writes, events };
}
