import { Stack } from 'aws-cdk-lib';
import type { BillSourceConfig } from '../../shared/contracts/config-bills.ts';
import { signedInTo, type CostOptions } from './cost-options.ts';
import { ownRecords, useDocuments } from './grants.ts';
import type { Grant, HubFunction } from './hub-function.ts';
import { ledgerFolder } from './ledger-folder.ts';
import type { RemoteDeployers } from './options.ts';
import type { Storage } from './storage.ts';
import { audienceOf, mayIdentify } from './witness.ts';

/** A bill is unpacked and read where it lies; at 2,048 MB a function has more than one processor. Lambda's longest time. */
export const costSize = { memory: 2048, seconds: 900, storageMiB: 4096 } as const;
/** One event at a time, because a bill takes the whole function; two of them, so that a bill holds up no other event. */
export const costReading = { seconds: costSize.seconds, batchSize: 1, atOnce: 2, oldestSeconds: 7200 } as const;

export interface Accounting {
  readonly cost: CostOptions;
  readonly remote: RemoteDeployers;
}

/** Reads bills and price lists where the configuration says they are, and keeps the ledger. */
export function mayAccount(fn: HubFunction, storage: Storage, { cost, remote }: Accounting): void {
  ownRecords(fn, storage);
  useDocuments(fn, storage, 'read');
  fn.allow({
    sid: 'Ledger',
    actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
    resources: [storage.documents.arnForObjects(`${ledgerFolder}*`)],
    why: 'Ledger files are named by the bills that are read; their folder binds them.',
  });
  const { partition } = Stack.of(fn);
  for (const grant of cost.bills.flatMap((source, index) => grantsFor(source, { partition, index }))) fn.allow(grant);
  if (cost.awsPrices) fn.allow(anywhere('PriceList', 'pricing:GetProducts', 'Price lists are no resources.'));
  if (cost.bills.some(({ kind }) => kind === 'cost-explorer')) {
    fn.allow(
      anywhere(
        'CostExplorer',
        'ce:GetCostAndUsage',
        'Cost Explorer knows no resource for a question about the account.',
      ),
    );
  }
  const clouds = signedInTo(cost.bills);
  if (clouds.length > 0) {
    mayIdentify(
      fn,
      clouds.map((cloud) => audienceOf(cloud, remote)),
    );
  }
}

/** Exactly the objects below the prefix. */
function grantsFor(
  source: BillSourceConfig,
  { partition, index }: { readonly partition: string; readonly index: number },
): readonly Grant[] {
  if (source.kind !== 's3') return [];
  const { bucket, prefix = '' } = source;
  const arn = `arn:${partition}:s3:::${bucket}`;
  const conditions = { StringLike: { 's3:prefix': `${prefix}*` } };
  return [
    {
      sid: `Bills${index}`,
      actions: ['s3:GetObject'],
      resources: [`${arn}/${prefix}*`],
      why: 'Whoever exports bills names their files; the configured bucket and prefix bind them.',
    },
    { sid: `ListBills${index}`, actions: ['s3:ListBucket'], resources: [arn], conditions },
  ];
}

const anywhere = (sid: string, action: string, why: string): Grant => ({
  sid,
  actions: [action],
  resources: ['*'],
  why,
});
