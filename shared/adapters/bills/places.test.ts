import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileGone, type BillSource } from '../../ports/bill-source.ts';
import { Throttled, Unauthorized } from '../../ports/cloud-target.ts';
import { createAzureBlobSource } from '../bills-azure-blob/index.ts';
import { createFileSource } from '../bills-files/index.ts';
import { createGcsSource } from '../bills-gcs/index.ts';
import { createS3Source } from '../bills-s3/index.ts';

/** The official clients against servers that answer as the services document it, a page of two objects at a time. */
interface Stored {
  readonly key: string;
  content: string;
  readonly writtenAt: string;
}

type Answer = (request: IncomingMessage, response: ServerResponse, objects: Stored[]) => void;

const etagOf = ({ content }: Stored): string => createHash('md5').update(content).digest('hex');
const sizeOf = ({ content }: Stored): number => Buffer.byteLength(content);
const urlOf = (request: IncomingMessage): URL => new URL(request.url ?? '/', 'http://localhost');

function page(objects: readonly Stored[], after: string | null, prefix: string | null) {
  const matching = objects.filter(({ key }) => key.startsWith(prefix ?? ''));
  const from = after === null || after === '' ? 0 : Number(after);
  return { items: matching.slice(from, from + 2), next: from + 2 < matching.length ? String(from + 2) : undefined };
}

const answers: Readonly<Record<'s3' | 'azure-blob' | 'gcs', Answer>> = {
  s3: (request, response, objects) => {
    const { pathname, searchParams } = urlOf(request);
    if (searchParams.get('list-type') === '2') {
      const { items, next } = page(objects, searchParams.get('continuation-token'), searchParams.get('prefix'));
      const contents = items.map(
        (each) =>
          `<Contents><Key>${each.key}</Key><LastModified>${each.writtenAt}</LastModified><ETag>&quot;${etagOf(each)}&quot;</ETag><Size>${sizeOf(each)}</Size></Contents>`,
      );
      const more = next === undefined ? '' : `<NextContinuationToken>${next}</NextContinuationToken>`;
      response.setHeader('content-type', 'application/xml');
      response.end(
        `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IsTruncated>${next !== undefined}</IsTruncated>${more}${contents.join('')}</ListBucketResult>`,
      );
      return;
    }
    const found = objects.find(({ key }) => pathname === `/bucket/${key}`);
    const wanted = request.headers['if-match'];
    if (found === undefined || wanted !== `"${etagOf(found)}"`) {
      const code = found === undefined ? 'NoSuchKey' : 'PreconditionFailed';
      response.writeHead(found === undefined ? 404 : 412, { 'content-type': 'application/xml' });
      response.end(`<Error><Code>${code}</Code><Message>no</Message></Error>`);
      return;
    }
    response.setHeader('etag', `"${etagOf(found)}"`);
    response.end(found.content);
  },
  'azure-blob': (request, response, objects) => {
    const { pathname, searchParams } = urlOf(request);
    if (searchParams.get('comp') === 'list') {
      const { items, next = '' } = page(objects, searchParams.get('marker'), searchParams.get('prefix'));
      const blobs = items.map(
        (each) =>
          `<Blob><Name>${each.key}</Name><Properties><Last-Modified>${new Date(each.writtenAt).toUTCString()}</Last-Modified><Etag>${etagOf(each)}</Etag><Content-Length>${sizeOf(each)}</Content-Length><BlobType>BlockBlob</BlobType></Properties></Blob>`,
      );
      response.setHeader('content-type', 'application/xml');
      response.end(
        `<?xml version="1.0" encoding="utf-8"?><EnumerationResults ContainerName="bucket"><Blobs>${blobs.join('')}</Blobs><NextMarker>${next}</NextMarker></EnumerationResults>`,
      );
      return;
    }
    const found = objects.find(({ key }) => decodeURIComponent(pathname) === `/bucket/${key}`);
    if (found === undefined || request.headers['if-match'] !== `"${etagOf(found)}"`) {
      response.writeHead(found === undefined ? 404 : 412, {
        'x-ms-error-code': found === undefined ? 'BlobNotFound' : 'ConditionNotMet',
      });
      response.end();
      return;
    }
    response.writeHead(200, {
      etag: `"${etagOf(found)}"`,
      'content-length': sizeOf(found),
      'x-ms-blob-type': 'BlockBlob',
    });
    response.end(found.content);
  },
  gcs: (request, response, objects) => {
    const { pathname, searchParams } = urlOf(request);
    const generationOf = (each: Stored): string => String(parseInt(etagOf(each).slice(0, 8), 16));
    if (/\/b\/bucket\/o$/.test(pathname)) {
      const { items, next } = page(objects, searchParams.get('pageToken'), searchParams.get('prefix'));
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({
          kind: 'storage#objects',
          items: items.map((each) => ({
            name: each.key,
            bucket: 'bucket',
            generation: generationOf(each),
            size: String(sizeOf(each)),
            updated: each.writtenAt,
          })),
          ...(next === undefined ? {} : { nextPageToken: next }),
        }),
      );
      return;
    }
    const name = decodeURIComponent(pathname.replace(/^.*\/b\/bucket\/o\//, ''));
    const found = objects.find((each) => each.key === name && searchParams.get('generation') === generationOf(each));
    if (found === undefined) {
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { code: 404, message: 'No such object' } }));
      return;
    }
    response.setHeader('x-goog-hash', `md5=${createHash('md5').update(found.content).digest('base64')}`);
    response.end(found.content);
  },
};

const sources: Readonly<Record<keyof typeof answers, (endpoint: string) => BillSource>> = {
  s3: (endpoint) =>
    createS3Source({
      ...{ name: 'bills', bucket: 'bucket', prefix: 'out/', region: 'eu-west-1', endpoint },
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    }),
  'azure-blob': (url) => createAzureBlobSource({ name: 'bills', url, container: 'bucket', prefix: 'out/' }),
  gcs: (endpoint) => createGcsSource({ name: 'bills', bucket: 'bucket', prefix: 'out/', endpoint }),
};

describe.each(Object.keys(answers) as (keyof typeof answers)[])('%s', (kind) => {
  let server: Server;
  let folder: string;
  let objects: Stored[];
  let refusing: number | undefined;
  let source: BillSource;

  beforeEach(async () => {
    objects = ['out/a.csv', 'out/b.csv', 'out/c.csv', 'out/d.txt', 'other/e.csv'].map((key) => ({
      ...{ key, content: `content of ${key}`, writtenAt: '2026-11-02T03:04:05.000Z' },
    }));
    refusing = undefined;
    server = createServer((request, response) => {
      if (refusing === undefined) return answers[kind](request, response, objects);
      response.writeHead(refusing, { 'retry-after': '0' });
      response.end();
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    source = sources[kind](`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    folder = await mkdtemp(join(tmpdir(), 'place-'));
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('lists every page below the prefix, and brings exactly what was listed', async () => {
    const files = await source.list(new Date());
    expect(files.map(({ location }) => location)).toEqual(['out/a.csv', 'out/b.csv', 'out/c.csv']);
    expect(files[0]).toMatchObject({ source: 'bills', bytes: 20, writtenAt: Date.parse('2026-11-02T03:04:05Z') });
    const [, second] = files;
    const fetched = await source.fetch(second as (typeof files)[number], folder);
    expect(fetched).toMatchObject({ format: 'csv', requests: 0, requestMicros: 0 });
    expect(await readFile(fetched.path, 'utf8')).toBe('content of out/b.csv');
  });

  it('says that a file is gone, or is another by now', async () => {
    const [first, second] = await source.list(new Date());
    objects[0] = { ...(objects[0] as Stored), content: 'changed' };
    objects.splice(1, 1);
    await expect(source.fetch(first as never, folder)).rejects.toBeInstanceOf(FileGone);
    await expect(source.fetch(second as never, folder)).rejects.toBeInstanceOf(FileGone);
  });

  it('tells a refusal, which somebody must mend', async () => {
    refusing = 403;
    const error: unknown = await source.list(new Date()).catch((each: unknown) => each);
    expect(error).toBeInstanceOf(Unauthorized);
    expect((error as Error).message).toContain('bill source bills');
  });
});

it('a blob container is read by a signature that changes, and is not told in what goes wrong', async () => {
  const seen: (string | null)[] = [];
  const server = createServer((request, response) => {
    seen.push(urlOf(request).searchParams.get('sig'));
    if (seen.at(-1) !== 'hunter2-two') {
      response.writeHead(403, { 'x-ms-error-code': 'AuthenticationFailed' });
      response.end();
      return;
    }
    answers['azure-blob'](request, response, []);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const signatures = ['?sv=2024-11-04&sig=hunter2-one', 'sv=2024-11-04&sig=hunter2-two'];
  const source = createAzureBlobSource({
    ...{ name: 'bills', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, container: 'bucket' },
    signature: () => Promise.resolve(signatures.shift() ?? ''),
  });
  const refused: unknown = await source.list(new Date()).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(Unauthorized);
  expect(inspect(refused, { depth: 10 })).not.toContain('hunter2');
  await expect(source.list(new Date())).resolves.toEqual([]);
  expect(new Set(seen)).toEqual(new Set(['hunter2-one', 'hunter2-two']));
  server.close();
});

it('S3 that asks us to slow down is asked later', async () => {
  const server = createServer((_, response) => {
    response.writeHead(429, { 'content-type': 'application/xml' });
    response.end('<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const source = sources.s3(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  await expect(source.list(new Date())).rejects.toBeInstanceOf(Throttled);
  server.close();
});

describe('files', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'files-'));
    await mkdir(join(folder, 'in', 'below'), { recursive: true });
    await writeFile(join(folder, 'in', 'a.csv'), 'a');
    await writeFile(join(folder, 'in', 'below', 'b.csv'), 'b');
    await writeFile(join(folder, 'secret.csv'), 'secret');
    await symlink(join(folder, 'secret.csv'), join(folder, 'in', 'out.csv'));
    await symlink(join(folder, 'in', 'a.csv'), join(folder, 'in', 'inside.csv'));
    await symlink(join(folder, 'nowhere'), join(folder, 'in', 'broken.csv'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('are found below a folder, links to elsewhere are not', async () => {
    const files = await createFileSource({ name: 'f', path: join(folder, 'in') }).list(new Date());
    expect(files.map(({ location }) => location).sort()).toEqual(['a.csv', 'below/b.csv', 'inside.csv']);
  });

  it('may be one file, and are copied', async () => {
    const source = createFileSource({ name: 'f', path: join(folder, 'secret.csv') });
    const [file] = await source.list(new Date());
    const { path } = await source.fetch(file as never, join(folder, 'to'));
    expect([path.startsWith(join(folder, 'to')), await readFile(path, 'utf8')]).toEqual([true, 'secret']);
    await rm(join(folder, 'secret.csv'));
    await expect(source.list(new Date())).rejects.toThrow('bill source f');
    expect(await readdir(join(folder, 'to', 'parts'))).toHaveLength(1);
  });
});
