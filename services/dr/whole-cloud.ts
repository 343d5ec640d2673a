import { isDown } from './decide.ts';
import type { WatchRecord } from './record.ts';
import type { WholeCloudSettings } from './settings.ts';

/** What is known of one region of a cloud. */
export interface RegionView {
  readonly scope: string;
  /** Absent: nobody ever said anything of its health. */
  readonly watch?: WatchRecord;
  /** Something of ours stands there. */
  readonly used: boolean;
  /** When it was last heard to answer, milliseconds since the epoch. */
  readonly heardAt: number;
}

export interface CloudView {
  readonly regions: readonly RegionView[];
  /** There is another cloud that could be gone to, and is not lost as well. */
  readonly elsewhere: boolean;
  /** Regions that were down before then count no more: a conclusion has been drawn from them, or somebody has lifted it. */
  readonly after: number;
}

export type Assessment =
  | { readonly kind: 'lost'; readonly down: readonly WatchRecord[]; readonly silent: readonly string[] }
  /** Enough is down, but this region has answered since. */
  | { readonly kind: 'answers'; readonly scope: string; readonly at: number }
  | { readonly kind: 'unknown' };

const unknown = { kind: 'unknown' } as const;

/** Regions of these that went down together, the newest of them and what went down shortly before. */
export function downTogether(
  watches: readonly WatchRecord[],
  { windowMs }: WholeCloudSettings,
  after: number,
): readonly WatchRecord[] {
  const down = watches.filter((each) => isDown(each) && sinceOf(each) > after);
  const newest = Math.max(...down.map(sinceOf));
  const together = down.filter((each) => sinceOf(each) >= newest - windowMs);
  return together.sort((a, b) => (a.scope < b.scope ? -1 : 1));
}

/**
 * Pure: whether the loss of several regions is that of their whole cloud. It takes enough of them, most of those that are used, and
 * no other one that has answered since the first sign. Where there is nothing else to go to, it is not concluded: another region of the
 * same cloud is better than none.
 */
export function assess({ regions, elsewhere, after }: CloudView, settings: WholeCloudSettings): Assessment {
  const watches = regions.flatMap(({ watch }) => (watch === undefined ? [] : [watch]));
  const down = downTogether(watches, settings, after);
  const others = regions.filter(({ watch }) => watch === undefined || !isDown(watch));
  const silent = others.filter(({ used }) => used).map(({ scope }) => scope);
  if (down.length < settings.regions || down.length <= settings.share * (down.length + silent.length)) return unknown;
  const first = Math.min(...down.map(signOf));
  const answering = others.find(({ heardAt }) => heardAt > first);
  if (answering !== undefined) return { kind: 'answers', scope: answering.scope, at: answering.heardAt };
  return elsewhere ? { kind: 'lost', down, silent } : unknown;
}

const sinceOf = ({ downSince = 0 }: WatchRecord): number => downSince;
export const signOf = ({ signAt, downSince = 0, wellAt = 0 }: WatchRecord): number =>
  Math.max(signAt ?? downSince, wellAt);

/** For a person: why the whole cloud is taken for lost. */
export function reasonOf(cloud: string, { down, silent }: Extract<Assessment, { kind: 'lost' }>): string {
  const names = down.map(({ scope }) => scope).sort();
  const shown = names.slice(0, 6).join(', ') + (names.length > 6 ? ', …' : '');
  const rest =
    silent.length === 0 ? 'all that are used' : `${down.length} of ${down.length + silent.length} that are used`;
  const quiet = silent.length === 0 ? '' : `, and nothing was heard of ${silent.slice(0, 6).join(', ')} since`;
  return `the whole of ${cloud} is taken for lost: ${shown} are down, ${rest}${quiet}`.slice(0, 500);
}
