import { Stack } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { HubFunction } from './hub-function.ts';
import { leaseTable, tableArn, throughDynamo, type Pair } from './pair.ts';

/** Lets a function commit only under its region's lease, and tells it where that lies. By this it may never write it. */
export function fenceWithLease(fn: HubFunction, { shared }: Pick<Pair, 'shared'>, replicaKey: kms.IKey): void {
  const table = tableArn(fn, leaseTable(shared));
  fn.allow({ sid: 'Lease', actions: ['dynamodb:GetItem', 'dynamodb:ConditionCheckItem'], resources: [table] });
  fn.allow({ sid: 'LeaseKey', actions: ['kms:Decrypt'], ...throughDynamo(replicaKey) });
  fn.lambda.addEnvironment('HOMEOSTASIS_LEASE_TABLE', leaseTable(shared));
  fn.lambda.addEnvironment('HOMEOSTASIS_HUB', Stack.of(fn).region);
}
