/** What two clouds call the same thing: write an object only if it is still the one that was read. */
export interface Dialect {
  /** Headers of every request. */
  readonly always: Readonly<Record<string, string>>;
  /** The version of the object in an answer. */
  readonly versionHeader: string;
  /** Headers of a write that is refused unless that version, or nothing, stands there. */
  onlyIf(version: string | undefined): Readonly<Record<string, string>>;
  /** Answers to a write that mean: something else stands there. */
  readonly refused: readonly number[];
  /** Query of a request for one page of the names of objects that begin with `prefix`. */
  list(prefix: string, marker: string | undefined): string;
  /** The element of the answer that holds a name, and the one that holds where the next page begins. */
  readonly listed: { readonly name: string; readonly next: string };
}

/**
 * Cloud Storage by its XML API. Generations, because there `If-Match` on an ETag holds for reads only.
 * Source: https://cloud.google.com/storage/docs/request-preconditions
 */
export const gcs: Dialect = {
  always: {},
  versionHeader: 'x-goog-generation',
  onlyIf: (generation) => ({ 'x-goog-if-generation-match': generation ?? '0' }),
  refused: [412],
  list: (prefix, marker) => query({ 'list-type': '2', prefix, 'continuation-token': marker }),
  listed: { name: 'Key', next: 'NextContinuationToken' },
};

/**
 * Azure Blob Storage. A conditional creation of what exists is told with 409 BlobAlreadyExists.
 * Source: https://learn.microsoft.com/rest/api/storageservices/specifying-conditional-headers-for-blob-service-operations
 */
export const azureBlob: Dialect = {
  always: { 'x-ms-version': '2023-11-03', 'x-ms-blob-type': 'BlockBlob' },
  versionHeader: 'etag',
  onlyIf: (etag) => (etag === undefined ? { 'if-none-match': '*' } : { 'if-match': etag }),
  refused: [409, 412],
  list: (prefix, marker) => query({ restype: 'container', comp: 'list', prefix, marker }),
  listed: { name: 'Name', next: 'NextMarker' },
};

function query(fields: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as [string, string]],
  );
  return new URLSearchParams(given).toString();
}
