import { covers } from '../../shared/domain/target.ts';
import type { ServiceRecoveryRecord, StandRecord } from './record.ts';

/**
 * How far behind the copy was that the service went on with: as measured last before the trouble, of the copy where it stands now;
 * of the best one outside of what is lost, where it is not known which. Nothing when nobody measures.
 */
export function recoveryPoint(
  lags: StandRecord['lags'],
  { lost, since }: Pick<ServiceRecoveryRecord, 'lost' | 'since'>,
  to: readonly string[],
): { readonly actualMs?: number; readonly measuredAt?: number } {
  const copies = Object.entries(lags).flatMap(([scope, measured]) => {
    const last = measured.findLast(({ at }) => at <= since);
    const gone = lost.some((each) => covers(each.scope, scope));
    return last === undefined || gone ? [] : [{ scope, ...last }];
  });
  const used = copies.filter(({ scope }) => to.some((target) => covers(scope, target)));
  const [best] = (used.length > 0 ? used : copies).sort((a, b) => a.lagSeconds - b.lagSeconds || b.at - a.at);
  return best === undefined ? {} : { actualMs: Math.round(best.lagSeconds * 1000), measuredAt: best.at };
}
