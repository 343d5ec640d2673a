import type { CostScope } from '../../../shared/contracts/cost-values.ts';
import { cloudOf } from '../../../shared/contracts/values.ts';
import type { Reader } from '../../../shared/pipeline/handler.ts';
import { listAll } from '../../../shared/pipeline/reading.ts';
import type { EstimateRecord, TeamRecord } from '../estimates/record.ts';
import { estimatePrefix, teamPrefix } from '../keys.ts';

/** What is placed now in a scope, before any bill: micro-dollars a month. */
export interface PlacedCost {
  readonly micros: number;
  readonly parts: readonly { readonly name: string; readonly micros: number }[];
}

export const estimateCurrency = 'USD';

export type ReadEstimate = (scope: CostScope) => Promise<PlacedCost | undefined>;

interface Placed {
  readonly application: string;
  readonly service: string;
  readonly target: string;
  readonly micros: number;
}

/** Reads every estimate once, whatever number of budgets asks. */
export function estimatesFrom(records: Reader): ReadEstimate {
  let all: Promise<readonly Placed[]> | undefined;
  return async (scope) => {
    all ??= readPlaced(records);
    const placed = await all;
    const teams = scope.team === undefined ? undefined : await applicationsOf(records, scope.team);
    const own = placed.filter(
      ({ application, target }) =>
        (scope.application === undefined || application === scope.application) &&
        (teams === undefined || teams.has(application)) &&
        (scope.cloud === undefined || cloudOf(target) === scope.cloud),
    );
    if (own.length === 0) return undefined;
    return {
      micros: own.reduce((sum, { micros }) => sum + micros, 0),
      parts: own.map((each) => ({
        name: `${each.application}/${each.service} at ${each.target}`,
        micros: each.micros,
      })),
    };
  };
}

async function readPlaced(records: Reader): Promise<readonly Placed[]> {
  const all = await listAll<EstimateRecord>(records, estimatePrefix);
  return all.flatMap(({ application, service, intervals }) => {
    // The interval without an end is what is placed now; its targets have their traffic in them.
    const now = intervals.findLast(({ to }) => to === undefined);
    return Object.entries(now?.targets ?? {}).map(([target, micros]) => ({ application, service, target, micros }));
  });
}

async function applicationsOf(records: Reader, team: string): Promise<ReadonlySet<string>> {
  const all = await listAll<TeamRecord>(records, teamPrefix);
  return new Set(all.filter((each) => each.team === team).map(({ application }) => application));
}
