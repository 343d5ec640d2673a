import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Problem } from '../../ports/http.ts';

export interface Refusal {
  readonly status: number;
  readonly detail: string;
  readonly retryAfterSeconds?: number;
  readonly more?: Readonly<Record<string, unknown>>;
}

function bodyOf({ status, detail, more }: Refusal): string {
  const problem: Problem = { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail };
  return JSON.stringify({ ...problem, ...more });
}

/** RFC 9457. */
export function refuse(response: ServerResponse, refusal: Refusal): void {
  const body = bodyOf(refusal);
  response.writeHead(refusal.status, {
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
    ...(refusal.retryAfterSeconds === undefined ? {} : { 'retry-after': String(refusal.retryAfterSeconds) }),
  });
  response.end(body);
}

/** The same to a client that wanted to upgrade: there is only the bare connection to say it on. */
export function refuseOnSocket(socket: Socket | Duplex, refusal: Refusal): void {
  const body = bodyOf(refusal);
  const retry = refusal.retryAfterSeconds === undefined ? '' : `Retry-After: ${refusal.retryAfterSeconds}\r\n`;
  socket.end(
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? 'Error'}\r\nContent-Type: application/problem+json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n${retry}Connection: close\r\n\r\n${body}`,
  );
}
