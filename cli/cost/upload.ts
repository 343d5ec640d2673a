import { createReadStream, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { Transform } from 'node:stream';
import { call, type Connection } from '../client.ts';
import { CliError, exitCode } from '../exit.ts';

/** What the control plane said when it had all of a file. */
export interface Uploaded {
  /** Of the event; the correlation of all that comes of it. */
  readonly id: string;
  readonly file: {
    readonly source: string;
    readonly location: string;
    readonly name?: string;
    readonly version: string;
    readonly bytes: number;
  };
}

const types: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  gz: 'application/gzip',
  parquet: 'application/vnd.apache.parquet',
  ndjson: 'application/x-ndjson',
  jsonl: 'application/x-ndjson',
};

/** The file is read as it is sent: it may be larger than memory. @param told of the bytes that have been sent */
export async function upload(connection: Connection, file: string, told: (bytes: number) => void): Promise<Uploaded> {
  const bytes = sizeOf(file);
  const { body } = await call<Uploaded>(connection, {
    method: 'POST',
    path: '/v1/cost/bills',
    query: { name: labelOf(file) },
    content: contentOf(file, told),
    headers: {
      'content-type': types[/\.(\w+)$/.exec(file)?.[1]?.toLowerCase() ?? ''] ?? 'application/octet-stream',
      ...(bytes === undefined ? {} : { 'content-length': String(bytes) }),
    },
  });
  return body;
}

/** Undefined for standard input, whose end nobody knows. @throws CliError where there is no such file */
export function sizeOf(file: string): number | undefined {
  if (file === '-') return undefined;
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) throw new CliError(exitCode.badInput, `${file}: there is no such file`);
  if (!found.isFile()) {
    throw new CliError(
      exitCode.badInput,
      `${file}: it is no file; the parts of an export in a folder belong into a source of cost.bills`,
    );
  }
  return found.size;
}

/** What a bill may be called there: other letters of its name become hyphens. */
export function labelOf(file: string): string {
  if (file === '-') return 'standard-input';
  const label = basename(file)
    .replace(/[^\w.-]/g, '-')
    .replace(/^[^\w]+/, '');
  // The end tells the kind, and is kept.
  return label === '' ? 'bill' : label.slice(-120).replace(/^[^\w]+/, '');
}

function contentOf(file: string, told: (bytes: number) => void): () => Readable {
  let begun = false;
  return () => {
    if (file === '-' && begun) {
      throw new CliError(
        exitCode.failed,
        'standard input cannot be sent twice, and the control plane was busy: try again',
      );
    }
    begun = true;
    return (file === '-' ? process.stdin : createReadStream(file)).pipe(counting(told));
  };
}

function counting(told: (bytes: number) => void): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length;
      told(bytes);
      done(null, chunk);
    },
  });
}
