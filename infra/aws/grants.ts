import { ledgerFolder } from './ledger-folder.ts';
import type { HubFunction } from './hub-function.ts';
import type { Storage } from './storage.ts';

/** Items whose partition key begins like this, as shared/adapters/store-dynamodb/keys.ts makes them. */
const owned = (owner: string): string => `${owner}#*`;

/** Leading keys bind every call that names items; the statement without any call that does not would be a scan, which nobody may. */
export function within(patterns: readonly string[]): Record<string, unknown> {
  return {
    'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [...patterns] },
    Null: { 'dynamodb:LeadingKeys': 'false' },
  };
}

/** What TransactWriteItems of puts, deletes and checks needs: the transaction has no permission of its own. */
const write = ['dynamodb:PutItem', 'dynamodb:DeleteItem', 'dynamodb:UpdateItem', 'dynamodb:ConditionCheckItem'];
const read = ['dynamodb:GetItem', 'dynamodb:Query'];

/** A service reads and writes what it owns: records, marks and outbox lie in partitions that begin with its name. */
export function ownRecords(of: HubFunction, { table }: Storage, owner: string = of.name): void {
  const actions = [...read, ...write];
  of.allow({ sid: 'OwnRecords', actions, resources: [table.tableArn], conditions: within([owned(owner)]) });
}

export function readRecords(of: HubFunction, { table }: Storage, owners: readonly string[]): void {
  const conditions = within(owners.map(owned));
  of.allow({ sid: 'ReadRecords', actions: read, resources: [table.tableArn], conditions });
}

export function someItems(
  of: HubFunction,
  { table }: Storage,
  {
    sid,
    actions,
    keys,
  }: { readonly sid: string; readonly actions: readonly string[]; readonly keys: readonly string[] },
): void {
  const named = actions.map((action) => `dynamodb:${action}`);
  of.allow({ sid, actions: named, resources: [table.tableArn], conditions: within(keys) });
}

/** Without the list, S3 answers 403 for a document that is missing. */
export function useDocuments(of: HubFunction, { documents }: Storage, how: 'read' | 'read and write'): void {
  of.allow({
    sid: 'Documents',
    actions: how === 'read' ? ['s3:GetObject'] : ['s3:GetObject', 's3:PutObject'],
    resources: [documents.arnForObjects('*')],
    why: 'Documents are named by their content: nobody knows the names before, and nobody can put another under one.',
  });
  // Bills lie in the same bucket, and are cost's alone.
  if (of.name !== 'cost') {
    const resources = [documents.arnForObjects(`${ledgerFolder}*`)];
    of.deny({ sid: 'NoBills', actions: ['s3:GetObject', 's3:PutObject'], resources });
  }
  of.allow({ sid: 'MissingDocuments', actions: ['s3:ListBucket'], resources: [documents.bucketArn] });
}

/** Table, bucket, queues and environment are encrypted with the hub's key. */
export function useKey(of: HubFunction, { key }: Storage): void {
  of.allow({ sid: 'Key', actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key.keyArn] });
}
