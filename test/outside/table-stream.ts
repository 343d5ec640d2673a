import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Image } from '../../shared/adapters/store-dynamodb/index.ts';
import { region } from './moto-clients.ts';

export interface StreamRecord {
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly dynamodb: { readonly SequenceNumber: string; readonly Keys?: Image; readonly NewImage?: Image };
}

/** A table's stream from its beginning, read as Lambda's poller does; each call gives what has come since the last. */
export async function openStream(
  endpoint: string,
  client: DynamoDBClient,
  TableName: string,
  where: string = region,
): Promise<() => Promise<readonly StreamRecord[]>> {
  const ask = async <T>(action: string, input: unknown): Promise<T> => {
    const authorization = `AWS4-HMAC-SHA256 Credential=outside/20260101/${where}/dynamodb/aws4_request, SignedHeaders=host, Signature=0`;
    const headers = {
      authorization,
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDBStreams_20120810.${action}`,
    };
    const answer = await fetch(endpoint, { method: 'POST', headers, body: JSON.stringify(input) });
    if (!answer.ok) throw new Error(`${action} answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  const StreamArn = Table?.LatestStreamArn;
  const { StreamDescription } = await ask<{ StreamDescription: { Shards: { ShardId: string }[] } }>('DescribeStream', {
    StreamArn,
  });
  const shards = StreamDescription.Shards.map(({ ShardId }) => ({ ShardId, last: 0n }));
  return async () => {
    const found: StreamRecord[] = [];
    for (const shard of shards) {
      // An iterator of moto's belongs to the table as it stood: after a cancelled transaction it shows what was taken back, and
      // nothing that came later. So each look takes a new one, behind what has been seen.
      const behind =
        shard.last === 0n
          ? { ShardIteratorType: 'TRIM_HORIZON' }
          : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: String(shard.last) };
      const iterator = await ask<{ ShardIterator: string }>('GetShardIterator', {
        ...{ StreamArn, ShardId: shard.ShardId },
        ...behind,
      });
      const { Records } = await ask<{ Records: StreamRecord[] }>('GetRecords', iterator);
      found.push(...Records);
      shard.last = BigInt(Records.at(-1)?.dynamodb.SequenceNumber ?? shard.last);
    }
    return found;
  };
}
