import { copyOf, type IdentityOf } from './copy.ts';
import type { Companion, Entry } from './entry.ts';
import { followed, isFollowed, isOfStandby, numberOf, textOf, type Item, type ItemKey } from './item.ts';

/** One record of the stream of the other hub's table, as its replica here gives it. */
export interface Change {
  readonly kind: 'written' | 'removed';
  readonly now?: Item;
  readonly before?: Item;
}

export interface ChangeContext {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly identityOf: IdentityOf;
  /** Where the other hub's ingress put an accepted event here itself. */
  readonly journalKeyOf: (event: { readonly source: string; readonly id: string }) => ItemKey;
}

/**
 * What the follower makes of a change of the other hub's table; nothing of what that hub has only from us, of its own business, or of
 * what runs out by itself.
 */
export function entryOf({ kind, now: item, before }: Change, context: ChangeContext): Entry | undefined {
  if (kind === 'removed') return before === undefined ? undefined : removalOf(before, context);
  if (item === undefined || isFollowed(item) || isOfStandby(item)) return undefined;
  switch (textOf(item, 'kind')) {
    case 'outbox':
      return outgoing(item, context);
    case 'mark': {
      const companions = companionsOf(item);
      const put = { kind: 'put', item: followed(item), admission: 'history', keep: false } as const;
      return companions.length === 0 ? put : { ...put, companions };
    }
    default:
      return { kind: 'put', item: followed(item), admission: 'history', keep: isForPeople(item) };
  }
}

/** Accepted events enter whoever accepted them: a 202 was given for them, and what is told twice is handled once. */
function outgoing(item: Item, { now, identityOf, journalKeyOf }: ChangeContext): Entry {
  const accepted = (textOf(item, 'pk') ?? '').startsWith('ingress#');
  const copy = {
    kind: 'put',
    item: followed(stampedAs(item, copyOf(item, now, identityOf))),
    keep: !accepted,
  } as const;
  if (!accepted) return { ...copy, admission: 'history' };
  const event = JSON.parse(textOf(item, 'event') ?? '{}') as { source: string; id: string };
  return { ...copy, admission: 'always', instead: journalKeyOf(event) };
}

/** What it is let in by, or refused by. */
function stampedAs({ epoch }: Item, copy: Item): Item {
  return epoch === undefined ? copy : { ...copy, epoch };
}

function removalOf(before: Item, { now }: ChangeContext): Entry | undefined {
  const kind = textOf(before, 'kind');
  // A copy outlives the outbox item, because the event may still be in that region's queues.
  if (isOfStandby(before) || kind === 'outbox') return undefined;
  const expires = numberOf(before, 'expires');
  // Ours runs out by itself, too.
  if (expires !== undefined && expires * 1000 <= now) return undefined;
  return { kind: 'remove', item: before, admission: 'history', keep: false };
}

/** Records and what the log says of them: the rest follows from those, or says nothing to anybody. */
export function isForPeople(item: Item): boolean {
  return ['record', 'log', 'outbox'].includes(textOf(item, 'kind') ?? '');
}

/**
 * What committed together with a mark, as the store writes it there, by where it stands in our table: `[[pk, sk, version?], …]`, an
 * event as its copy. @throws SyntaxError, TypeError for anything else.
 */
function companionsOf(mark: Item): readonly Companion[] {
  const told = textOf(mark, 'with');
  if (told === undefined) return [];
  return (JSON.parse(told) as readonly (readonly [pk: string, sk: string, version?: number])[]).map(
    ([pk, sk, version]) => (version === undefined ? { pk, sk } : { pk, sk, version }),
  );
}
