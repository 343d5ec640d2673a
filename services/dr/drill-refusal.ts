import type { Reader } from '../../shared/pipeline/handler.ts';
import type { Judged } from './drill-estimate.ts';
import type { DrillingMark, DrillRecord } from './drill-record.ts';
import { troubleAnywhere, troubleWith } from './failback-trouble.ts';
import { drillingPrefix } from './keys.ts';
import { wholeBy } from './measure.ts';
import type { StandRecord } from './record.ts';

/** Why the drill may not begin; a shadow one, which touches nothing, only needs something to plan for. */
export async function refusalOf(
  { scope, kind, drill }: DrillRecord,
  there: readonly StandRecord[],
  records: Reader,
): Promise<Judged | undefined> {
  const { items } = await records.list<DrillingMark>(drillingPrefix, { limit: 10 });
  const other = items.find(({ value }) => value.drill !== drill)?.value;
  if (other !== undefined) {
    return refused(`drill ${other.drill} of ${other.scope} is under way`, 'wait until it is over: homeostasis drills');
  }
  if (there.length === 0) {
    return refused(
      `nothing of ours stands in ${scope}: there is nothing to drill`,
      'drill a scope that services stand in',
    );
  }
  return kind === 'real' ? unfit(scope, there, records) : undefined;
}

/** Whether the fleet can bear a real one now. */
export async function unfit(
  scope: string,
  there: readonly StandRecord[],
  records: Reader,
): Promise<Judged | undefined> {
  const trouble = (await troubleWith({ scope }, records)) ?? (await troubleAnywhere(records));
  if (trouble !== undefined)
    return refused(`an incident is open: ${trouble}`, 'drill when all is well: homeostasis incidents');
  const lacking = there.find(isLacking);
  if (lacking === undefined) return undefined;
  const { application, service } = lacking;
  const problem = 'redundancy is missing already: not all that it asks for is ready';
  return { application, service, problem, fix: 'drill when it is whole: homeostasis status', fails: true };
}

function isLacking(stand: StandRecord): boolean {
  const newest = stand.placements.at(-1);
  return newest !== undefined && !newest.removed && wholeBy(newest, stand, newest.routed) === undefined;
}

const refused = (why: string, fix: string): Judged => ({
  problem: `not begun: ${why}`.slice(0, 500),
  fix,
  fails: true,
});
