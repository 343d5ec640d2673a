import {
  BatchWriteItemCommand,
  DynamoDBClient,
  QueryCommand,
  type AttributeValue,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { verdict } from '../memory/backoff.ts';
import { systemTimer } from '../memory/timer.ts';
import { pause, publishRetry, type Patience } from '../bus-eventbridge/send-all.ts';
import {
  journalPartition,
  journalShards,
  outboxPartition,
  outboxShards,
  reaching,
  readJournalItem,
  readOutboxItem,
  StoreUnavailable,
  type Image,
  type OutboxEntry,
  type TableKey,
} from '../store-dynamodb/index.ts';

/** Outgoing events that committed with a transaction and have not been handed on. */
export interface Outbox {
  /**
   * What an owner's shards hold, page by page: in a hub at rest, nothing. Those of `standby` are also what the other hub accepted and has
   * not brought here by itself. @throws StoreUnavailable
   */
  leftovers(owner: string): AsyncIterable<readonly OutboxEntry[]>;
  /** Once somebody else has the events durably. Idempotent. @throws StoreUnavailable: some may be left, and are sent again. */
  remove(keys: readonly TableKey[]): Promise<void>;
}

export interface OutboxOptions extends Partial<Patience> {
  readonly client?: DynamoDBClient;
  readonly table: string;
}

/** Source: DynamoDB API, BatchWriteItem. */
const keysPerCall = 25;

/** What waits to be sent: an event of a commit here, or one that the other hub accepted. Undefined for items of any other kind. */
export const readPending = (image: Image): OutboxEntry | undefined => readOutboxItem(image) ?? readJournalItem(image);

/** @example const outbox = createOutbox({ table: 'homeostasis' }); */
export function createOutbox(options: OutboxOptions): Outbox {
  const { client = new DynamoDBClient({}), table } = options;
  const { timer = systemTimer, random = Math.random, retry = publishRetry } = options;

  async function removePage(keys: readonly TableKey[]): Promise<void> {
    let left: WriteRequest[] = keys.map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk: { S: pk }, sk: { S: sk } } } }));
    for (let attempt = 1; left.length > 0; attempt++) {
      const request = new BatchWriteItemCommand({ RequestItems: { [table]: left } });
      // What DynamoDB was too busy for comes back inside a 200.
      left = (await reaching('the outbox', () => client.send(request))).UnprocessedItems?.[table] ?? [];
      const decided = verdict(undefined, attempt, { policy: retry, random });
      if (left.length === 0) return;
      if (decided.kind === 'dead')
        throw new StoreUnavailable(`table ${table} left ${left.length} outbox items undeleted`);
      await pause(timer, decided.afterMs);
    }
  }

  async function* pagesOf(pk: string): AsyncIterable<readonly OutboxEntry[]> {
    let from: Record<string, AttributeValue> | undefined;
    do {
      const request = new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: pk } },
        Limit: 100,
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      });
      const { Items = [], LastEvaluatedKey } = await reaching(`outbox ${pk}`, () => client.send(request));
      const entries = Items.flatMap((item) => readPending(item) ?? []);
      if (entries.length > 0) yield entries;
      from = LastEvaluatedKey;
    } while (from !== undefined);
  }

  return {
    async *leftovers(owner) {
      for (const shard of outboxShards) yield* pagesOf(outboxPartition(owner, shard));
      if (owner !== 'standby') return;
      for (const shard of journalShards) yield* pagesOf(journalPartition(shard));
    },
    async remove(keys) {
      for (let at = 0; at < keys.length; at += keysPerCall) await removePage(keys.slice(at, at + keysPerCall));
    },
  };
}
