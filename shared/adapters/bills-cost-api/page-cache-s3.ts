import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { randomUUID } from 'node:crypto';
import type { CostPage } from './cost-api.ts';
import { isOver, type Kept, type PageCache, type PageKey } from './page-cache.ts';

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
  async function keysBelow(below: string): Promise<string[]> {
    const keys: string[] = [];
    let token: string | undefined;
    do {
      const page = await client.send(
        new ListObjectsV2Command({ Bucket: bucket, Prefix: below, ContinuationToken: token }),
      );
      for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.push(Key);
      token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
    return keys;
  }
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
    async keep(key, page, day) {
      // Counted first: a crash in between must not make a paid request look free.
      await put(`${spentAt(day)}${randomUUID()}`, pageAt(key));
      await put(pageAt(key), JSON.stringify(page));
    },
    spent: async (day) => (await keysBelow(spentAt(day))).length,
    async forget(read) {
      for (const Key of await keysBelow(prefix)) {
        const kept = keptAt(Key.slice(prefix.length));
        if (kept !== undefined && isOver(kept, read)) {
          await client.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
        }
      }
    },
  };
}

/** What an object is, by its name; undefined for one that is not ours. */
function keptAt(name: string): Kept | undefined {
  const [, spentOn] = /^spent\/(\d{4}-\d{2}-\d{2})\//.exec(name) ?? [];
  if (spentOn !== undefined) return { spentOn };
  const [, month, asOf] = /^(\d{4}-\d{2})\/(\d{4}-\d{2}-\d{2})\//.exec(name) ?? [];
  return month === undefined || asOf === undefined ? undefined : { month, asOf };
}
