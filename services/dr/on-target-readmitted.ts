import { targetReadmitted } from '../../shared/contracts/target-readmitted.ts';
import { handler, nothing } from '../../shared/pipeline/handler.ts';
import { groundOf, isUnwell } from './ground.ts';
import { cordonKey } from './keys.ts';
import type { CordonRecord } from './record.ts';
import { Sheet } from './sheet.ts';
import { exclusion } from './start.ts';
import { isOwnWord, newerWord } from './word.ts';
import { release } from './release.ts';

/**
 * An operator lifts his cordon: what is down, or what an alert is about, stays out of use all the same. Where he had said nothing before,
 * his word goes over ours.
 */
export const onTargetReadmitted = handler({
  consumer: 'dr/on-target-readmitted',
  contract: targetReadmitted,
  handle: async (event, { records }) => {
    if (event.dryrun || isOwnWord(event)) return nothing;
    const { id, data } = event;
    const { scope, reason } = data;
    const at = Date.parse(event.time);
    const key = cordonKey(scope);
    const known = await records.get<CordonRecord>(key);
    const word = newerWord(known, { scope, mode: 'cordon', reason, at, id, lifted: true });
    if (word === undefined) return nothing;
    const work = { sheet: new Sheet().write(key, word), records, now: at };
    const ground = await groundOf({ scope }, records);
    const { held } = ground;
    if (held !== undefined && known?.lifted === false && (await isUnwell({ scope }, records))) {
      const why = `${scope} is not well: it stays out of use`;
      work.sheet.say(exclusion({ scope, mode: held.mode, reason: why, incident: held.recovery }));
    } else {
      await release(ground, reason, work, true);
    }
    return work.sheet.outcome();
  },
});
