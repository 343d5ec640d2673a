import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';

/** Meant for one connection, not for the next (RFC 9110 section 7.6.1). */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Headers that a `Connection` header names are hop by hop as well. */
function named(message: IncomingMessage): Set<string> {
  const listed = (message.headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase());
  return new Set(listed.filter((name) => name !== ''));
}

/** Name, value, name, value: as received, in order, repeated where repeated, without what is hop by hop. */
export function endToEnd(message: IncomingMessage): string[] {
  const dropped = named(message);
  const kept: string[] = [];
  for (let index = 0; index + 1 < message.rawHeaders.length; index += 2) {
    const name = message.rawHeaders[index] ?? '';
    if (hopByHop.has(name.toLowerCase()) || dropped.has(name.toLowerCase())) continue;
    kept.push(name, message.rawHeaders[index + 1] ?? '');
  }
  return kept;
}

export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** What the endpoint is sent: its own host name (clouds route by it), and where the request came from. */
export function requestHeaders(request: IncomingMessage, host: string): OutgoingHttpHeaders {
  const headers: Record<string, string[]> = {};
  const pairs = endToEnd(request);
  for (let index = 0; index + 1 < pairs.length; index += 2) {
    const name = (pairs[index] ?? '').toLowerCase();
    (headers[name] ??= []).push(pairs[index + 1] ?? '');
  }
  return { ...headers, host, ...forwarded(request), ...framing(request) };
}

function forwarded({ headers, socket }: IncomingMessage): Record<string, string> {
  const before = headers['x-forwarded-for'];
  const client = socket.remoteAddress ?? 'unknown';
  return {
    'x-forwarded-for': before === undefined ? client : `${String(before)}, ${client}`,
    'x-forwarded-host': String(headers['x-forwarded-host'] ?? headers.host ?? ''),
    'x-forwarded-proto': String(headers['x-forwarded-proto'] ?? 'http'),
    'x-forwarded-port': String(socket.localPort ?? ''),
  };
}

/** Node frames a body only for methods that usually have one; the client's framing decides. */
function framing({ headers }: IncomingMessage): Record<string, string> {
  return headers['transfer-encoding'] === undefined ? {} : { 'transfer-encoding': 'chunked' };
}

/**
 * The target of the request as an origin server gets it. A client that takes us for its proxy sends a whole URL (RFC 9112, 3.2.2): how
 * names under .localhost are reached by programs that do not know them, Prometheus with `proxy_url` for one.
 */
export function originForm({ url = '/' }: IncomingMessage): string {
  const found = /^https?:\/\/[^/?#]+(.*)$/i.exec(url);
  if (found === null) return url;
  const [, rest = ''] = found;
  return rest.startsWith('/') ? rest : `/${rest}`;
}
