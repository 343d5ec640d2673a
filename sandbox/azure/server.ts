import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SandboxContext } from '../core/types.ts';
import type { Outcome, RawCall } from './dispatch.ts';
import type { Reply } from './http.ts';

/** Azure Resource Manager takes 4 MB and no more. */
const maximumBodyBytes = 4 * 1024 * 1024;

export interface ArmServer {
  readonly origin: string;
  close(): Promise<void>;
}

/** HTTPS on loopback: reads a bounded body, asks `dispatch`, writes the answer with ARM's headers. */
export async function listen(
  context: SandboxContext,
  port: number,
  dispatch: (raw: RawCall) => Promise<Outcome>,
): Promise<ArmServer> {
  const server = createServer({ key: context.tls.key, cert: context.tls.cert }, (request, response) => {
    serve(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await readBody(request);
    if (text === undefined) return write(request, response, tooLarge);
    const outcome = await dispatch(rawCall(request, server, text));
    await latency(context);
    if (outcome.kind === 'cut') response.destroy();
    else write(request, response, outcome.reply);
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    origin: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

const latency = ({ clock, timings }: SandboxContext): Promise<void> | undefined =>
  timings.apiLatencyMs === 0
    ? undefined
    : new Promise((resolve) => {
        clock.after(timings.apiLatencyMs, resolve);
      });

const tooLarge: Reply = {
  status: 413,
  headers: { connection: 'close' },
  body: {
    error: {
      code: 'RequestEntityTooLarge',
      message: `The request is larger than the maximum allowed size of ${maximumBodyBytes} bytes.`,
    },
  },
};

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maximumBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** Links must lead back to the name the client used (localhost or 127.0.0.1), or its certificate check may fail. */
function rawCall(request: IncomingMessage, server: Server, text: string): RawCall {
  const origin = `https://${request.headers.host ?? `127.0.0.1:${(server.address() as AddressInfo).port}`}`;
  // `az` and msrestazure join paths carelessly: `//metadata` means `/metadata`.
  const [path = '/', search = ''] = (request.url ?? '/').split(/\?(.*)/s);
  return {
    method: request.method ?? 'GET',
    origin,
    path: path.replaceAll(/\/{2,}/g, '/'),
    query: new URLSearchParams(search),
    headers: request.headers,
    text,
  };
}

function write(request: IncomingMessage, response: ServerResponse, reply: Reply): void {
  if (response.destroyed) return;
  const id = randomUUID();
  const clientId = request.headers['x-ms-client-request-id'];
  const headers: Record<string, string> = {
    'cache-control': 'no-cache',
    pragma: 'no-cache',
    expires: '-1',
    'strict-transport-security': 'max-age=31536000; includeSubDomains',
    'x-content-type-options': 'nosniff',
    'x-ms-request-id': id,
    'x-ms-correlation-request-id': firstOf(request.headers['x-ms-correlation-request-id']) ?? id,
    'x-ms-routing-request-id': `SANDBOX:${id}`,
  };
  if (request.headers['x-ms-return-client-request-id'] === 'true' && typeof clientId === 'string')
    headers['x-ms-client-request-id'] = clientId;
  if (reply.body !== undefined) headers['content-type'] = 'application/json; charset=utf-8';
  const body = reply.body === undefined ? '' : JSON.stringify(reply.body);
  if (reply.status !== 204) headers['content-length'] = String(Buffer.byteLength(body));
  response.writeHead(reply.status, { ...headers, ...reply.headers });
  response.end(body);
}

const firstOf = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);
