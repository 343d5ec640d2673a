import {
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import { randomUUID } from 'node:crypto';
import { createHandler as createFollower } from '../../services/standby/main.follower.lambda.ts';
import { createHandler as createKeeper } from '../../services/standby/main.lease.lambda.ts';
import { createHandler as createResync } from '../../services/standby/main.resync.lambda.ts';
import { createHubLease } from '../../shared/adapters/lambda/hub-lease.ts';
import { createDynamoLease } from '../../shared/adapters/lease-dynamodb/index.ts';
import { imageOf } from '../../shared/adapters/standby-dynamodb/index.ts';
import { createDynamoStore } from '../../shared/adapters/store-dynamodb/index.ts';
import { createOutboxPublisher } from '../../shared/adapters/store-dynamodb/publish.ts';
import { systemTimer } from '../../shared/adapters/memory/timer.ts';
import { silentLogger } from '../../shared/ports/logger.ts';
import { credentials } from './moto-clients.ts';
import { record } from './table-calls.ts';
import { openStream } from './table-stream.ts';
import { startWitness } from './witness-store.ts';

export const regions = { a: 'eu-west-1', b: 'eu-central-1' } as const;
export type Side = keyof typeof regions;
const other = (side: Side): Side => (side === 'a' ? 'b' : 'a');

/** Who reads any event here. */
export const consumer = 'monitor/on-it';

/** Milliseconds of both regions' clocks; nothing else moves them. */
export interface ManualClock {
  time: number;
}

/** Two regions of one account and the other cloud, with a hub's tables and the functions of its lease in each region. */
export async function startPair(endpoint: string) {
  const clock: ManualClock = { time: Date.now() };
  const now = { now: () => clock.time };
  const name = `pair-${randomUUID().slice(0, 8)}`;
  const tables = { a: name, b: `${name}-standby`, lease: `${name}-lease` };
  const clients = {
    a: new DynamoDBClient({ endpoint, region: regions.a, credentials }),
    b: new DynamoDBClient({ endpoint, region: regions.b, credentials }),
  };
  for (const side of ['a', 'b'] as const) {
    // Each hub's own, the other one's as its replica, and the region's vote.
    for (const table of [tables.a, tables.b, tables.lease]) await create(clients[side], table);
  }
  const { witness, close } = await startWitness();
  const measured: string[] = [];
  const calls = { keeper: new Set<string>(), follower: new Set<string>(), resync: new Set<string>() };
  const telemetry = {
    logger: silentLogger,
    measure: (what: string, value: number) => void measured.push(`${what} ${value}`),
    flush: () => undefined,
  };

  function hubOf(side: Side) {
    const register = createDynamoLease({ client: clients[side], table: tables.lease });
    const hub = regions[side];
    const by = (who: 'keeper' | 'follower' | 'resync', at: Side = side): DynamoDBClient => {
      const names: Readonly<Record<string, string>> = {
        [tables.lease]: at === side ? 'lease' : 'lease-there',
        [tables[side]]: 'own',
        [tables[other(side)]]: 'replica',
      };
      const client = new DynamoDBClient({ endpoint, region: regions[at], credentials });
      return record(client, calls[who], (table) => names[table] ?? table);
    };
    const fence = createHubLease({
      ...{ hub, table: tables.lease, clock: now, rememberMs: 0 },
      read: () => register.read(),
    });
    const votes = {
      own: createDynamoLease({ client: by('keeper'), table: tables.lease }),
      peer: createDynamoLease({ client: by('keeper', other(side)), table: tables.lease }),
    };
    const standbyOf = (who: Parameters<typeof by>[0]) => ({
      ...{ client: by(who), table: tables[side], replica: tables[other(side)], leaseTable: tables.lease, hub },
      ...{ clock: now, timer: systemTimer, random: Math.random, logger: silentLogger },
    });
    const keeper = createKeeper({
      tables: standbyOf('keeper'),
      preferred: side === 'a',
      registers: votes,
      witness,
      routes: { consumers: () => [consumer], match: () => [consumer] },
      telemetry,
      wait: () => Promise.reject(new Error('one look is enough here')),
    });
    // Enough for one look, and too little for a second.
    const ran = { getRemainingTimeInMillis: () => 10_000 };
    const store = { client: clients[side], table: tables[side], clock: now, fence };
    return {
      /** One look, and what comes with it. */
      look: () => keeper({}, ran),
      release: () => keeper({ release: true }, ran),
      follow: createFollower({ tables: standbyOf('follower'), register: fence, telemetry }),
      resync: () =>
        createResync({ tables: standbyOf('resync'), register: fence, telemetry })(
          {},
          { getRemainingTimeInMillis: () => 60_000 },
        ),
      records: createDynamoStore({ ...store, owner: 'monitor' }),
      accept: createOutboxPublisher({ ...store, owner: 'ingress', consumer: 'ingress/accept', newToken: randomUUID }),
    };
  }

  const streams = {
    own: {
      a: await openStream(endpoint, clients.a, tables.a, regions.a),
      b: await openStream(endpoint, clients.b, tables.b, regions.b),
    },
    replica: {
      a: await openStream(endpoint, clients.a, tables.b, regions.a),
      b: await openStream(endpoint, clients.b, tables.a, regions.b),
    },
  };
  const hubs = { a: hubOf('a'), b: hubOf('b') };

  /** What a global table does: one region's writes into its replica in the other, in order. */
  async function replicate(from: Side): Promise<void> {
    for (const { dynamodb } of await streams.own[from]()) {
      const { NewImage, Keys } = dynamodb;
      const to = { client: clients[other(from)], TableName: tables[from] };
      if (NewImage === undefined) {
        const Key = Keys as Record<string, AttributeValue>;
        await to.client.send(new DeleteItemCommand({ TableName: to.TableName, Key }));
      } else {
        const Item = imageOf(NewImage) as Record<string, AttributeValue>;
        await to.client.send(new PutItemCommand({ TableName: to.TableName, Item }));
      }
    }
  }

  /** The follower in the other region, with the replica's stream as Lambda hands it over. */
  const follow = async (side: Side) => hubs[side].follow({ Records: await streams.replica[side]() });

  return {
    ...{ clock, tables, clients, hubs, witness, measured, calls, close, replicate, follow },
    /** Until everything of both has come everywhere: what a follower writes is replicated, too. */
    async settle(): Promise<void> {
      for (let round = 0; round < 2; round++) {
        for (const from of ['a', 'b'] as const) {
          await replicate(from);
          await follow(other(from));
        }
      }
    },
  };
}

async function create(client: DynamoDBClient, TableName: string): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  );
}
