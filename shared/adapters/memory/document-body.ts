import { hash } from 'node:crypto';
import type { DocumentRef } from '../../contracts/values.ts';

/** The stored form of a document: keys sorted, so that equal content has equal bytes and one reference. */
export function documentBody(value: unknown): { readonly ref: DocumentRef; readonly json: string } {
  const json = JSON.stringify(sorted(value)) as string | undefined;
  if (json === undefined) throw new TypeError('undefined and functions have no JSON form and cannot be a document');
  return { ref: { sha256: hash('sha256', json, 'hex'), bytes: Buffer.byteLength(json) }, json };
}

/** A copy, because a replacer function that sorts takes JSON.stringify twice as long. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const { toJSON } = value as { readonly toJSON?: unknown };
  if (typeof toJSON === 'function') return sorted(toJSON.call(value));
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value).sort()) {
    const part = sorted((value as Readonly<Record<string, unknown>>)[key]);
    // Assigned, this one name would be no key of the copy.
    if (key === '__proto__') Object.defineProperty(copy, key, { value: part, enumerable: true });
    else copy[key] = part;
  }
  return copy;
}
