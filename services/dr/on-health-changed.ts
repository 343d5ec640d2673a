import { healthChanged } from '../../shared/contracts/health-changed.ts';
import { handler, nothing, type Handler } from '../../shared/pipeline/handler.ts';
import { concludeFrom } from './conclude.ts';
import { decideHealth, emptyWatch, isDown, withAnswer } from './decide.ts';
import { watchKey } from './keys.ts';
import type { WatchRecord } from './record.ts';
import type { DrSettings } from './settings.ts';
import { Sheet } from './sheet.ts';
import type { Work } from './stuck.ts';

async function noteAnswers(heard: ReadonlyMap<string, number>, { sheet, records }: Work): Promise<void> {
  for (const [scope, at] of heard) {
    const key = watchKey(scope);
    const known = (await records.get<WatchRecord>(key)) ?? emptyWatch(scope);
    const watch = withAnswer(known, at);
    if (watch !== known) sheet.write(key, watch);
  }
}

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
      const { neighbours = [] } = data;
      const heard = new Map(neighbours.map(({ scope, answeredAt }) => [scope, Date.parse(answeredAt)]));
      const fresh = isDown(watch) && !isDown(known);
      const taken = fresh && (await concludeFrom(watch, { ...around, heard }, false)).taken;
      // Until the hold-down is over, what they have said is evidence. Once all is decided it is not, and they say it themselves if it is new.
      if (!taken) await noteAnswers(heard, around);
      return around.sheet.outcome();
    },
  });
}
