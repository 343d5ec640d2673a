import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Endpoint } from './endpoint.ts';
import { hasBody, originForm, requestHeaders } from './headers.ts';
import type { GatewayLimits } from './options.ts';

export type Attempt =
  | { readonly kind: 'answered'; readonly upstream: ClientRequest; readonly answer: IncomingMessage }
  | { readonly kind: 'failed'; readonly failure: Failure };

export interface Failure {
  readonly error: Error;
  /** Nothing was sent: trying elsewhere cannot do it twice. */
  readonly unsent: boolean;
  /** The kept connection had been closed by the other side; says nothing of its health. */
  readonly stale: boolean;
  readonly timedOut: boolean;
}

/**
 * Sends the request to one endpoint and waits for the head of the answer. The body is read from the client only once the
 * connection stands, so that a refused connection leaves the whole request to be sent elsewhere.
 */
export function attempt(
  request: IncomingMessage,
  response: ServerResponse,
  endpoint: Endpoint,
  limits: GatewayLimits,
): Promise<Attempt> {
  return new Promise((resolve) => {
    const upstream = endpoint.request({
      method: request.method ?? 'GET',
      path: originForm(request),
      headers: requestHeaders(request, endpoint.url.host),
    });
    let connected = false;
    let timedOut = false;
    const expire = (): void => {
      timedOut = true;
      upstream.destroy(new Error(`${endpoint.url.origin} did not answer in time`));
    };
    let timer = setTimeout(expire, limits.connectTimeoutMs);
    upstream.once('socket', (socket: Socket) => {
      whenConnected(socket, endpoint.url.protocol === 'https:', () => {
        connected = true;
        clearTimeout(timer);
        if (upstream.destroyed) return;
        timer = setTimeout(expire, limits.responseTimeoutMs);
        if (hasBody(request)) request.pipe(upstream);
        else upstream.end();
      });
    });
    const clientGone = (): void => void upstream.destroy(new Error('the client went away'));
    response.once('close', clientGone);
    upstream.once('response', (answer) => {
      clearTimeout(timer);
      response.off('close', clientGone);
      resolve({ kind: 'answered', upstream, answer });
    });
    upstream.on('error', (error) => {
      clearTimeout(timer);
      response.off('close', clientGone);
      request.unpipe(upstream);
      const failure = { error, unsent: !connected, stale: upstream.reusedSocket && !timedOut, timedOut };
      resolve({ kind: 'failed', failure });
    });
  });
}

export function whenConnected(socket: Socket, secure: boolean, run: () => void): void {
  if (socket.connecting) socket.once(secure ? 'secureConnect' : 'connect', run);
  else run();
}

const idempotentMethods = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE']);

/** Whether sending it a second time is safe: it was not sent, or doing it twice is doing it once and the body is still whole. */
export function mayRetry(request: IncomingMessage, { unsent, timedOut }: Failure): boolean {
  if (unsent) return true;
  return !timedOut && mayRepeat(request);
}

function mayRepeat(request: IncomingMessage): boolean {
  return idempotentMethods.has(request.method ?? '') && !hasBody(request);
}

/** What a balancer answers when nothing stands behind it: somebody else may do better, where asking twice does no harm. */
const nobodyThere = new Set([502, 503, 504]);

export function mayDoBetter(request: IncomingMessage, status: number | undefined): boolean {
  return status !== undefined && nobodyThere.has(status) && mayRepeat(request);
}
