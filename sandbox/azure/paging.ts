import { badRequest } from './errors.ts';
import type { Call, Reply } from './http.ts';

/** `{value, nextLink}` with an opaque `$skiptoken`; the link keeps every other query parameter of the call. */
export function page(call: Call, items: readonly unknown[], size: number): Reply {
  const start = decode(call.query.get('$skiptoken'));
  const end = start + size;
  if (end >= items.length) return { status: 200, body: { value: items.slice(start) } };
  const query = new URLSearchParams(call.query);
  query.set('$skiptoken', Buffer.from(`offset:${end}`).toString('base64url'));
  return { status: 200, body: { value: items.slice(start, end), nextLink: `${call.origin}${call.path}?${query}` } };
}

function decode(token: string | null): number {
  if (token === null) return 0;
  const match = /^offset:(\d+)$/.exec(Buffer.from(token, 'base64url').toString());
  if (!match) throw badRequest('InvalidSkipToken', `The skip token '${token}' is invalid.`);
  return Number(match[1]);
}
