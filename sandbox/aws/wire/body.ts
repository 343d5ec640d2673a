import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { AwsError } from './errors.ts';

/** Task definitions are the largest requests there are; ECS takes them up to 64 KiB, CloudWatch takes metrics up to 1 MiB. */
const maxBodyBytes = 1_048_576;

const tooLarge = () => new AwsError('RequestEntityTooLarge', `The body exceeds ${maxBodyBytes} bytes.`, 413);

/** Clients compress what CloudWatch is told as soon as it is worth it; the limit holds for what comes out, too. */
async function unpack(body: Buffer): Promise<Buffer> {
  try {
    return await promisify(gunzip)(body, { maxOutputLength: maxBodyBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
    throw new AwsError('SerializationException', `The body is not gzip: ${(error as Error).message}`);
  }
}

/** @throws AwsError when the body is too large or not what its encoding says. */
export async function readBody(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) throw tooLarge();
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  const packed = message.headers['content-encoding'] === 'gzip';
  return (packed ? await unpack(body) : body).toString('utf8');
}
