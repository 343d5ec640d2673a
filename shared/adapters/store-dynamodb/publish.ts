import { TransactionCanceledException, TransactWriteItemsCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../ports/clock.ts';
import { BusUnavailable, type EventBus, type PublishResult } from '../../ports/event-bus.ts';
import { limits, TransactionTooLarge } from '../../ports/record-store.ts';
import { pack, type Packed } from '../memory/measure.ts';
import { systemTimer, type Timer } from '../memory/timer.ts';
import { verdictOf, type Part } from './cancellation.ts';
import { reaching, StoreUnavailable } from './errors.ts';
import { fenced, reasonsUnder, underLease, type Fence, type Fencing } from './fence.ts';
import { companionOf, itemBytes, markItem, outboxItemOf } from './items.ts';
import { identityOf, type Mark } from './keys.ts';
import { pauseAfter } from './pause.ts';
import { mostEvents, mostEventsUnderLease } from './request-limits.ts';

export interface OutboxPublisherOptions {
  readonly client: DynamoDBClient;
  readonly table: string;
  /** The service that publishes: its outbox takes the events. */
  readonly owner: string;
  /** Whose marks tell that an event was accepted before: `ingress/accept`. */
  readonly consumer: string;
  readonly clock: Clock;
  /** An event that is sent again after this long is taken for new; default 7 days. */
  readonly markTtlMs?: number;
  /** Where there is a standby hub: what is accepted commits under this hub's lease. @throws NotTheActiveHub */
  readonly fence?: Fence | undefined;
  readonly timer?: Timer;
  readonly random?: () => number;
  readonly newToken: () => string;
}

const maximumAttempts = 6;
const week = 7 * 24 * 3600 * 1000;

/**
 * Publishes by way of the outbox, for whoever has no records to commit beside: one transaction enters every event with the mark that
 * knows it again, so that all of them are accepted or none. What was accepted before is a duplicate, and enters nothing.
 *
 * One transaction is the limit: 50 events (49 under a lease) and 4 MB. More in several transactions would be neither all nor none.
 *
 * @throws EventTooLarge, TransactionTooLarge before anything is stored; BusUnavailable when the table did not take them (send them
 * again: what was entered is then a duplicate); NotTheActiveHub when the lease is not this hub's.
 * @example const publish = createOutboxPublisher({ client, table, owner: 'ingress', consumer: 'ingress/accept', clock, newToken });
 */
export function createOutboxPublisher(options: OutboxPublisherOptions): EventBus['publish'] {
  return async (entries) => {
    const packed = pack(entries);
    const identities = packed.map(({ event }) => identityOf(event));
    const isFirst = (_: unknown, at: number): boolean => identities.indexOf(identities[at] ?? '') === at;
    const accepted = await enter(packed.filter(isFirst), options).catch((error: unknown) => {
      if (!(error instanceof StoreUnavailable)) throw error;
      throw new BusUnavailable(error.message, { cause: error });
    });
    return packed.map((each): PublishResult => (accepted.has(each) ? 'accepted' : 'duplicate'));
  };
}

/** @returns those that were new. */
async function enter(events: readonly Packed[], options: OutboxPublisherOptions): Promise<ReadonlySet<Packed>> {
  const { timer = systemTimer, random = Math.random, fence, clock } = options;
  const most = fence === undefined ? mostEvents : mostEventsUnderLease;
  if (events.length > most) throw new TransactionTooLarge(`${events.length} events of two items each`);
  let left = events;
  for (let attempt = 1; left.length > 0; attempt++) {
    const entering = left;
    const cancelled = await fenced(fence, clock.now(), (fencing) => tryEnter(entering, options, fencing));
    if (cancelled === undefined) return new Set(left);
    const { known, codes } = cancelled;
    left = left.filter((_, at) => !known.has(at));
    // What is known already is left out at once; a conflict, or a throttled table, is given time.
    if (known.size > 0) continue;
    if (attempt >= maximumAttempts) {
      throw new StoreUnavailable(`outbox: ${attempt} attempts were cancelled (${codes}); try again`);
    }
    await pauseAfter(attempt, { timer, random });
  }
  return new Set();
}

interface Cancelled {
  /** By position, which were accepted before. */
  readonly known: ReadonlySet<number>;
  readonly codes: string;
}

/** @returns nothing when they are entered. @throws StoreUnavailable, TransactionInvalid, TransactionTooLarge, NotTheActiveHub */
async function tryEnter(
  events: readonly Packed[],
  options: OutboxPublisherOptions,
  fencing: Fencing | undefined,
): Promise<Cancelled | undefined> {
  const { client, newToken } = options;
  const { items, parts } = planEntry(events, options, fencing);
  const command = new TransactWriteItemsCommand({
    TransactItems: underLease(items, fencing),
    ClientRequestToken: newToken(),
  });
  try {
    await reaching('outbox', () => client.send(command));
    return undefined;
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const reasons = reasonsUnder(fencing, error.CancellationReasons ?? []);
    const known = new Set(events.flatMap((_, at) => (reasons[at]?.Code === 'ConditionalCheckFailed' ? [at] : [])));
    if (known.size > 0) return { known, codes: '' };
    const verdict = verdictOf(reasons, parts);
    if (verdict.kind === 'refused') throw verdict.error;
    return { known, codes: verdict.codes === '' ? error.message : verdict.codes };
  }
}

/** Marks first, in the order of the events: which are known is told by position. */
function planEntry(events: readonly Packed[], options: OutboxPublisherOptions, fencing: Fencing | undefined) {
  const { table: TableName, owner, consumer, clock, markTtlMs = week } = options;
  const now = clock.now();
  const expires = Math.ceil((now + markTtlMs) / 1000);
  const marks = events.map(({ event: { source, id } }): Mark => ({ consumer, source, id }));
  const marking = events.map(({ event }) => {
    const { source, id } = event;
    return markItem(owner, { consumer, source, id }, expires, fencing === undefined ? [] : [companionOf(event)]);
  });
  const leaving = events.map((packed) => outboxItemOf(owner, packed, now));
  const bytes = [...marking, ...leaving].reduce((sum, item) => sum + itemBytes(item), 0);
  if (bytes > limits.transactionBytes) throw new TransactionTooLarge(`${bytes} bytes`);
  const parts: Part[] = [
    ...marks.map((mark): Part => ({ kind: 'mark', mark })),
    ...events.map(({ event: { id } }): Part => ({ kind: 'outbox', id })),
  ];
  const ConditionExpression = 'attribute_not_exists(pk)';
  const items = [
    ...marking.map((Item) => ({ Put: { TableName, Item, ConditionExpression } })),
    ...leaving.map((Item) => ({ Put: { TableName, Item } })),
  ];
  return { items, parts };
}
