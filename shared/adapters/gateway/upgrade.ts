import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream';
import type { Failure } from './attempt.ts';
import type { Endpoint } from './endpoint.ts';
import { endToEnd, originForm, requestHeaders } from './headers.ts';
import { refuseOnSocket } from './problem.ts';
import { next, noteFailure, refusalOf, type Surroundings } from './proxy.ts';
import { countAnswer } from './stats.ts';
import type { Entry } from './table.ts';

/** A client asks for another protocol (WebSocket) on its connection: joined to an endpoint's, byte by byte, until either ends. */
export async function upgrade(
  request: IncomingMessage,
  client: { readonly socket: Duplex; readonly head: Buffer },
  entry: Entry,
  around: Surroundings,
): Promise<void> {
  const { counters } = entry;
  const startedAt = around.clock.now();
  const count = (failed: boolean): void => countAnswer(counters, around.clock.now() - startedAt, failed);
  counters.requests += 1;
  client.socket.on('error', () => client.socket.destroy());
  let failed: { readonly endpoint: Endpoint; readonly failure: Failure } | undefined;
  for (let tries = 0; tries < 2; tries++) {
    const endpoint = next(entry, failed, around);
    if (endpoint === undefined) break;
    if (failed !== undefined) counters.retries += 1;
    const failure = await join(request, client, endpoint, around);
    // What comes after the handshake is a conversation, not an answer.
    if (failure === undefined) return count(false);
    failed = { endpoint, failure };
    noteFailure(endpoint, failure, around);
    if (!failure.unsent) break;
  }
  count(true);
  refuseOnSocket(client.socket, refusalOf(entry, failed?.failure));
}

function join(
  request: IncomingMessage,
  { socket, head }: { readonly socket: Duplex; readonly head: Buffer },
  endpoint: Endpoint,
  { limits, clock }: Surroundings,
): Promise<Failure | undefined> {
  endpoint.begin();
  return new Promise((resolve) => {
    const upstream = endpoint.request({
      method: request.method ?? 'GET',
      path: originForm(request),
      // Its own connection: what becomes a socket cannot go back to the pool.
      agent: false,
      headers: {
        ...requestHeaders(request, endpoint.url.host),
        connection: 'Upgrade',
        upgrade: request.headers.upgrade ?? '',
      },
    });
    let connected = false;
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      upstream.destroy(new Error(`${endpoint.url.origin} did not answer in time`));
    }, limits.responseTimeoutMs);
    upstream.once('socket', (to) => to.once('connect', () => (connected = true)));
    upstream.once('upgrade', (answer, far, farHead) => {
      clearTimeout(timer);
      endpoint.answered(clock.now());
      socket.write(headOf(answer, ['Connection', 'Upgrade', 'Upgrade', answer.headers.upgrade ?? '']));
      if (farHead.length > 0) socket.write(farHead);
      if (head.length > 0) far.write(head);
      pipeline(socket, far, socket, () => {
        socket.destroy();
        far.destroy();
        endpoint.end();
      });
      resolve(undefined);
    });
    // Refused by the endpoint itself: its answer is the answer.
    upstream.once('response', (answer) => {
      clearTimeout(timer);
      socket.write(headOf(answer, ['Connection', 'close']));
      pipeline(answer, socket, () => endpoint.end());
      resolve(undefined);
    });
    upstream.once('error', (error) => {
      clearTimeout(timer);
      endpoint.end();
      resolve({ error, unsent: !connected, stale: false, timedOut });
    });
    upstream.end();
  });
}

function headOf(answer: IncomingMessage, more: readonly string[]): string {
  const pairs = [...endToEnd(answer), ...more];
  const lines = pairs.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${pairs[index + 1] ?? ''}`] : []));
  const status = answer.statusCode ?? 502;
  return [`HTTP/1.1 ${status} ${answer.statusMessage ?? STATUS_CODES[status] ?? ''}`, ...lines, '', ''].join('\r\n');
}
