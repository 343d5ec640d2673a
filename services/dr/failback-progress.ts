import type { Returning } from './failback-record.ts';
import { serving } from './home.ts';
import { wholeBy } from './measure.ts';
import type { PlacementFact, StandRecord } from './record.ts';

/** What became of a service on its way back. */
export type Progress =
  | { readonly kind: 'under-way' }
  /** All of it is ready where it stood and, where it takes traffic, has it. */
  | { readonly kind: 'returned' }
  /** It stays where it is: constraints, room, or nobody answered. */
  | { readonly kind: 'left'; readonly reason: string }
  /** It was begun and went wrong: reason to stop. */
  | { readonly kind: 'failed'; readonly reason: string };

/** Longer than any rollout that goes well. */
export const patienceMs = 20 * 60_000;
/** Services of one request are decided together: what is not with the others by then was left where it is. */
const graceMs = 30_000;

/** The placement that brings it back: a later one, with something of where it stood that it did not serve from. */
export function returnOf({ generation, targets }: Returning, { placements }: StandRecord): PlacementFact | undefined {
  const sent = placements.findLast((each) => each.generation <= generation);
  const stood = sent === undefined ? [] : serving(sent);
  const missing = targets.filter((each) => !stood.includes(each));
  return placements.findLast(
    (each) => each.generation > generation && serving(each).some((at) => missing.includes(at)),
  );
}

/** @param othersAt when the first of those that were sent with it was placed */
export function progressOf(
  item: Returning,
  stand: StandRecord | undefined,
  at: { readonly now: number; readonly othersAt: number | undefined },
): Progress {
  if (item.refused !== undefined) return { kind: 'left', reason: item.refused };
  if (stand === undefined || stand.placements.at(-1)?.removed === true) {
    return { kind: 'left', reason: 'it is no longer part of the application' };
  }
  const failure = stand.failed.findLast(({ generation }) => generation > item.generation);
  if (failure !== undefined) return { kind: 'failed', reason: `generation ${failure.generation}: ${failure.message}` };
  const found = returnOf(item, stand);
  return found === undefined ? unplaced(item, at) : placed(item, found, stand, at.now);
}

function unplaced({ sentAt }: Returning, { now, othersAt }: Parameters<typeof progressOf>[2]): Progress {
  const passedOver = othersAt !== undefined && now - othersAt > graceMs;
  if (!passedOver && now - sentAt <= patienceMs) return { kind: 'under-way' };
  return { kind: 'left', reason: 'placement left it where it is: constraints or room; `explain` says which' };
}

function placed({ sentAt }: Returning, found: PlacementFact, stand: StandRecord, now: number): Progress {
  if (wholeBy(found, stand, found.routed) !== undefined) return { kind: 'returned' };
  if (now - sentAt <= patienceMs) return { kind: 'under-way' };
  return { kind: 'failed', reason: `it is not ready there after ${Math.round((now - sentAt) / 1000)} s` };
}
