import type { ClientRequest, IncomingMessage, request } from 'node:http';
import type { Readable } from 'node:stream';
import type { Problem } from '../shared/ports/http.ts';
import { untilTaken, type Pacing } from './again.ts';
import { defaultUrl, tokenFor, type Connection } from './connection.ts';
import { CliError, exitCode } from './exit.ts';

export { connect, defaultDataFolder, defaultUrl, type Connection, type ConnectionOptions } from './connection.ts';

export interface Call {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: string;
  /** In place of a body what is too large to hold: opened anew for each time that it is sent. */
  readonly content?: () => Readable;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
}

/**
 * One request, sent again for a while when the answer is "not now" (again.ts). Node's own http instead of fetch: a command should not pay for loading a browser's client.
 * @throws CliError unreachable, bad input for 4xx (with the problem's detail), failed for 5xx.
 */
export async function call<T>(connection: Connection, what: Call, pacing?: Pacing): Promise<Answer<T>> {
  const { status, body } = await exchange(connection, what, pacing);
  if (status >= 400) throw refused({ status, body, what }, connection);
  return { status, body: body as T };
}

/** The same for what may not be there: then undefined. */
export async function find<T>(connection: Connection, what: Call): Promise<T | undefined> {
  const { status, body } = await exchange(connection, what);
  if (status === 404) return undefined;
  if (status >= 400) throw refused({ status, body, what }, connection);
  return body as T;
}

async function exchange(connection: Connection, what: Call, pacing?: Pacing): Promise<Answer<unknown>> {
  return untilTaken(async () => {
    const response = await open(connection, what);
    const status = response.statusCode ?? 0;
    const body = parse(await textOf(response, connection));
    if (!isOurs(status, body)) throw notOurs(status, connection, hostsOf(body));
    return { status, body, retryAfter: response.headers['retry-after'] };
  }, pacing);
}

/** Why a stream was not opened. */
export async function refusalOf(response: IncomingMessage, connection: Connection, what: Call): Promise<CliError> {
  const status = response.statusCode ?? 0;
  const body = parse(await textOf(response, connection));
  return isOurs(status, body)
    ? refused({ status, body, what }, connection)
    : notOurs(status, connection, hostsOf(body));
}

/**
 * A control plane answers in JSON and never elsewhere, and says what is wrong as a problem (RFC 9457). Its traffic gateway does so
 * too, and lists its hosts. A failure before its own code (a hub's front door) is a failure of its own, not somebody else.
 */
function isOurs(status: number, body: unknown): boolean {
  if (body === undefined || (status >= 300 && status < 400)) return false;
  if (status < 400) return typeof body === 'object';
  if (status >= 500) return true;
  if (refusals.has(status) && 'message' in problemOf(body)) return true;
  const { type, status: stated } = problemOf(body);
  return typeof type === 'string' && stated === status && hostsOf(body) === undefined;
}

/** What API Gateway says before the hub's own code runs: no token of its issuers, or too many requests. */
const refusals: ReadonlySet<number> = new Set([401, 403, 429]);

function problemOf(body: unknown): Partial<Problem> {
  return typeof body === 'object' && body !== null ? body : {};
}

/** The hosts that a gateway lists when it is asked for one that it does not know. */
function hostsOf(body: unknown): readonly string[] | undefined {
  const { hosts } = problemOf(body) as { readonly hosts?: readonly string[] };
  return Array.isArray(hosts) ? hosts : undefined;
}

async function textOf(response: IncomingMessage, connection: Connection): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of response) chunks.push(chunk as Buffer);
  } catch (error) {
    throw unreachable(connection, error as NodeJS.ErrnoException);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** How long a control plane may take to begin its answer: none of its answers waits for a cloud. Milliseconds. */
const patience = 30_000;

/** Opens the answer as a stream (server-sent events). */
export async function open(connection: Connection, what: Call, signal?: AbortSignal): Promise<IncomingMessage> {
  const target = new URL(`${connection.url}${what.path}`);
  for (const [name, value] of Object.entries(what.query ?? {})) {
    if (value !== undefined) target.searchParams.set(name, String(value));
  }
  const token = await tokenFor(connection, target);
  const send = requestOf(target.protocol);
  return new Promise((resolve, reject) => {
    const outgoing = send(
      target,
      {
        method: what.method ?? 'GET',
        ...(signal === undefined ? {} : { signal }),
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(what.body === undefined ? {} : { 'content-length': Buffer.byteLength(what.body) }),
          ...what.headers,
        },
      },
      (response) => {
        clearTimeout(timer);
        resolve(response);
      },
    );
    let timer: NodeJS.Timeout | undefined;
    const begin = (): void => {
      timer = setTimeout(() => outgoing.destroy(new Error(`no answer within ${patience / 1000} s`)), patience);
    };
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      reject(unreachable(connection, error));
    });
    if (what.content === undefined) {
      begin();
      outgoing.end(what.body);
    } else {
      stream(what.content(), outgoing, begin, reject);
    }
  });
}

/** Sending may take long, so patience begins when all is sent. A refusal may come earlier: the rest is then kept. */
function stream(content: Readable, outgoing: ClientRequest, sent: () => void, failed: (error: Error) => void): void {
  outgoing.once('finish', sent);
  outgoing.once('response', (response) => {
    outgoing.off('finish', sent);
    content.destroy();
    response.once('end', () => outgoing.destroy());
  });
  content.once('error', (error) => {
    outgoing.destroy();
    failed(error);
  });
  content.pipe(outgoing);
}

/**
 * Importing node:http reads all its exports, and one of them loads a browser's client (undici, 45 ms): got this way, only what is
 * used is read.
 */
function requestOf(protocol: string): typeof request {
  if (protocol === 'https:') return process.getBuiltinModule('node:https').request;
  return process.getBuiltinModule('node:http').request;
}

/** Undefined for what is not JSON: then it is not the control plane that answers. */
function parse(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unreachable({ url }: Connection, { code, message }: NodeJS.ErrnoException): CliError {
  return new CliError(
    exitCode.unreachable,
    `cannot reach the control plane at ${url} (${code ?? message}): start it with "npm start", or name it with --hub`,
  );
}

function notOurs(status: number, { url }: Connection, hosts: readonly string[] | undefined): CliError {
  const what =
    hosts === undefined
      ? `${url} answers (status ${status}), but is not a control plane`
      : `${url} answers, but is not a control plane: it is the gateway that carries the traffic of the services`;
  return new CliError(
    exitCode.unreachable,
    `cannot reach the control plane: ${what}. Name yours with --hub or HOMEOSTASIS_URL (${defaultUrl} unless it was started with another --port)`,
  );
}

interface Refused {
  readonly status: number;
  readonly body: unknown;
  readonly what: Call;
}

function refused({ status, body, what }: Refused, connection: Connection): CliError {
  const problem = problemOf(body);
  if (status === 401) return new CliError(exitCode.badInput, unauthorized(connection));
  const lines = (problem.errors ?? []).map(({ field, detail }) =>
    field === '' || detail.includes(field) ? detail : `${field} ${detail}`,
  );
  const detail =
    lines.length > 0 ? lines.join('\n') : (problem.detail ?? problem.title ?? frontOf(body) ?? `answered ${status}`);
  return new CliError(
    // Too many requests: nothing is wrong with this one.
    status < 500 && status !== 429 ? exitCode.badInput : exitCode.failed,
    status === 413 ? tooLarge(detail, what) : detail,
  );
}

/** What API Gateway says, in front of the hub. */
function frontOf(body: unknown): string | undefined {
  const { message } = problemOf(body) as { readonly message?: unknown };
  return typeof message === 'string' ? message : undefined;
}

/** The server knows the limit; which input was beyond it, only this side does. */
function tooLarge(detail: string, { query, body = '', content }: Call): string {
  if (content !== undefined) return `${String(query?.['name'] ?? 'the input')}: ${detail}`;
  const file = query?.['file'];
  return `${file === undefined ? 'the input' : String(file)} has ${Buffer.byteLength(body)} bytes: ${detail}`;
}

function unauthorized({ url, token, tokens, tokenFrom = '' }: Connection): string {
  if (token === undefined && tokens === undefined) {
    return `${url} wants a token: set HOMEOSTASIS_TOKEN, or run where the data folder (.homeostasis) is, or name it with --data`;
  }
  if (url.startsWith('https:')) {
    return `${url} does not accept the token of ${tokenFrom}: it has expired, or its issuer or audience is none of hub.issuers there (another issuer's path is ${url}/<name>)`;
  }
  return `${url} does not accept the token of ${tokenFrom}: the right one is in the file "token" of that control plane's data folder`;
}
