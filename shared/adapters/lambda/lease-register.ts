import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { LeaseStore } from '../../ports/lease-store.ts';
import { createDynamoLease } from '../lease-dynamodb/index.ts';

/** Of one item in the function's own region: an answer that takes longer comes too late for whoever waits behind it. */
const timeoutMs = 2_000;

/** This region's register of the lease; functions read it, and only the keeper writes it. */
export function leaseRegister(table: string): Pick<LeaseStore, 'read'> {
  const client = new DynamoDBClient({ requestHandler: { requestTimeout: timeoutMs, connectionTimeout: timeoutMs } });
  return createDynamoLease({ client, table });
}
