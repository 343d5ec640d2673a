import { BatchWriteItemCommand, type WriteRequest } from '@aws-sdk/client-dynamodb';
import type { Envelope } from '../../contracts/envelope.ts';
import { toBusEvent, type BusEvent } from '../../contracts/event-pattern.ts';
import { UnknownConsumer, type EventLog } from '../../ports/event-log.ts';
import { systemTimer } from '../memory/timer.ts';
import { keyAttributes, markKey, pauseAfter, reaching, StoreUnavailable } from '../store-dynamodb/index.ts';
import { readHead, type Table } from './head.ts';
import { readLog } from './read.ts';

/** Who reads what, as the hub is deployed. */
export interface LogRoutes {
  consumers(): readonly string[];
  /** The consumers an event goes to. */
  match(event: Envelope): readonly string[];
}

/** Hands events to the queue of the function that the consumer belongs to. Resolves when all of them are in it. */
export type ReplayTo = (consumer: string, events: readonly BusEvent[]) => Promise<void>;

export interface Replaying extends Table {
  readonly routes: LogRoutes;
  readonly replayTo: ReplayTo;
}

const pageSize = 100;

/** Page by page: the marks of a page are cleared before it is handed on, so that nobody refuses it as handled. */
export async function replay(request: Parameters<EventLog['replay']>[0], replaying: Replaying): Promise<number> {
  const { routes, replayTo } = replaying;
  const { consumer, after, until = await readHead(replaying) } = request;
  if (!routes.consumers().includes(consumer)) throw new UnknownConsumer(consumer, routes.consumers());
  let count = 0;
  for (let from = after; ;) {
    const page = await readLog(replaying, { after: from, before: until + 1, limit: pageSize });
    const last = page.at(-1);
    if (last === undefined) return count;
    const events = page.map(({ event }) => event).filter((event) => routes.match(event).includes(consumer));
    if (events.length > 0) {
      await clearMarks(replaying, consumer, events);
      await replayTo(consumer, events.map(toBusEvent));
    }
    count += events.length;
    from = last.sequence;
  }
}

/** Source: DynamoDB API Reference, BatchWriteItem. */
const deletesPerRequest = 25;
const maximumAttempts = 8;

async function clearMarks(table: Table, consumer: string, events: readonly Envelope[]): Promise<void> {
  // A consumer's name begins with its service, and the service owns the mark.
  const owner = consumer.slice(0, consumer.indexOf('/'));
  const deletes = events.map(({ source, id }) => ({
    DeleteRequest: { Key: keyAttributes(markKey(owner, { consumer, source, id })) },
  }));
  for (let at = 0; at < deletes.length; at += deletesPerRequest) {
    await deleteAll(table, deletes.slice(at, at + deletesPerRequest));
  }
}

async function deleteAll({ client, table }: Table, deletes: readonly WriteRequest[]): Promise<void> {
  let left = [...deletes];
  for (let attempt = 1; ; attempt++) {
    const command = new BatchWriteItemCommand({ RequestItems: { [table]: left } });
    const answer = await reaching('marks', () => client.send(command));
    left = answer.UnprocessedItems?.[table] ?? [];
    if (left.length === 0) return;
    if (attempt === maximumAttempts) throw new StoreUnavailable('marks: the table is throttled; try again');
    await pauseAfter(attempt, { timer: systemTimer, random: Math.random });
  }
}
