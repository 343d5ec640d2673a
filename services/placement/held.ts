import type { Evaluation } from './evaluate.ts';
import type { DecideInput } from './input.ts';
import type { PlacementRecord } from './record.ts';
import { keepsStandby, standbySlot, standingBySlot, type Slots } from './slots.ts';
import { spread } from './spread.ts';

/** Above any score and any link: what is leant to is left only where there is no room. */
const strongly = 100;

export type Held = ReadonlyMap<string, readonly string[]>;

/**
 * Slots that keep their targets, whatever could be gained. An excluded target does not hold anybody: it is no option any more.
 * Ordinarily those that moved too lately. Where ground is lost, everybody, for that is no hour for savings; but better more of it moves
 * than some of it has no place, so then there is a second and a third way to try, if the one before leaves anybody without.
 */
export function held(input: DecideInput, leanings: ReadonlyMap<string, unknown>): readonly Held[] {
  if (input.returnTo !== undefined) return [input.returnTo];
  const without = (records: Iterable<PlacementRecord>): Held => {
    const standing = standingBySlot(records);
    for (const slot of leanings.keys()) standing.delete(slot);
    return standing;
  };
  const everybody = without(input.current.values());
  if (input.prefer !== undefined) return [everybody];
  const lately = without(cooling(input));
  return input.cause === 'target-excluded' ? [everybody, lately, new Map()] : [lately];
}

/** Those that moved too lately; and those that prefer a target stay where they are, or go there. */
function cooling({ application, current, settings, now }: DecideInput) {
  const preferring = new Set(application.services.flatMap(({ name, prefer }) => (prefer === undefined ? [] : name)));
  return [...current.values()].filter(
    ({ service, movedAt }) => now - movedAt < settings.cooldownMs || preferring.has(service),
  );
}

/** Slots that are to go somewhere in particular, and are held by nothing: what their candidates cost on top of their scores, by target. */
export function leaningsOf(
  input: DecideInput,
  slots: Slots,
  evaluations: readonly Evaluation[],
): ReadonlyMap<string, (target: string) => number> {
  const leanings: Leanings = new Map();
  for (const [service, keep] of promoted(input, slots, evaluations)) {
    leanings.set(service, (target) => (keep.has(target) ? 0 : strongly));
    leanings.set(standbySlot(service), () => 0);
  }
  const standing = standingBySlot(input.current.values());
  for (const [service, wanted] of input.prefer ?? []) {
    const serves = standing.get(service) ?? [];
    // What it left comes before what it stands on already: that may have been its standby.
    leanTo(leanings, service, [wanted.filter((each) => !serves.includes(each)), wanted], standing);
  }
  for (const [service, wanted] of preferring(input, slots, evaluations)) {
    // One that takes over stands ready already.
    if (!leanings.has(service)) leanTo(leanings, service, inOrder(wanted), standing);
  }
  return leanings;
}

const inOrder = (targets: readonly string[]): string[][] => targets.map((each) => [each]);

type Leanings = Map<string, (target: string) => number>;

/** To these targets, the first of them first; then to where it stands, then to its standby's place. */
function leanTo(
  leanings: Leanings,
  service: string,
  wanted: readonly (readonly string[])[],
  standing: ReadonlyMap<string, readonly string[]>,
): void {
  const [serves, waits] = [standing.get(service) ?? [], standing.get(standbySlot(service)) ?? []];
  leanings.set(service, ranked([...wanted, serves, waits]));
  // What serves now is left in peace until the others have taken over: as their standby it would be made smaller at once.
  leanings.set(
    standbySlot(service),
    (target) => (waits.includes(target) ? 0 : serves.includes(target) ? 2 : 1) * strongly,
  );
}

/**
 * Services whose spec names targets they prefer, with those of them that are possible. When somebody asks for something, they go there
 * without regard to gain and cooldown; of themselves they stay where they are as long as they can, so that what a recovery took away
 * comes home by failback and not with the next change of replica counts.
 */
function preferring(
  { application, cause, current, returnTo, prefer }: DecideInput,
  { services, standbyAt }: Slots,
  evaluations: readonly Evaluation[],
): ReadonlyMap<string, readonly string[]> {
  if (returnTo !== undefined) return new Map();
  const asked = prefer === undefined && (cause === 'submitted' || cause === 'recommended');
  const standing = standingBySlot(current.values());
  const waiting = new Set(standbyAt.values());
  return new Map(
    application.services.flatMap(({ name, prefer: wanted = [] }, i) => {
      const possible = new Set(evaluations[i]?.options.map(({ target }) => target));
      const open = wanted.filter((target) => possible.has(target));
      const left = (standing.get(name) ?? []).filter((target) => possible.has(target));
      const slot = services[i];
      const stays = slot !== undefined && left.length >= spread(slot);
      return waiting.has(i) || open.length === 0 || (stays && !asked) ? [] : [[name, open] as const];
    }),
  );
}

function ranked(ranks: readonly (readonly string[])[]): (target: string) => number {
  return (target) => {
    const rank = ranks.findIndex((each) => each.includes(target));
    return strongly * (rank < 0 ? ranks.length : rank);
  };
}

/** Services that lost a place they served from and have a standby: it is warm, has the traffic, and takes over. */
function promoted(
  { current, returnTo, prefer }: DecideInput,
  { services, standbyAt }: Slots,
  evaluations: readonly Evaluation[],
): ReadonlyMap<string, ReadonlySet<string>> {
  if (returnTo !== undefined || prefer !== undefined) return new Map();
  const standing = standingBySlot(current.values());
  const waiting = new Set(standbyAt.values());
  return new Map(
    services.flatMap((service, i) => {
      const waits = standing.get(standbySlot(service.name)) ?? [];
      if (waiting.has(i) || waits.length === 0 || !keepsStandby(service)) return [];
      const possible = new Set(evaluations[i]?.options.map(({ target }) => target));
      const left = (standing.get(service.name) ?? []).filter((target) => possible.has(target));
      if (left.length >= spread(service)) return [];
      return [[service.name, new Set([...left, ...waits])] as const];
    }),
  );
}
