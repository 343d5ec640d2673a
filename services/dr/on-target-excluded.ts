import { targetExcluded } from '../../shared/contracts/target-excluded.ts';
import { handler, nothing, type Handler } from '../../shared/pipeline/handler.ts';
import { groundOf, isWeaker, recover, type Around } from './ground.ts';
import { cordonKey } from './keys.ts';
import type { CordonRecord } from './record.ts';
import type { DrSettings } from './settings.ts';
import { Sheet } from './sheet.ts';
import { exclusion } from './start.ts';
import { isOwnWord, newerWord } from './word.ts';

/** An operator takes a scope out of use. It is remembered until he lifts it; and what has to leave it is measured as a recovery. */
export function onTargetExcluded(settings: DrSettings): Handler {
  return handler({
    consumer: 'dr/on-target-excluded',
    contract: targetExcluded,
    handle: async (event, { records, now }) => {
      if (event.dryrun || isOwnWord(event)) return nothing;
      const { id, data } = event;
      const { scope, reason, mode = 'ungraceful' } = data;
      const at = Date.parse(event.time);
      const key = cordonKey(scope);
      const known = await records.get<CordonRecord>(key);
      const word = newerWord(known, { scope, mode, reason, at, id, lifted: false });
      if (word === undefined) return nothing;
      const around: Around = { sheet: new Sheet().write(key, word), records, now, settings };
      const ground = await groundOf({ scope }, records);
      if (ground.held !== undefined && isWeaker(mode, ground.held.mode)) {
        // His word would put back into use what is taken for lost.
        around.sheet.say(exclusion({ scope, mode: ground.held.mode, reason, incident: ground.held.recovery }));
      } else if (mode !== 'cordon') {
        const cause = { subject: { scope }, trigger: 'operator', mode, reason, since: at, detectedAt: at } as const;
        const recovery = await recover(cause, ground, around, { excluded: true });
        if (recovery !== undefined) around.sheet.write(key, { ...word, recovery });
      }
      return around.sheet.outcome();
    },
  });
}
