import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { find, programs } from './programs.ts';

export interface FunctionOptions {
  /** The packaged function: becomes LAMBDA_TASK_ROOT. */
  readonly dir: string;
  /** Default `index.handler`. */
  readonly handler?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** The function's timeout, default 30,000. */
  readonly timeoutMs?: number;
  /** Lambda gives the start ten seconds. */
  readonly initTimeoutMs?: number;
  /** So much is its clock ahead of ours, and its deadlines are by its clock. */
  readonly clockAheadMs?: number;
}

/** What Lambda gives whoever invokes. */
export interface Invocation {
  readonly ok: boolean;
  /** The function's answer; of an error `{ errorType, errorMessage, trace }`. */
  readonly payload: unknown;
  /** What it wrote meanwhile, to either stream; of a start too, when there was one. */
  readonly logs: string;
}

export interface RunningFunction {
  /** One after another: an execution environment has one invocation at a time. Starts the runtime when there is none. */
  invoke(event: unknown): Promise<Invocation>;
  /** Starts the runtime if it is not there. @returns milliseconds from its start to its first question; an error, when it did not start. */
  start(): Promise<{ readonly initMs: number } | { readonly error: unknown }>;
  /** How often a runtime was started. */
  starts(): number;
  close(): Promise<void>;
}

interface Pending {
  readonly requestId: string;
  readonly body: string;
  readonly deadline: number;
  settle(ok: boolean, payload: unknown): void;
}

const api = '/2018-06-01/runtime';

/**
 * Runs a packaged function as Lambda does: AWS's own runtime client (aws-lambda-ric, found by HOMEOSTASIS_RIC or on the PATH) loads the
 * handler and asks this server for invocations. A function that runs out of time, or whose process ends, is started anew.
 * Source: AWS Lambda Developer Guide, "Using the Lambda runtime API".
 * @throws Error with how to get the client where it is not installed
 */
export async function startFunction(options: FunctionOptions): Promise<RunningFunction> {
  const runtime = new Runtime(options, runtimeClient());
  await runtime.listen();
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const next = last.then(act, act);
    last = next.catch(() => undefined);
    return next;
  };
  return {
    invoke: (event) => inTurn(() => runtime.invoke(event)),
    start: () => inTurn(() => runtime.start()),
    starts: () => runtime.starts,
    close: () => runtime.close(),
  };
}

/** Whether `startFunction` can start anything here. */
export const hasRuntimeClient = (): boolean => find(programs.ric, process.env) !== undefined;

function runtimeClient(): string {
  const found = find(programs.ric, process.env);
  if (found === undefined) throw new Error(`aws-lambda-ric is not installed: ${programs.ric.get}`);
  return statSync(found).isDirectory() ? join(found, 'index.mjs') : found;
}

type Start = { readonly initMs: number } | { readonly error: unknown };

class Runtime {
  starts = 0;
  readonly #options: FunctionOptions;
  readonly #client: string;
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  readonly #folder = mkdtempSync(join(tmpdir(), 'lambda-'));
  readonly #log = join(this.#folder, 'log');
  #child: ChildProcess | undefined;
  /** The runtime's question for work, kept until there is some. */
  #asked: ServerResponse | undefined;
  #current: Pending | undefined;
  #started: ((start: Start) => void) | undefined;
  #read = 0;

  constructor(options: FunctionOptions, client: string) {
    this.#options = options;
    this.#client = client;
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async close(): Promise<void> {
    await this.#kill();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async start(): Promise<Start> {
    if (this.#child !== undefined) return { initMs: 0 };
    const began = performance.now();
    this.starts += 1;
    const child = this.#spawn();
    this.#child = child;
    const { initTimeoutMs = 10_000 } = this.#options;
    const start = await new Promise<Start>((resolve) => {
      const late = setTimeout(
        () => resolve({ error: failure('Sandbox.Timedout', `Init timed out after ${initTimeoutMs} ms`) }),
        initTimeoutMs,
      );
      this.#started = (said) => {
        clearTimeout(late);
        resolve('error' in said ? said : { initMs: performance.now() - began });
      };
      child.once('exit', (code, signal) => this.#exited(child, signal ?? String(code)));
    });
    this.#started = undefined;
    if ('error' in start) await this.#kill();
    return start;
  }

  async invoke(event: unknown): Promise<Invocation> {
    const start = await this.start();
    if ('error' in start) return { ok: false, payload: start.error, logs: this.#written() };
    const { timeoutMs = 30_000 } = this.#options;
    const requestId = randomUUID();
    const result = await new Promise<Omit<Invocation, 'logs'>>((resolve) => {
      const late = setTimeout(() => {
        const seconds = (timeoutMs / 1000).toFixed(2);
        settle(
          false,
          failure('Sandbox.Timedout', `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`),
        );
      }, timeoutMs);
      const settle = (ok: boolean, payload: unknown): void => {
        clearTimeout(late);
        this.#current = undefined;
        resolve({ ok, payload });
      };
      this.#current = { requestId, body: JSON.stringify(event), deadline: Date.now() + timeoutMs, settle };
      this.#hand();
    });
    // Lambda ends what did not answer in time: it may be in the middle of anything.
    if (isTimeout(result.payload)) await this.#kill();
    return { ...result, logs: this.#written() };
  }

  #spawn(): ChildProcess {
    const { dir, handler = 'index.handler', environment = {} } = this.#options;
    const { port } = this.#server.address() as AddressInfo;
    // A file, because what is in a pipe may come after the answer it belongs to.
    const log = openSync(this.#log, 'a');
    try {
      return spawn(process.execPath, [this.#client, handler], {
        cwd: dir,
        stdio: ['ignore', log, log],
        env: {
          PATH: process.env['PATH'],
          TZ: ':UTC',
          LAMBDA_TASK_ROOT: dir,
          _HANDLER: handler,
          AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
          AWS_LAMBDA_FUNCTION_NAME: 'outside',
          AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
          AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
          AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
          AWS_LAMBDA_LOG_GROUP_NAME: '/homeostasis/outside',
          AWS_LAMBDA_LOG_STREAM_NAME: 'outside',
          AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
          AWS_REGION: 'eu-west-1',
          AWS_ACCESS_KEY_ID: 'outside',
          AWS_SECRET_ACCESS_KEY: 'outside',
          AWS_SESSION_TOKEN: 'outside',
          ...environment,
        },
      });
    } finally {
      closeSync(log);
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    if (request.method === 'GET' && path === `${api}/invocation/next`) {
      this.#asked = response;
      this.#started?.({ initMs: 0 });
      this.#hand();
      return;
    }
    const accepted = this.#take(path, parse(await textOf(request)));
    response.writeHead(accepted ? 202 : 400, { 'content-type': 'application/json' });
    response.end(accepted ? '{"status":"OK"}' : '{"errorType":"InvalidRequestID"}');
  }

  /** @returns false for what is late, or was never asked: the real one refuses it too. */
  #take(path: string, said: unknown): boolean {
    if (path === `${api}/init/error`) {
      this.#started?.({ error: said });
      return true;
    }
    const [, requestId, kind] = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    if (requestId === undefined || requestId !== this.#current?.requestId) return false;
    this.#current.settle(kind === 'response', said);
    return true;
  }

  #hand(): void {
    const [response, current] = [this.#asked, this.#current];
    if (response === undefined || current === undefined) return;
    this.#asked = undefined;
    const { requestId, body } = current;
    const deadline = current.deadline + (this.#options.clockAheadMs ?? 0);
    response.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': requestId,
      'lambda-runtime-deadline-ms': String(deadline),
      'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:eu-west-1:123456789012:function:outside',
      'lambda-runtime-trace-id': 'Root=1-67891233-abcdef012345678912345678;Sampled=0',
    });
    response.end(body);
  }

  /** The process has ended: whoever waits for it is told so, as Lambda does. */
  #exited(child: ChildProcess, how: string): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    this.#asked = undefined;
    const error = failure('Runtime.ExitError', `Runtime exited with ${how}`);
    this.#started?.({ error });
    this.#current?.settle(false, error);
  }

  async #kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    this.#asked = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  /** What was written since the last look. */
  #written(): string {
    const all = readFileSync(this.#log);
    const text = all.subarray(this.#read).toString();
    this.#read = all.length;
    return text;
  }
}

const failure = (errorType: string, errorMessage: string) => ({ errorType, errorMessage, trace: [] });
const isTimeout = (payload: unknown): boolean =>
  (payload as { errorType?: unknown } | null)?.errorType === 'Sandbox.Timedout';

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** The runtime client sends JSON; anything else is shown as it came. */
function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
