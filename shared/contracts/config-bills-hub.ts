import type { BillSourceConfig } from './config-bills.ts';

/** The cloud in which the hub has to be somebody to read the source: its role in AWS is nobody there. Pure. */
export function signsInTo(source: BillSourceConfig): 'azure' | 'gcp' | undefined {
  switch (source.kind) {
    case 'azure-blob':
      // A shared access signature is the right to read.
      return source.sas === undefined ? 'azure' : undefined;
    case 'azure-cost':
      return 'azure';
    case 'gcs':
    case 'bigquery':
      return 'gcp';
    case 'file':
    case 's3':
    case 'cost-explorer':
      return undefined;
  }
}

/** What to say of a source that the hub cannot read: a folder, or a place in a cloud that does not know the hub. Pure. */
export function hubCannotRead(source: BillSourceConfig): Error {
  const cloud = signsInTo(source);
  const why =
    cloud === undefined
      ? 'is a folder, which a control plane on that machine reads: put the files into a bucket, kind s3'
      : `is in ${cloud}, and hub.remote.${cloud} is missing: it says who is trusted there`;
  return new Error(`cost.bills ${source.name} ${why}`);
}
