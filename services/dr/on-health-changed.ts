import { healthChanged } from '../../shared/contracts/health-changed.ts';
import { handler, nothing, type Handler } from '../../shared/pipeline/handler.ts';
import { concludeFrom } from './conclude.ts';
import { decideHealth, emptyWatch, isDown } from './decide.ts';
import { watchKey } from './keys.ts';
import type { WatchRecord } from './record.ts';
import type { DrSettings } from './settings.ts';
import { Sheet } from './sheet.ts';

/** A region went down or came back: watch whether it stays so. */
export function onHealthChanged(settings: DrSettings): Handler {
  return handler({
    consumer: 'dr/on-health-changed',
    contract: healthChanged,
    handle: async ({ data, time, dryrun }, { records, now }) => {
      if (dryrun) return nothing;
      const key = watchKey(data.scope);
      const known = (await records.get<WatchRecord>(key)) ?? emptyWatch(data.scope);
      const { watch, events } = decideHealth(known, data, Date.parse(time), { settings, now });
      const around = { sheet: new Sheet().say(...events), records, now, settings };
      if (watch !== known) around.sheet.write(key, watch);
      // It may be one too many to be a matter of regions.
      if (isDown(watch) && !isDown(known)) await concludeFrom(watch, around, false);
      return around.sheet.outcome();
    },
  });
}
