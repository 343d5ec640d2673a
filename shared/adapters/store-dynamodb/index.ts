import { randomUUID } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../ports/clock.ts';
import type { RecordStore } from '../../ports/record-store.ts';
import { packTransaction } from '../memory/measure.ts';
import { systemTimer, type Timer } from '../memory/timer.ts';
import { commitPlan, planCommit } from './commit.ts';
import { fenced, type Fence } from './fence.ts';
import { getRecord, listRecords } from './read.ts';

export { InvalidKey, isTransient, reaching, StoreUnavailable, TransactionInvalid } from './errors.ts';
export { fenced, leaseKey, reasonsUnder, underLease, type Fence, type Fencing } from './fence.ts';
export { itemBytes, journalItemOf, keyAttributes, outboxItemOf, readJournalItem, readOutboxItem } from './items.ts';
export type { Image, Item, OutboxEntry } from './items.ts';
export {
  copyKey,
  identityOf,
  journalKey,
  journalObject,
  journalPartition,
  journalPrefix,
  journalShards,
  markKey,
  outboxKey,
  outboxPartition,
  outboxShards,
  recordKey,
  type TableKey,
} from './keys.ts';
export { pauseAfter, type Patience } from './pause.ts';
export { tableDefinition } from './table.ts';

export interface DynamoStoreOptions {
  /** Carries region, credentials and retries; throttled requests are tried again by the SDK first. */
  readonly client: DynamoDBClient;
  readonly table: string;
  /** The service whose records these are: every partition key begins with it, so that a role can be held to it. */
  readonly owner: string;
  readonly clock: Clock;
  /** Processed marks older than this may be forgotten; a later redelivery would be handled again. Default 7 days. */
  readonly markTtlMs?: number;
  /** `eventual` costs half and may be a second behind: for what people look at, never for what a decision rests on. */
  readonly reads?: 'consistent' | 'eventual';
  /** Where there is a standby hub: every commit is conditional on this hub's lease. @throws NotTheActiveHub */
  readonly fence?: Fence;
  readonly timer?: Timer;
  readonly random?: () => number;
  readonly newToken?: () => string;
}

const week = 7 * 24 * 3600 * 1000;

/**
 * Records of one service in the hub's table: one TransactWriteItems commits records, processed mark and outgoing events. The prefix
 * given to `list` must hold the whole first segment of the keys ("deployment/" or longer).
 *
 * Beyond what the port names: NotTheActiveHub (give the event back), InvalidKey and TransactionInvalid (terminal: a defect), StoreUnavailable (try again).
 *
 * @example
 * const records = createDynamoStore({ client: new DynamoDBClient(), table: 'homeostasis', owner: 'monitor', clock: Date });
 */
export function createDynamoStore(options: DynamoStoreOptions): RecordStore {
  const { client, table, owner, clock, markTtlMs = week, reads = 'consistent', fence } = options;
  const { timer = systemTimer, random = Math.random, newToken = randomUUID } = options;
  const source = { client, table, owner, consistent: reads === 'consistent' };
  return {
    get: (key) => getRecord(source, key),
    list: (prefix, page) => listRecords(source, prefix, page),
    async commit(transaction) {
      const now = clock.now();
      const place = { table, owner, now, expires: Math.ceil((now + markTtlMs) / 1000) };
      await fenced(fence, now, async (fencing) => {
        const plan = planCommit(packTransaction(transaction), { ...place, ...(fencing && { fencing }) });
        // DynamoDB refuses a transaction of nothing.
        if (plan.items.length > 0) await commitPlan(client, plan, { timer, random, newToken });
      });
    },
  };
}
