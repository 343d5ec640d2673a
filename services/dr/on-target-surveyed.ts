import { targetSurveyed } from '../../shared/contracts/target-surveyed.ts';
import { handler, nothing, type Handler } from '../../shared/pipeline/handler.ts';
import { answers } from './conclude.ts';
import { emptyWatch, isDown, withAnswer } from './decide.ts';
import { watchKey } from './keys.ts';
import type { WatchRecord } from './record.ts';
import type { DrSettings } from './settings.ts';
import { Sheet } from './sheet.ts';

/** A region was asked what stands in it, and has said so: evidence that not the whole of its cloud is lost. */
export function onTargetSurveyed(settings: DrSettings): Handler {
  return handler({
    consumer: 'dr/on-target-surveyed',
    contract: targetSurveyed,
    handle: async ({ data: { scope, phase, reason }, time, dryrun }, { records, now }) => {
      if (dryrun || phase !== 'answered' || reason !== undefined) return nothing;
      const key = watchKey(scope);
      const known = (await records.get<WatchRecord>(key)) ?? emptyWatch(scope);
      const answeredAt = Date.parse(time);
      const watch = withAnswer(known, answeredAt);
      if (watch === known) return nothing;
      const around = { sheet: new Sheet().write(key, watch), records, now, settings };
      // One that was down is well again when its health says so.
      if (!isDown(known) && known.incident === undefined) await answers(scope, around, answeredAt);
      return around.sheet.outcome();
    },
  });
}
