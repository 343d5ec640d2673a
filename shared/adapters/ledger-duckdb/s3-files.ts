import {
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { createReadStream, createWriteStream } from 'node:fs';
import { copyFile, rename, rm, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../../ports/clock.ts';
import { createLocalCopies, type LocalCopies } from './local-copies.ts';
import type { LedgerFiles } from './ledger-files.ts';

export interface S3FilesOptions {
  readonly bucket: string;
  /** In front of every object's name, with its slash: `ledger/files/`. */
  readonly prefix: string;
  /** For copies of what is read, which the engine reads. They may be taken away at any time between two uses. */
  readonly folder: string;
  readonly clock: Clock;
  /** Most that copies may take; default 2 GiB. What was used last is kept longest. */
  readonly mostBytes?: number;
  /** Default: one of the environment's region and credentials. */
  readonly client?: S3Client;
}

/** The SDK cannot send a stream again; what is sent again here is read anew. */
const attempts = 3;

/**
 * Ledger files as objects in S3, each written once: a name follows from the bytes of the bill and the rules they were read by, so that
 * whoever comes second with the same name has the same rows. Read through copies on this machine, since the engine has no client.
 *
 * Needs s3:GetObject, s3:PutObject and s3:DeleteObject below the prefix, and s3:ListBucket for it: without, S3 hides that an object is
 * missing behind AccessDenied.
 */
export function s3Files(options: S3FilesOptions): LedgerFiles {
  const { bucket, prefix, folder, clock, mostBytes = 2 * 2 ** 30, client = new S3Client({}) } = options;
  const copies = createLocalCopies({ folder, mostBytes, clock });
  const object = (name: string) => ({ Bucket: bucket, Key: `${prefix}${name}` });
  const where = (name: string): string => `s3://${bucket}/${prefix}${name}`;

  async function upload(name: string, path: string): Promise<'written' | 'there'> {
    for (let attempt = 1; ; attempt++) {
      try {
        const { size } = await stat(path);
        const Body = createReadStream(path);
        await client.send(new PutObjectCommand({ ...object(name), Body, ContentLength: size, IfNoneMatch: '*' }));
        return 'written';
      } catch (error) {
        const status = statusOf(error);
        if (status === 412) return 'there';
        if (!mayPass(status) || attempt === attempts) throw error;
      }
    }
  }

  return {
    folders: [folder],
    async put(name, from) {
      // An equal one may have been written with its rows in another order: only what is kept may be read.
      if ((await upload(name, from)) === 'there') await rm(from, { force: true });
      else await keepCopy(copies, name, from);
    },
    local: (name) =>
      copies.of(name, async (fresh, room) => {
        try {
          const { Body, ContentLength = 0 } = await client.send(new GetObjectCommand(object(name)));
          await room(ContentLength);
          await pipeline(Body as Readable, createWriteStream(fresh, { mode: 0o600 }));
          await mustBeWhole(fresh, ContentLength, where(name));
        } catch (error) {
          if (!(error instanceof NoSuchKey)) throw error;
          throw new Error(`${where(name)} is not there: restore it, or import its bill again`, { cause: error });
        }
      }),
    async delete(name) {
      await client.send(new DeleteObjectCommand(object(name)));
      await copies.forget(name);
    },
    async readNote(name) {
      try {
        const { Body } = await client.send(new GetObjectCommand(object(name)));
        return await Body?.transformToString();
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
    async writeNote(name, text) {
      await client.send(new PutObjectCommand({ ...object(name), Body: text, ContentType: 'application/json' }));
    },
  };
}

/** What was just written is asked for next. */
async function keepCopy(copies: LocalCopies, name: string, from: string): Promise<void> {
  const { size } = await stat(from);
  await copies.of(name, async (fresh, room) => {
    await room(size);
    await rename(from, fresh).catch(() => copyFile(from, fresh));
  });
  await rm(from, { force: true });
}

async function mustBeWhole(path: string, bytes: number, where: string): Promise<void> {
  const { size } = await stat(path);
  if (size !== bytes)
    throw new Error(`of ${where} ${size} of ${bytes} bytes came: it is read again with the next attempt`);
}

/** No answer, trouble of S3's own, or two writers at once (409): whoever asks again finds it written. */
const mayPass = (status: number | undefined): boolean => status === undefined || status === 409 || status >= 500;

const statusOf = (error: unknown): number | undefined =>
  error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
