import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { createS3Documents } from '../../shared/adapters/documents-s3/index.ts';
import { createMemoryRuntime } from '../../shared/adapters/memory/index.ts';
import { createDynamoStore, readOutboxItem } from '../../shared/adapters/store-dynamodb/index.ts';
import type { Create } from '../contract/embedded.ts';
import { createBucket, createTable, dynamoAt, s3At } from './moto-clients.ts';
import { ManualTime } from './network-time.ts';
import { openStream } from './table-stream.ts';

/**
 * Records in DynamoDB and documents in S3, with the memory bus behind them: what the store's own suite asks of a bus is that it
 * gets what the table's stream carries. EventBridge has a suite of its own.
 */
export const createHubStore =
  (endpoint: string): Create =>
  async () => {
    const time = new ManualTime();
    const client = dynamoAt(endpoint);
    const s3 = s3At(endpoint);
    const table = await createTable(client);
    const memory = createMemoryRuntime({ clock: time, timer: time, random: () => 0.5 });
    const next = await openStream(endpoint, client, table);
    const relay = async (): Promise<void> => {
      for (const { eventName, dynamodb } of await next()) {
        const entry = eventName === 'REMOVE' ? undefined : readOutboxItem(dynamodb.NewImage ?? {});
        if (entry === undefined) continue;
        await memory.bus.publish([entry.publication]);
        const { pk, sk } = entry.key;
        await client.send(new DeleteItemCommand({ TableName: table, Key: { pk: { S: pk }, sk: { S: sk } } }));
      }
    };
    let stopped = false;
    const relaying = (async () => {
      while (!stopped) {
        await relay();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    })();
    return {
      bus: memory.bus,
      log: memory.log,
      deadLetters: memory.deadLetters,
      records: createDynamoStore({ client, table, owner: 'test', clock: time, random: Math.random }),
      documents: createS3Documents({ client: s3, bucket: await createBucket(s3), prefix: 'documents/' }),
      time,
      close: async () => {
        stopped = true;
        await relaying;
        await memory.bus.stop();
        client.destroy();
        s3.destroy();
      },
    };
  };
