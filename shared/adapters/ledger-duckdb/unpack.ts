import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { BillRefused, type IngestFile } from '../../ports/ledger.ts';
import { formatOf, type BillFormat } from '../bills/bill-format.ts';

export interface PlainFile {
  readonly path: string;
  /** For messages. */
  readonly name: string;
  readonly format: Exclude<BillFormat, 'csv-gzip'>;
}

/** A gzip of some megabytes can hold terabytes of nothing. */
export const mostUnpackedBytes = 64 * 2 ** 30;

/** The SHA-256 of a file; of a folder, that of its files' names and digests, so that a part added or changed is another version. */
export async function digestOf({ path }: IngestFile): Promise<string> {
  if (!(await stat(path)).isDirectory()) return fileDigest(path);
  const all = createHash('sha256');
  for (const name of await partsOf(path)) all.update(`${await fileDigest(join(path, name))}  ${name}\n`);
  return all.digest('hex');
}

async function partsOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((each) => each.isFile())
    .map(({ name }) => name)
    .sort();
}

async function fileDigest(path: string): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(path, 'r');
  try {
    // One buffer for the whole of it: a stream takes a new one for every piece, and they pile up faster than they are collected.
    const buffer = Buffer.allocUnsafe(1024 * 1024);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}

/** Files the engine can read in parallel. gzip is unpacked here: the engine takes the end of a cut one for the end of the bill. */
export async function unpack(file: IngestFile, folder: string): Promise<readonly PlainFile[]> {
  if (!(await stat(file.path)).isDirectory()) return [await unpackOne(file, join(folder, 'bill'))];
  const names = await partsOf(file.path);
  const plain: PlainFile[] = [];
  for (const [at, part] of names.entries()) {
    const path = join(file.path, part);
    const format = await formatOf(path);
    plain.push(await unpackOne({ path, format, name: `${file.name}${part}` }, join(folder, `part-${at}`)));
  }
  return plain;
}

async function unpackOne({ path, format, name }: IngestFile, to: string): Promise<PlainFile> {
  if ((await stat(path)).size === 0) throw new BillRefused(name, [{ message: `${name} is empty` }]);
  if (format !== 'csv-gzip') return { path, name, format };
  await gunzip(path, name, to);
  const inner = await formatOf(to);
  if (inner === 'csv-gzip') throw new BillRefused(name, [{ message: `${name} is gzip within gzip: pack it once` }]);
  return { path: to, name: basename(name), format: inner };
}

async function gunzip(path: string, name: string, to: string): Promise<void> {
  let bytes = 0;
  const bounded = new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length;
      done(bytes > mostUnpackedBytes ? new Error(`it unpacks to more than ${mostUnpackedBytes} bytes`) : null, chunk);
    },
  });
  try {
    await pipeline(createReadStream(path), createGunzip(), bounded, createWriteStream(to, { mode: 0o600 }));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== undefined && !code.startsWith('Z_')) throw error;
    const why = code === 'Z_BUF_ERROR' ? 'the file ends in the middle: fetch or export it again' : message;
    throw new BillRefused(name, [{ message: `${name} cannot be unpacked: ${why}` }]);
  }
}
