import { createHash } from 'node:crypto';
import { Hono, type Context } from 'hono';
import type { Face } from './face.ts';
import { examine } from './issuer.ts';

/** What the places hold: one FOCUS export, as a file and as a row of a table. */
export const bill = 'BilledCost,BillingCurrency\n1.25,USD\n';
export const file = 'focus/2026-11.csv';
export const places = {
  container: 'focus',
  bucket: 'my-billing-focus',
  project: 'my-billing',
  dataset: 'focus',
} as const;

/** Scopes that Google's services look for. */
const scopes = {
  storage: 'https://www.googleapis.com/auth/devstorage.read_only',
  bigquery: 'https://www.googleapis.com/auth/bigquery',
} as const;

/**
 * Where bills lie in the other clouds, for whoever has the right: Blob Storage takes tokens of Entra ID for its own audience, by their
 * signature; Cloud Storage and BigQuery take access tokens that the authority has given out, for their scope.
 */
export function billsFace(face: Face): Hono {
  return new Hono().route('/', blobFace(face)).route('/', storageFace(face)).route('/', bigQueryFace(face));
}

const etag = `"${createHash('md5').update(bill).digest('hex')}"`;
const written = 'Mon, 02 Nov 2026 03:04:05 GMT';

function blobFace({ trust, issuers, now }: Face): Hono {
  const app = new Hono();
  const blob = (context: Context, status: 200 | 401 | 403 | 412, code: string, body = ''): Response =>
    context.body(body, status, {
      'content-type': 'application/xml',
      ...(code === '' ? {} : { 'x-ms-error-code': code }),
    });

  async function refusal(context: Context): Promise<Response | undefined> {
    const bearer = (context.req.header('authorization') ?? '').replace(/^Bearer /, '');
    const trusted = { issuer: issuers.entra.url, audiences: ['https://storage.azure.com'], subjects: ['relay-object'] };
    const found = await examine(bearer, trusted, now());
    if (typeof found === 'string') return blob(context, 401, 'InvalidAuthenticationInfo');
    return trust.entra.readers.includes(String(found['azp']))
      ? undefined
      : blob(context, 403, 'AuthorizationPermissionMismatch');
  }

  app.get(`/bills/${places.container}`, async (context) => {
    const properties = `<Last-Modified>${written}</Last-Modified><Etag>${etag}</Etag><Content-Length>${bill.length}</Content-Length>`;
    const listed = `<Blob><Name>${file}</Name><Properties>${properties}<BlobType>BlockBlob</BlobType></Properties></Blob>`;
    const xml = `<?xml version="1.0" encoding="utf-8"?><EnumerationResults><Blobs>${listed}</Blobs><NextMarker/></EnumerationResults>`;
    return (await refusal(context)) ?? blob(context, 200, '', xml);
  });
  app.get(`/bills/${places.container}/${file}`, async (context) => {
    const refused = await refusal(context);
    if (refused !== undefined) return refused;
    if (context.req.header('if-match') !== etag) return blob(context, 412, 'ConditionNotMet');
    return context.body(bill, 200, { etag, 'content-length': String(bill.length), 'x-ms-blob-type': 'BlockBlob' });
  });
  return app;
}

/** Whether the caller has a token of an account that may read, for this scope. */
function refusedBy({ trust, access }: Face, scope: string, context: Context): Response | undefined {
  const token = access.get((context.req.header('authorization') ?? '').replace(/^Bearer /, ''));
  const error = (code: 401 | 403, message: string): Response => context.json({ error: { code, message } }, code);
  if (token === undefined) return error(401, 'Invalid Credentials');
  if (!token.scopes.includes(scope)) return error(403, 'Request had insufficient authentication scopes.');
  return trust.google.readers.includes(token.account) ? undefined : error(403, `${token.account} does not have access`);
}

function storageFace(face: Face): Hono {
  const app = new Hono();
  const object = { name: file, bucket: places.bucket, generation: '7', size: String(bill.length) };
  app.get(`/storage/v1/b/${places.bucket}/o`, (context) => {
    const items = [{ ...object, updated: new Date(written).toISOString() }];
    return refusedBy(face, scopes.storage, context) ?? context.json({ kind: 'storage#objects', items });
  });
  app.get(`/storage/v1/b/${places.bucket}/o/:name`, (context) => {
    const refused = refusedBy(face, scopes.storage, context);
    if (refused !== undefined) return refused;
    const { generation } = context.req.query();
    if (context.req.param('name') !== file || generation !== object.generation)
      return context.json({ error: { code: 404 } }, 404);
    return context.body(bill, 200, { 'x-goog-hash': `md5=${createHash('md5').update(bill).digest('base64')}` });
  });
  return app;
}

function bigQueryFace(face: Face): Hono {
  const app = new Hono();
  const root = `/bigquery/v2/projects/${places.project}`;
  const job = {
    jobReference: { projectId: places.project, jobId: 'job-1', location: 'EU' },
    status: { state: 'DONE' },
    statistics: { query: { totalBytesBilled: '1024' } },
  };
  const fields = [
    { name: 'BilledCost', type: 'NUMERIC', mode: 'NULLABLE' },
    { name: 'BillingCurrency', type: 'STRING', mode: 'NULLABLE' },
  ];
  const rows = [{ f: [{ v: '1.25' }, { v: 'USD' }] }];
  const answers = {
    [`${root}/jobs`]: job,
    // The client names its jobs itself.
    [`${root}/jobs/:job`]: job,
    [`${root}/queries/:job`]: {
      ...{ jobReference: job.jobReference, jobComplete: true, totalRows: '1' },
      ...{ schema: { fields }, rows },
    },
  };
  for (const [path, answer] of Object.entries(answers)) {
    app.all(path, (context) => refusedBy(face, scopes.bigquery, context) ?? context.json(answer));
  }
  return app;
}
