import { cloudOf } from '../../shared/contracts/values.ts';
import { regionScope } from '../../shared/domain/target.ts';
import type { Reader } from '../../shared/pipeline/handler.ts';
import { eachRecord } from '../../shared/pipeline/reading.ts';
import { isDown } from './decide.ts';
import { groundOf } from './ground.ts';
import { cordonKey, standPrefix, watchPrefix } from './keys.ts';
import type { CordonRecord, StandRecord, WatchRecord } from './record.ts';
import { downTogether, type CloudView } from './whole-cloud.ts';
import { standingOn } from './walk.ts';
import type { DrSettings } from './settings.ts';

/** Regions that are known at all. */
const most = 1000;

/** When regions answered last, by their scope, as their neighbour's news tells: newer than their records, it may be. */
export interface Hearsay {
  readonly heard?: ReadonlyMap<string, number>;
}

/**
 * What speaks for and against the loss of a cloud.
 * @param news of one of its regions, newer than its record
 * @returns undefined when too few are down for any conclusion: then nothing is read that could be long
 */
export async function viewOf(
  cloud: string,
  news: WatchRecord,
  { records, settings, heard: told = none }: Hearsay & { readonly records: Reader; readonly settings: DrSettings },
): Promise<CloudView | undefined> {
  const { items } = await records.list<WatchRecord>(watchPrefix, { limit: most });
  const watches = [...items.map(({ value }) => value).filter(({ scope }) => scope !== news.scope), news];
  const own = watches.filter(({ scope }) => isRegionOf(cloud, scope));
  const after = await settledAt(cloud, records);
  if (downTogether(own, settings.wholeCloud, after).length < settings.wholeCloud.regions) return undefined;
  const used = await usedRegions(records);
  const named = [...own.map(({ scope }) => scope), ...used.keys(), ...told.keys()];
  const scopes = new Set(named.filter((scope) => isRegionOf(cloud, scope)));
  const regions = [...scopes].map((scope) => {
    const watch = own.find((each) => each.scope === scope);
    const { now = false, heardAt = 0 } = used.get(scope) ?? {};
    const heard = Math.max(heardAt, watch?.wellAt ?? 0, watch?.answeredAt ?? 0, told.get(scope) ?? 0);
    return { scope, used: now, heardAt: heard, ...(watch === undefined ? {} : { watch }) };
  });
  const others = settings.clouds.filter((each) => each !== cloud);
  return { regions, after, elsewhere: await isElsewhere(others, { used: [...used.keys()], watches }, records) };
}

const none: ReadonlyMap<string, number> = new Map();
const isRegionOf = (cloud: string, scope: string): boolean => scope.includes('/') && cloudOf(scope) === cloud;

/** Newest end of a recovery of the whole cloud, or word of an operator that it may be used. */
async function settledAt(cloud: string, records: Reader): Promise<number> {
  const { endedAt = 0 } = await groundOf({ scope: cloud }, records);
  const word = await records.get<CordonRecord>(cordonKey(cloud));
  return Math.max(endedAt, word?.lifted === true ? word.at : 0);
}

interface Used {
  /** Something stands there by the newest placements, not only by earlier ones. */
  readonly now: boolean;
  /** When something there was last seen to run. */
  readonly heardAt: number;
}

async function usedRegions(records: Reader): Promise<ReadonlyMap<string, Used>> {
  const found = new Map<string, Used>();
  const note = (target: string, now: boolean, heardAt: number): void => {
    const scope = regionScope(target);
    const known = found.get(scope);
    found.set(scope, { now: now || known?.now === true, heardAt: Math.max(heardAt, known?.heardAt ?? 0) });
  };
  for await (const stand of eachRecord<StandRecord>(records, standPrefix)) noteStand(stand, note);
  return found;
}

function noteStand(stand: StandRecord, note: (target: string, now: boolean, heardAt: number) => void): void {
  const standing = standingOn(stand);
  for (const { targets } of stand.placements) {
    for (const { target } of targets) note(target, standing.includes(target), 0);
  }
  for (const [target, { runs }] of Object.entries(stand.targets)) {
    note(target, standing.includes(target), Math.max(0, ...runs.map(([, at]) => at)));
  }
}

/** One of these clouds may be gone to: it is not lost as well, by all that is known. */
async function isElsewhere(
  others: readonly string[],
  { used, watches }: { readonly used: readonly string[]; readonly watches: readonly WatchRecord[] },
  records: Reader,
): Promise<boolean> {
  const down = new Set(watches.filter(isDown).map(({ scope }) => scope));
  for (const other of others) {
    const own = used.filter((scope) => isRegionOf(other, scope));
    const answers = own.length === 0 || own.some((scope) => !down.has(scope));
    if (answers && (await groundOf({ scope: other }, records)).held === undefined) return true;
  }
  return false;
}
