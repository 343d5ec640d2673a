import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { createS3Documents, DocumentDamaged } from '../../shared/adapters/documents-s3/index.ts';
import { DocumentMissing } from '../../shared/ports/document-store.ts';
import { createBucket, s3At } from './moto-clients.ts';
import { startWire, type Course, type Passing } from './wire.ts';

const endpoint = inject('motoEndpoint');
const ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function subject(course: (passing: Passing, asked: readonly Passing[]) => Course = () => ({ kind: 'pass' })) {
  const asked: Passing[] = [];
  const direct = s3At(endpoint);
  const bucket = await createBucket(direct);
  const wire = await startWire(endpoint, (passing) => {
    asked.push(passing);
    return course(passing, asked);
  });
  const client = s3At(wire.endpoint);
  ends.push(
    () => direct.destroy(),
    wire.close,
    () => client.destroy(),
  );
  return { direct, bucket, asked, documents: createS3Documents({ client, bucket, prefix: 'documents/' }) };
}

const conflict: Course = {
  kind: 'answer',
  status: 409,
  body: '<Error><Code>ConditionalRequestConflict</Code><Message>A conflicting operation occurred</Message></Error>',
};

describe('documents in s3', () => {
  it('are written once, under their hash, and never again', async () => {
    const { direct, bucket, documents, asked } = await subject();
    const { sha256 } = await documents.put({ b: 1, a: 2 });
    const written = async () =>
      (await direct.send(new ListObjectsV2Command({ Bucket: bucket }))).Contents?.map(({ Key, LastModified }) => [
        Key,
        LastModified,
      ]);
    const first = await written();
    expect(first?.map(([key]) => key)).toEqual([`documents/${sha256}`]);
    await Promise.all([1, 2, 3].map(() => documents.put({ a: 2, b: 1 })));
    expect(await written()).toEqual(first);
    expect(asked.filter(({ method }) => method === 'PUT').length).toBe(4);
    const { ContentType } = await direct.send(new GetObjectCommand({ Bucket: bucket, Key: `documents/${sha256}` }));
    expect(ContentType).toBe('application/json');
  });

  it('are read only when they are what was written', async () => {
    const { direct, bucket, documents } = await subject();
    const ref = await documents.put({ a: 1 });
    await direct.send(new PutObjectCommand({ Bucket: bucket, Key: `documents/${ref.sha256}`, Body: '{"a":2}' }));
    const error = await documents.get(ref).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(DocumentDamaged);
    expect(error).toMatchObject({ terminal: true });
    await expect(documents.get({ sha256: 'f'.repeat(64), bytes: 1 })).rejects.toBeInstanceOf(DocumentMissing);
  });

  it('are put again when two writers met, and when no answer came', async () => {
    const met = await subject(({ method }, asked) =>
      method === 'PUT' && asked.length === 1 ? conflict : { kind: 'pass' },
    );
    expect(await met.documents.get(await met.documents.put({ a: 1 }))).toEqual({ a: 1 });
    const lost = await subject(({ method }, asked) =>
      method === 'PUT' && asked.length === 1 ? { kind: 'lose-answer' } : { kind: 'pass' },
    );
    expect(await lost.documents.get(await lost.documents.put({ a: 1 }))).toEqual({ a: 1 });
    const never = await subject(() => conflict);
    await expect(never.documents.put({ a: 1 })).rejects.toMatchObject({ $metadata: { httpStatusCode: 409 } });
    expect(never.asked.length).toBe(3);
  });

  it('hand on what S3 refuses: a bucket that is not there is no missing document', async () => {
    const client = s3At(endpoint);
    ends.push(() => client.destroy());
    const documents = createS3Documents({ client, bucket: 'nobody-made-it' });
    await expect(documents.get({ sha256: 'f'.repeat(64), bytes: 1 })).rejects.toMatchObject({ name: 'NoSuchBucket' });
    await expect(documents.put({ a: 1 })).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });
});
