import { isForPeople } from './change.ts';
import { compareRanks, isFollowed, isOfStandby, textOf, type Item } from './item.ts';

/** What a table that holds another history does with one item, beside the active hub's. */
export type Reconciliation =
  /** Both are the same, or it is no part of a history. */
  | { readonly kind: 'leave' }
  | { readonly kind: 'take'; readonly aside?: Aside }
  | { readonly kind: 'drop'; readonly aside?: Aside }
  /** Accepted here, and known to nobody else for certain: it stays, to be sent when it must. */
  | { readonly kind: 'keep-as-copy' };

/** Kept for people: what this hub committed and the history does not have. */
export interface Aside {
  readonly item: Item;
  readonly why:
    /** The active hub has no such item. */
    | 'absent there'
    /** The active hub's is older than ours. */
    | 'ahead of it'
    /** The active hub has written it since: ours may be what it went on from, or what it never saw. */
    | 'replaced there';
}

/**
 * @param theirs in the active hub's table, as its replica here shows it
 * @param ours in our own
 */
export function reconcile(theirs: Item | undefined, ours: Item | undefined): Reconciliation {
  const either = theirs ?? ours;
  if (either === undefined || isOfStandby(either)) return { kind: 'leave' };
  if (theirs !== undefined) return besideTheirs(theirs, ours);
  return ours === undefined ? { kind: 'leave' } : withoutTheirs(ours);
}

function besideTheirs(theirs: Item, ours: Item | undefined): Reconciliation {
  // What is going out there comes by the follower, as a copy; in our own outbox it would be sent beside it.
  if (textOf(theirs, 'kind') === 'outbox') return { kind: 'leave' };
  if (ours === undefined) return { kind: 'take' };
  if (same(theirs, ours)) return { kind: 'leave' };
  if (isFollowed(ours) || !isForPeople(ours)) return { kind: 'take' };
  const why = compareRanks(ours, theirs) >= 0 ? 'ahead of it' : 'replaced there';
  return { kind: 'take', aside: { item: ours, why } };
}

function withoutTheirs(ours: Item): Reconciliation {
  if (textOf(ours, 'kind') === 'outbox' && (textOf(ours, 'pk') ?? '').startsWith('ingress#')) {
    return { kind: 'keep-as-copy' };
  }
  if (isFollowed(ours) || !isForPeople(ours)) return { kind: 'drop' };
  return { kind: 'drop', aside: { item: ours, why: 'absent there' } };
}

/** By what they say: who wrote it first does not matter. */
function same(a: Item, b: Item): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  names.delete('followed');
  return [...names].every((name) => equal(a[name], b[name]));
}

function equal(a: Item[string] | undefined, b: Item[string] | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.B !== undefined && b.B !== undefined) return Buffer.compare(a.B, b.B) === 0;
  return a.S === b.S && a.N === b.N && a.BOOL === b.BOOL;
}
