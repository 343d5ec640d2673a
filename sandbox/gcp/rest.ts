import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { call } from './api.ts';
import { asRpcError, invalidArgument, RegionDown, RpcError, toHttpError } from './status.ts';
import { transcode } from './transcoding.ts';
import { writeMessage } from './wire-write.ts';
import type { World } from './world.ts';

/** A call as it arrived. Through an HTTP proxy the request line carries the whole URL: then its host tells the region. */
export interface RestCall {
  readonly verb: string;
  readonly url: URL;
  readonly body: unknown;
}

export interface RestAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** A second view on the same store (v1); undefined when the path is none of its own. */
export type RestView = (world: World, request: RestCall) => Promise<RestAnswer | undefined>;

export interface RestOptions {
  readonly port: number;
  readonly authorize: (authorization: string | undefined) => void;
  readonly views: readonly RestView[];
}

/** Google's front end takes more, but nothing that Cloud Run accepts is larger. */
const largestBody = 2 * 1024 * 1024;

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBody) throw invalidArgument([], `Request payload size exceeds the limit: ${largestBody} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parseBody(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw invalidArgument(
      [],
      `Invalid JSON payload received. ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function wantsInts(query: URLSearchParams): boolean {
  const alt = query.get('$alt') ?? query.get('alt') ?? 'json';
  const [form = '', ...settings] = alt.split(';');
  if (form !== 'json') throw invalidArgument([], `Unsupported response format: '${alt}'. Use alt=json.`);
  return settings.includes('enum-encoding=int');
}

async function viaV2(world: World, request: RestCall): Promise<RestAnswer | undefined> {
  const enumsAsInts = wantsInts(request.url.searchParams);
  const found = transcode(request.verb, request.url, request.body);
  if (!found) return undefined;
  const message = await call(world, found.rpc, found.request);
  return { status: 200, body: writeMessage(found.rpc.response, message, { enumsAsInts }) };
}

/** The page Google serves for a path no API has. */
const unknownPath = (path: string): string =>
  `<!DOCTYPE html>\n<html lang=en>\n<title>Error 404 (Not Found)!!1</title>\n<p>The requested URL <code>${encodeURI(path)}</code> was not found on this server.\n`;

function send(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

async function answer(
  world: World,
  options: RestOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  options.authorize(request.headers.authorization);
  const url = new URL(request.url ?? '/', `http://${request.headers.host ?? '127.0.0.1'}`);
  const rest: RestCall = { verb: request.method ?? 'GET', url, body: parseBody(await readBody(request)) };
  for (const view of [...options.views, viaV2]) {
    const found = await view(world, rest);
    if (!found) continue;
    send(response, found.status, 'application/json; charset=UTF-8', JSON.stringify(found.body, null, 2));
    return;
  }
  send(response, 404, 'text/html; charset=UTF-8', unknownPath(url.pathname));
}

function fail(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (error instanceof RegionDown) {
    request.socket.destroy();
    return;
  }
  const { status, body } = toHttpError(asRpcError(error));
  // What is left of a refused body is not read: the connection ends with the answer.
  if (!request.complete) response.setHeader('connection', 'close');
  send(response, status, 'application/json; charset=UTF-8', JSON.stringify(body, null, 2));
}

export async function startRest(
  world: World,
  options: RestOptions,
): Promise<{ readonly port: number; readonly server: Server }> {
  const server = createServer((request, response) => {
    answer(world, options, request, response).catch((error: unknown) => fail(request, response, error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  return { port: (server.address() as AddressInfo).port, server };
}

/** 401 in Google's words; the caller decides whether a token is wanted at all. */
export const unauthenticated = (): RpcError =>
  new RpcError(
    'UNAUTHENTICATED',
    'Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.',
  );
