import { GetObjectCommand, ListObjectsV2Command, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import type { Readable } from 'node:stream';
import { FileGone, type BillSource } from '../../ports/bill-source.ts';
import { Throttled, Unauthorized } from '../../ports/cloud-target.ts';
import type { PlaceObject } from '../bills/parts.ts';
import { createPlaceSource, writeStream } from '../bills/place-source.ts';

export interface S3SourceOptions {
  readonly name: string;
  readonly bucket: string;
  readonly prefix?: string;
  readonly region: string;
  /** Another server that speaks S3; it is then asked by path. */
  readonly endpoint?: string;
  /** Default: the SDK's own chain. */
  readonly credentials?: S3ClientConfig['credentials'];
}

/** Bills in an S3 bucket, as AWS Data Exports writes them. Needs `s3:ListBucket` and `s3:GetObject`. */
export function createS3Source({ name, bucket, prefix, region, endpoint, credentials }: S3SourceOptions): BillSource {
  const client = new S3Client({
    region,
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    ...(credentials === undefined ? {} : { credentials }),
  });
  const where = `bill source ${name}: s3://${bucket}/${prefix ?? ''}`;
  return createPlaceSource({
    name,
    objects: () => listed(client, { bucket, prefix }).catch((error: unknown) => Promise.reject(meaning(error, where))),
    download: async ({ key, version }, to) => {
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, IfMatch: version }));
        await writeStream(Body as Readable, to);
      } catch (error) {
        throw meaning(error, `${where}, ${key}`);
      }
    },
  });
}

interface Listing {
  readonly bucket: string;
  readonly prefix: string | undefined;
}

async function listed(client: S3Client, { bucket, prefix }: Listing): Promise<PlaceObject[]> {
  const found: PlaceObject[] = [];
  let token: string | undefined;
  do {
    const page = await client.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token }),
    );
    for (const { Key, ETag, Size, LastModified } of page.Contents ?? []) {
      if (Key === undefined || ETag === undefined) continue;
      found.push({ key: Key, version: ETag, bytes: Size ?? 0, writtenAt: LastModified?.getTime() ?? 0 });
    }
    token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
  return found;
}

const gone = ['NoSuchKey', 'NotFound', 'PreconditionFailed'];
const refused = [
  'AccessDenied',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'ExpiredToken',
  'CredentialsProviderError',
  'Forbidden',
];

/** Amazon's codes as what the caller does about them. */
function meaning(error: unknown, where: string): Error {
  const { name, message, $metadata } = error as Error & { readonly $metadata?: { readonly httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode;
  if (gone.includes(name) || status === 412) return new FileGone(`${where} is gone or has changed`, { cause: error });
  if (refused.includes(name) || status === 403) {
    return new Unauthorized(`${where}: ${message}; it takes s3:ListBucket and s3:GetObject`, { cause: error });
  }
  if (name === 'SlowDown' || status === 503 || status === 429) {
    return new Throttled(`${where}: ${message}`, 30_000, { cause: error });
  }
  return error as Error;
}
