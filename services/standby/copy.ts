import { numberOf, textOf, type Item, type ItemKey } from './item.ts';

/** How long an event of the other hub is kept to be sent again: far longer than its queues try, far shorter than marks are kept. */
export const copyRetentionMs = 24 * 3600 * 1000;

/** What another region's consumers without marks are sent again. Older commands are stale, and monitor's deadlines have found them. */
export const recentMs = 15 * 60 * 1000;

/** An event that the other hub said or accepted, in our table. */
export interface Copy {
  readonly key: ItemKey;
  /** Service whose outbox it was in; `ingress` for what was accepted. */
  readonly owner: string;
  /** JSON of the envelope. */
  readonly event: string;
  /** Milliseconds since the epoch. */
  readonly dueAt?: number;
}

/** Identity of the event an outbox item holds, as the journal of accepted events names it too. */
export type IdentityOf = (event: { readonly source: string; readonly id: string }) => string;

/**
 * Not in the outbox itself: what is there is sent, and a hub that stands by says nothing. It outlives the item it was copied from,
 * because what has left the other hub's outbox may still be in that region's queues.
 */
export function copyOf(outbox: Item, now: number, identityOf: IdentityOf): Item {
  const event = textOf(outbox, 'event') ?? '{}';
  const identity = identityOf(JSON.parse(event) as { source: string; id: string });
  const owner = (textOf(outbox, 'pk') ?? '').split('#')[0] ?? '';
  const dueAt = numberOf(outbox, 'dueAt');
  const expires = Math.ceil((Math.max(now, dueAt ?? 0) + copyRetentionMs) / 1000);
  return {
    pk: { S: copyPartition(identity.slice(0, 1)) },
    sk: { S: identity },
    kind: { S: 'copy' },
    owner: { S: owner },
    event: { S: event },
    ...(dueAt === undefined ? {} : { dueAt: { N: String(dueAt) } }),
    expires: { N: String(expires) },
  };
}

export const copyPartition = (shard: string): string => `standby#copy#${shard}`;

/** Of a copy, or of what the other hub's ingress put into our journal itself. Undefined for anything else. */
export function readCopy(item: Item): Copy | undefined {
  const kind = textOf(item, 'kind');
  const event = textOf(item, 'event');
  if ((kind !== 'copy' && kind !== 'accepted') || event === undefined) return undefined;
  const dueAt = numberOf(item, 'dueAt');
  return {
    key: { pk: textOf(item, 'pk') ?? '', sk: textOf(item, 'sk') ?? '' },
    owner: textOf(item, 'owner') ?? 'ingress',
    event,
    ...(dueAt === undefined ? {} : { dueAt }),
  };
}

export interface CopyFacts {
  /** Consumers that keep marks, of those who read the event. */
  readonly marking: number;
  /** Of those, how many have handled it. */
  readonly marked: number;
  /** Consumers that keep none: deployers, the relay. */
  readonly markless: number;
  /** Time of the event, milliseconds since the epoch. */
  readonly time: number;
  readonly dueAt?: number;
  readonly now: number;
}

/** After a takeover: whether an event of the other hub's time has to go out again. Marks make it harmless, not free. */
export function mustBeSent({ marking, marked, markless, time, dueAt, now }: CopyFacts): boolean {
  if (marked < marking || (dueAt !== undefined && dueAt > now)) return true;
  return marking === 0 && markless > 0 && Math.abs(now - time) < recentMs;
}
