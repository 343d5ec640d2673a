import { hash } from 'node:crypto';
import type { DocumentRef } from '../../contracts/values.ts';

/** The stored form of a document: keys sorted, so that equal content has equal bytes and one reference. */
export function documentBody(value: unknown): { readonly ref: DocumentRef; readonly json: string } {
  const json = JSON.stringify(value, sortedKeys) as string | undefined;
  if (json === undefined) throw new TypeError('undefined and functions have no JSON form and cannot be a document');
  return { ref: { sha256: hash('sha256', json, 'hex'), bytes: Buffer.byteLength(json) }, json };
}

function sortedKeys(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
