import { deploymentId } from '../../../shared/contracts/values.ts';
import { regionScope } from '../../../shared/domain/target.ts';
import type { HandlerContext, Outcome } from '../../../shared/pipeline/handler.ts';
import { decideErrors, type ErrorSign } from '../decide-errors.ts';
import { emptyHealth } from '../health-record.ts';
import { healthKey, type HealthRecord } from '../record.ts';
import type { MonitorSettings } from '../settings.ts';
import { judge, type Judgement } from './judge.ts';
import { router, seriesOf, seriesPrefix, type SeriesKey, type SeriesRecord } from './series.ts';

/** A deployment with the minutes that are now kept of it. */
export interface Weighed {
  readonly of: SeriesKey;
  readonly minutes: SeriesRecord;
}

interface Circumstances {
  readonly context: HandlerContext;
  readonly settings: MonitorSettings;
  readonly at: number;
}

/** What the requests of these deployments say of the region they stand in. */
export async function weigh(scope: string, weighed: readonly Weighed[], around: Circumstances): Promise<Outcome> {
  const { context, settings, at } = around;
  const signs: ErrorSign[] = [];
  for (const { of, minutes } of weighed) {
    if (of.place === router || regionScope(of.place) !== scope) continue;
    const judged = judge(minutes, context.now, settings.metrics);
    if (judged !== undefined) signs.push(await signOf(of, judged, around));
  }
  if (signs.length === 0) return {};
  const known = (await context.records.get<HealthRecord>(healthKey(scope))) ?? emptyHealth(scope);
  const { record, events } = decideErrors(known, signs, { at, settings: settings.health });
  return { writes: record === undefined ? [] : [{ key: healthKey(scope), value: record }], events };
}

async function signOf(of: SeriesKey, { ill, reason }: Judgement, around: Circumstances): Promise<ErrorSign> {
  const { application, service, place } = of;
  const deployment = deploymentId({ application, service, target: place });
  if (!ill) return { deployment, reason, verdict: 'serves' };
  const others = await judgeElsewhere(of, around);
  if (others.some((each) => !each.ill)) return { deployment, reason, verdict: 'fails only here' };
  return { deployment, reason, verdict: others.length === 0 ? 'fails' : 'fails everywhere' };
}

/** A service that fails wherever it stands is its own trouble, or of what it depends on: no region is to blame. */
async function judgeElsewhere(of: SeriesKey, { context, settings }: Circumstances): Promise<readonly Judgement[]> {
  const prefix = `${seriesPrefix('1m')}${of.application}/${of.service}/`;
  const { items } = await context.records.list<SeriesRecord>(prefix, { limit: 50 });
  return items.flatMap(({ key, value }) => {
    const { place } = seriesOf('1m', key);
    if (place === router || regionScope(place) === regionScope(of.place)) return [];
    return judge(value, context.now, settings.metrics) ?? [];
  });
}
