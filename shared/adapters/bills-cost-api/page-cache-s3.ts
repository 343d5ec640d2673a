import { GetObjectCommand, ListObjectsV2Command, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { randomUUID } from 'node:crypto';
import type { CostPage } from './cost-api.ts';
import type { PageCache, PageKey } from './page-cache.ts';

export interface S3PageCacheOptions {
  readonly bucket: string;
  /** In front of every object's name, with its slash: `ledger/cost-apis/<source>/`. */
  readonly prefix: string;
  /** Default: one of the environment's region and credentials. */
  readonly client?: S3Client;
}

/**
 * Pages that were paid for, and how many requests a day has paid for, as objects in S3: what runs elsewhere, or next, does not pay
 * again. Each paid request is an object of its own, so that two who pay at once are both counted.
 */
export function s3PageCache({ bucket, prefix, client = new S3Client({}) }: S3PageCacheOptions): PageCache {
  const pageAt = ({ month, asOf, number }: PageKey): string => `${prefix}${month}/${asOf}/${number}.json`;
  const spentAt = (day: string): string => `${prefix}spent/${day}/`;
  const put = (Key: string, Body: string) => client.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
  return {
    async read(key) {
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: pageAt(key) }));
        return JSON.parse((await Body?.transformToString()) ?? '') as CostPage;
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
    async keep(key, page) {
      // Counted first: a crash in between must not make a paid request look free.
      await put(`${spentAt(key.asOf)}${randomUUID()}`, pageAt(key));
      await put(pageAt(key), JSON.stringify(page));
    },
    async spent(day) {
      let count = 0;
      let token: string | undefined;
      do {
        const page = await client.send(
          new ListObjectsV2Command({ Bucket: bucket, Prefix: spentAt(day), ContinuationToken: token }),
        );
        count += page.KeyCount ?? 0;
        token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
      } while (token !== undefined);
      return count;
    },
  };
}
