import {
  ConditionalCheckFailedException,
  GetItemCommand,
  PutItemCommand,
  type AttributeValue,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import {
  LeaseConflict,
  LeaseStoreUnavailable,
  type HeldLease,
  type Lease,
  type LeaseStore,
} from '../../ports/lease-store.ts';
import { keyAttributes, leaseKey } from '../store-dynamodb/index.ts';

export interface DynamoLeaseOptions {
  /** Of the register's own region. Its time-outs are how long a hub waits for a region that is gone. */
  readonly client: DynamoDBClient;
  /** Never a replica of a global table: there the last writer wins, and a vote could be taken back. */
  readonly table: string;
}

/**
 * The lease as one item beside the hub's table, where commits check it (store-dynamodb/fence.ts).
 * @example createDynamoLease({ client: new DynamoDBClient({ region: 'eu-central-1' }), table: 'homeostasis-lease' })
 */
export function createDynamoLease({ client, table }: DynamoLeaseOptions): LeaseStore {
  return {
    async read() {
      const command = new GetItemCommand({ TableName: table, Key: keyAttributes(leaseKey), ConsistentRead: true });
      const { Item } = await reaching(table, () => client.send(command));
      return Item === undefined ? undefined : heldOf(Item, table);
    },
    async swap(expected, next) {
      const version = Number(expected?.tag ?? 0);
      const command = new PutItemCommand({
        TableName: table,
        Item: itemOf(next, version + 1),
        ...(expected === undefined
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : {
              ConditionExpression: '#version = :version',
              ExpressionAttributeNames: { '#version': 'version' },
              ExpressionAttributeValues: { ':version': { N: String(version) } },
            }),
      });
      await reaching(table, () => client.send(command));
    },
  };
}

function itemOf(lease: Lease, version: number): Record<string, AttributeValue> {
  const { holder, epoch, tenure, from, beat, until, released } = lease;
  const numbers = { epoch, tenure, from, beat, until: Math.floor(until), version };
  return {
    ...keyAttributes(leaseKey),
    holder: { S: holder },
    ...Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, { N: String(value) }])),
    // Only there when it is so: the fence asks for its absence.
    ...(released === true ? { released: { BOOL: true } } : {}),
  };
}

function heldOf(item: Record<string, AttributeValue>, table: string): HeldLease {
  const number = (name: string): number => {
    const value = Number(item[name]?.N ?? Number.NaN);
    if (Number.isFinite(value)) return value;
    throw new LeaseStoreUnavailable(`lease in ${table} has no number in "${name}": it was not written by a hub`);
  };
  const [epoch, tenure, from, beat, until] = [
    number('epoch'),
    number('tenure'),
    number('from'),
    number('beat'),
    number('until'),
  ];
  const released = item['released']?.BOOL === true ? { released: true } : {};
  const lease = { holder: item['holder']?.S ?? '', epoch, tenure, from, beat, until, ...released };
  return { lease, tag: String(number('version')) };
}

/** Whatever else is wrong, a region that is gone or rights that are missing: nothing may rest on this register now. */
async function reaching<T>(table: string, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (cause) {
    if (cause instanceof ConditionalCheckFailedException) throw new LeaseConflict(table);
    const what = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    throw new LeaseStoreUnavailable(`lease in ${table} cannot be had (${what})`, { cause });
  }
}
