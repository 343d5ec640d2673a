import {
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type DynamoDBClient,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import { limits, TransactionTooLarge } from '../../ports/record-store.ts';
import type { Packed, PackedTransaction, PackedWrite } from '../memory/measure.ts';
import { verdictOf, type Part } from './cancellation.ts';
import { reaching, StoreUnavailable } from './errors.ts';
import { underLease, type Fencing } from './fence.ts';
import { companionOf, itemBytes, keyAttributes, markItem, outboxItemOf, recordItem, type Companion } from './items.ts';
import { identityOf, recordKey } from './keys.ts';
import { pauseAfter, type Patience } from './pause.ts';

/** What DynamoDB is asked for, and what each item of it is for. */
export interface Plan {
  readonly items: readonly TransactWriteItem[];
  readonly parts: readonly Part[];
}

interface Place {
  readonly table: string;
  readonly owner: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** When the mark may be forgotten, in seconds since the epoch. */
  readonly expires: number;
  /** What the commit is conditional on besides, where there is a second hub. */
  readonly fencing?: Fencing;
}

type Step = readonly [item: TransactWriteItem, part: Part];

const absent = 'attribute_not_exists(pk)';

/** @throws RecordTooLarge, TransactionTooLarge, InvalidKey, before anything is asked. */
export function planCommit(
  { mark, writes, events }: PackedTransaction,
  { table, owner, now, expires, fencing }: Place,
): Plan {
  // DynamoDB takes one operation for an item; the same event twice is one event, as it is on every bus.
  const once = [...new Map(events.map((packed) => [identityOf(packed.event), packed])).values()];
  const steps: Step[] = writes.map((write) => {
    const { key, expectedVersion } = write;
    return [planWrite(write, table, owner), { kind: 'record', key, expectedVersion }];
  });
  if (mark !== undefined) {
    const Item = markItem(owner, mark, expires, fencing === undefined ? [] : companionsOf({ writes, once }, owner));
    steps.unshift([{ Put: { TableName: table, Item, ConditionExpression: absent } }, { kind: 'mark', mark }]);
  }
  for (const packed of once) {
    const Item = outboxItemOf(owner, packed, now);
    steps.push([{ Put: { TableName: table, Item } }, { kind: 'outbox', id: packed.event.id }]);
  }
  const bytes = steps.reduce((sum, [{ Put }]) => sum + itemBytes(Put?.Item ?? {}), 0);
  if (bytes > limits.transactionBytes) throw new TransactionTooLarge(`${bytes} bytes`);
  const items = steps.map(([item]) => item);
  const parts = steps.map(([, part]) => part);
  return fencing === undefined || items.length === 0 ? { items, parts } : fenced({ items, parts }, fencing);
}

function fenced({ items, parts }: Plan, fencing: Fencing): Plan {
  const all = underLease(items, fencing);
  if (all.length > limits.transactionItems) {
    throw new TransactionTooLarge(`${all.length} items with the check of the hub's lease`);
  }
  return { items: all, parts: [{ kind: 'lease', hub: fencing.hub, epoch: fencing.epoch }, ...parts] };
}

interface Outcome {
  readonly writes: readonly PackedWrite[];
  readonly once: readonly Packed[];
}

/** What of an outcome can be found in the other hub's table. A deletion leaves nothing to find. */
function companionsOf({ writes, once }: Outcome, owner: string): readonly Companion[] {
  const records = writes.flatMap(({ key, expectedVersion, json }): Companion[] => {
    const { pk, sk } = recordKey(owner, key);
    return json === undefined ? [] : [[pk, sk, expectedVersion + 1]];
  });
  return [...records, ...once.map(({ event }) => companionOf(event))];
}

function planWrite({ key, expectedVersion, json }: PackedWrite, TableName: string, owner: string): TransactWriteItem {
  const condition = {
    TableName,
    // What stands there instead is told with the refusal: nobody has to ask for it.
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
    ...(expectedVersion === 0
      ? { ConditionExpression: absent }
      : {
          ConditionExpression: '#version = :expected',
          ExpressionAttributeNames: { '#version': 'version' },
          ExpressionAttributeValues: { ':expected': { N: String(expectedVersion) } },
        }),
  };
  if (json === undefined) return { Delete: { ...condition, Key: keyAttributes(recordKey(owner, key)) } };
  return { Put: { ...condition, Item: recordItem(owner, { key, version: expectedVersion + 1, json }) } };
}

export interface Attempts extends Patience {
  readonly newToken: () => string;
}

/** Cancelled for a conflict or for throttling, a transaction is tried this often, with up to 1.5 s of waiting in all. */
const maximumAttempts = 6;

/**
 * Sends a plan. Every attempt has a token of its own, which the SDK repeats when it sends the request again because no answer came:
 * so a lost answer is given again, and two writers with equal contents are still two.
 * @throws VersionConflict, AlreadyProcessed, TransactionInvalid, StoreUnavailable
 */
export async function commitPlan(client: DynamoDBClient, plan: Plan, attempts: Attempts): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const codes = await tryPlan(client, plan, attempts.newToken());
    if (codes === undefined) return;
    if (attempt === maximumAttempts) {
      throw new StoreUnavailable(`transaction cancelled ${attempt} times (${codes}); try again`);
    }
    await pauseAfter(attempt, attempts);
  }
}

/** @returns nothing when it is committed, else the codes that ask for another attempt. */
async function tryPlan(client: DynamoDBClient, { items, parts }: Plan, token: string): Promise<string | undefined> {
  const command = new TransactWriteItemsCommand({ TransactItems: [...items], ClientRequestToken: token });
  try {
    await reaching('commit', () => client.send(command));
    return undefined;
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const verdict = verdictOf(error.CancellationReasons ?? [], parts);
    if (verdict.kind === 'refused') throw verdict.error;
    return verdict.codes === '' ? error.message : verdict.codes;
  }
}
