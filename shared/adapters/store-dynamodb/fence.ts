import type { CancellationReason, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { Lease } from '../../ports/lease-store.ts';
import { NotTheActiveHub } from '../../ports/lease-store.ts';
import { keyAttributes } from './items.ts';
import type { TableKey } from './keys.ts';

/** Where the hub's lease lies in its own region. It must be a table that is not replicated: each region's register is a vote. */
export interface Fence {
  readonly table: string;
  /** This hub's region. */
  readonly hub: string;
  /** The lease as it was read last; asked for again after a refusal. */
  lease(): Promise<Lease | undefined>;
  /** The lease is not what was read: whatever is remembered of it is to be forgotten. */
  forget(): void;
}

/** One commit's share of it. */
export interface Fencing {
  readonly table: string;
  readonly hub: string;
  readonly epoch: number;
  /** Milliseconds of this region's clock. */
  readonly now: number;
}

/** As far as is known without asking: what the check below asks of the register. A first beat is a claim, the second confirms it. */
export function isUsable(lease: Lease, { hub, now }: Pick<Fencing, 'hub' | 'now'>): boolean {
  return lease.holder === hub && lease.released !== true && lease.beat > 1 && lease.until > now;
}

/** Primary key of the register's one item. */
export const leaseKey: TableKey = { pk: 'lease', sk: 'hub' };

/** @throws NotTheActiveHub without asking DynamoDB, when the lease is somebody else's as far as is known. */
export async function fencingOf(fence: Fence, now: number): Promise<Fencing> {
  const { table, hub } = fence;
  const lease = await fence.lease();
  if (lease === undefined || !isUsable(lease, { hub, now })) {
    throw new NotTheActiveHub(hub, undefined);
  }
  return { table, hub, epoch: lease.epoch, now };
}

/** The register must still say what it said, at the moment of the commit; in one transaction with everything else. */
export function fenceCheck({ table, hub, epoch, now }: Fencing): TransactWriteItem {
  return {
    ConditionCheck: {
      TableName: table,
      Key: keyAttributes(leaseKey),
      ConditionExpression:
        'holder = :hub AND epoch = :epoch AND beat > :claim AND #until > :now AND attribute_not_exists(released)',
      ExpressionAttributeNames: { '#until': 'until' },
      ExpressionAttributeValues: {
        ':hub': { S: hub },
        ':epoch': { N: String(epoch) },
        // The first beat is a claim, the second confirms it.
        ':claim': { N: '1' },
        ':now': { N: String(Math.ceil(now)) },
      },
    },
  };
}

/**
 * A transaction under the lease: the check of it comes first, and every item tells its epoch, which the other hub's follower lets it
 * in by. One item more than without; as it was where there is no second hub.
 */
export function underLease(items: readonly TransactWriteItem[], fencing: Fencing | undefined): TransactWriteItem[] {
  if (fencing === undefined) return [...items];
  const epoch = { N: String(fencing.epoch) };
  const stamped = items.map((item) =>
    item.Put === undefined ? item : { Put: { ...item.Put, Item: { ...item.Put.Item, epoch } } },
  );
  return [fenceCheck(fencing), ...stamped];
}

/** Why the items behind the check were cancelled, by position. @throws NotTheActiveHub when it was the check */
export function reasonsUnder(
  fencing: Fencing | undefined,
  reasons: readonly CancellationReason[],
): readonly CancellationReason[] {
  if (fencing === undefined) return reasons;
  const [check, ...others] = reasons;
  if (check?.Code === 'ConditionalCheckFailed') throw new NotTheActiveHub(fencing.hub, fencing.epoch);
  return others;
}

/** Does something under the lease; what is remembered of it is forgotten when that was refused. @throws NotTheActiveHub */
export async function fenced<T>(
  fence: Fence | undefined,
  now: number,
  work: (under: Fencing | undefined) => Promise<T>,
): Promise<T> {
  if (fence === undefined) return work(undefined);
  try {
    return await work(await fencingOf(fence, now));
  } catch (error) {
    if (error instanceof NotTheActiveHub) fence.forget();
    throw error;
  }
}
