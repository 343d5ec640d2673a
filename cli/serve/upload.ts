import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { flush } from '../../shared/adapters/flush.ts';
import { billReceived, uploadSource, type BillFile } from '../../shared/contracts/bill-received.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { EventBus } from '../../shared/ports/event-bus.ts';
import { originate } from '../../services/ingress/originate.ts';
import { ProblemError } from '../../services/ingress/problem.ts';
import type { TakeBill } from '../../services/ingress/upload.ts';

const digestLength = 16;
/** What its sender called the file that is kept as that. */
export const labelAt = (location: string): string => location.slice(digestLength + 1);

export interface UploadOptions {
  readonly inbox: string;
  readonly megabytes: number;
  readonly bus: Pick<EventBus, 'publish'>;
  readonly clock: Clock;
  readonly newId: () => string;
}

const types = [
  'text/csv',
  'application/gzip',
  'application/x-gzip',
  'application/vnd.apache.parquet',
  'application/x-ndjson',
  'application/octet-stream',
];

/**
 * Takes a bill as it is sent: to disk and no further before all of it is there, then says `bill.received`. The file is named by its
 * digest, so sending the same one again is the same file, which is read once.
 */
export function takeBills(options: UploadOptions): TakeBill {
  const most = options.megabytes * 1024 * 1024;
  return async (request, name) => {
    const label = labelOf(name);
    checkType(request.headers.get('content-type'));
    if (Number(request.headers.get('content-length') ?? 0) > most) throw tooLarge(options.megabytes);
    if (request.body === null) throw new ProblemError(400, 'Bad request', 'the body is the bill; there is none');
    const file = await keep(request.body as ReadableStream, label, { ...options, most });
    const id = options.newId();
    await options.bus.publish([{ event: originate(billReceived.draft({ file }), id, options) }]);
    return { id, file };
  };
}

function labelOf(name: string | undefined): string {
  if (name !== undefined && /^[\w][\w.-]{0,119}$/.test(name)) return name;
  const detail =
    'the query names the file: ?name=october.csv, at most 120 letters, digits, dots, underscores and hyphens';
  throw new ProblemError(422, 'Invalid request', detail, [{ field: 'name', detail }]);
}

function checkType(header: string | null): void {
  const type = (header ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (types.includes(type)) return;
  throw new ProblemError(
    415,
    'Unsupported Media Type',
    `content-type "${type}" is no bill; send one of ${types.join(', ')}`,
  );
}

const tooLarge = (megabytes: number): ProblemError =>
  new ProblemError(
    413,
    'Content Too Large',
    `a bill may have at most ${megabytes} MB (cost.uploadMegabytes); a larger one belongs into a source of cost.bills`,
  );

const senderGone = (): ProblemError =>
  new ProblemError(400, 'Bad request', 'the sender went away before all of the bill was here; nothing of it was kept');

interface Keeping extends UploadOptions {
  readonly most: number;
}

async function keep(body: ReadableStream, label: string, options: Keeping): Promise<BillFile> {
  const { inbox, most, megabytes, newId, clock } = options;
  await mkdir(inbox, { recursive: true, mode: 0o700 });
  const partial = join(inbox, `.${newId()}.part`);
  const hash = createHash('sha256');
  let bytes = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length;
      if (bytes > most) return done(tooLarge(megabytes));
      hash.update(chunk);
      done(null, chunk);
    },
  });
  try {
    await pipeline(Readable.fromWeb(body), counted, createWriteStream(partial, { mode: 0o600, flags: 'wx' }));
    const sha256 = hash.digest('hex');
    const location = `${sha256.slice(0, digestLength)}-${label}`;
    const writtenAt = clock.now();
    // By our clock: a file that is found later must not look newer than its event said.
    await utimes(partial, new Date(writtenAt), new Date(writtenAt));
    // A 202 says that it is durable.
    await flush(partial);
    await rename(partial, join(inbox, location));
    await flush(inbox);
    // Whoever finds the file later must come to the same version: the name has the digest.
    return { source: uploadSource, location, name: label, version: location, bytes, writtenAt };
  } catch (error) {
    // Nobody waits for this answer; but it is no failure of ours, and is not logged as one.
    if ((error as NodeJS.ErrnoException).code === 'ECONNRESET') throw senderGone();
    throw error;
  } finally {
    await rm(partial, { force: true });
  }
}
