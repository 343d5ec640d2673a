import { hash } from 'node:crypto';
import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3ServiceException, type S3Client } from '@aws-sdk/client-s3';
import type { DocumentRef } from '../../contracts/values.ts';
import { DocumentMissing, type DocumentStore } from '../../ports/document-store.ts';
import { documentBody } from '../memory/document-body.ts';

export interface S3DocumentsOptions {
  readonly client: S3Client;
  readonly bucket: string;
  /** In front of every object's name, such as `documents/`; default none. */
  readonly prefix?: string;
}

/** What the bucket holds under a hash is not what was hashed. Waiting does not mend it: restore the object's earlier version. */
export class DocumentDamaged extends Error {
  override readonly name = 'DocumentDamaged';
  readonly terminal = true;
  constructor({ sha256, bytes }: DocumentRef, found: DocumentRef) {
    super(
      `document ${sha256} (${bytes} bytes) reads as ${found.sha256} (${found.bytes} bytes): ` +
        'somebody else wrote it; restore its first version',
    );
  }
}

/** S3 answers so when two writers put one object at once: whoever asks again finds it written. */
const conflictAttempts = 3;

/**
 * Documents as objects named by the SHA-256 of their bytes, the same reference for the same content as on every other store.
 * An object is written once and never again: a bucket needs no rule but that nobody deletes what is referred to.
 *
 * Beyond what the port names: DocumentDamaged. The role needs s3:ListBucket besides s3:GetObject: without it S3 hides
 * that an object is missing behind AccessDenied.
 *
 * @example
 * const documents = createS3Documents({ client: new S3Client(), bucket: 'homeostasis-documents' });
 */
export function createS3Documents({ client, bucket, prefix = '' }: S3DocumentsOptions): DocumentStore {
  const place = (sha256: string) => ({ Bucket: bucket, Key: `${prefix}${sha256}` });

  async function write({ ref, json }: ReturnType<typeof documentBody>): Promise<void> {
    const command = new PutObjectCommand({
      ...place(ref.sha256),
      Body: json,
      ContentType: 'application/json',
      // S3 compares it with what arrived, so that a document is either whole or absent.
      ChecksumSHA256: Buffer.from(ref.sha256, 'hex').toString('base64'),
      IfNoneMatch: '*',
    });
    for (let attempt = 1; ; attempt++) {
      try {
        await client.send(command);
        return;
      } catch (error) {
        const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
        // Precondition failed: equal content has been stored before.
        if (status === 412) return;
        if (status !== 409 || attempt === conflictAttempts) throw error;
      }
    }
  }

  async function read(sha256: string): Promise<Uint8Array> {
    try {
      const { Body } = await client.send(new GetObjectCommand(place(sha256)));
      return (await Body?.transformToByteArray()) ?? new Uint8Array();
    } catch (error) {
      if (error instanceof NoSuchKey) throw new DocumentMissing(sha256);
      throw error;
    }
  }

  return {
    async put(value) {
      const body = documentBody(value);
      await write(body);
      return body.ref;
    },
    async get<T>(ref: DocumentRef): Promise<T> {
      const bytes = await read(ref.sha256);
      const found = { sha256: hash('sha256', bytes, 'hex'), bytes: bytes.byteLength };
      if (found.sha256 !== ref.sha256) throw new DocumentDamaged(ref, found);
      return JSON.parse(Buffer.from(bytes).toString()) as T;
    },
  };
}
