import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
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

/** Primary key of the register's one item. */
export const leaseKey: TableKey = { pk: 'lease', sk: 'hub' };

/** @throws NotTheActiveHub without asking DynamoDB, when the lease is somebody else's as far as is known. */
export async function fencingOf(fence: Fence, now: number): Promise<Fencing> {
  const { table, hub } = fence;
  const lease = await fence.lease();
  if (lease === undefined || lease.holder !== hub || lease.released === true || lease.beat < 2 || lease.until <= now) {
    fence.forget();
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
