import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { provideWorker, type Registered, type RpcHttp } from '../../services/deployer-azure/azure-worker.ts';

/** Run by `startAzureHost` with the entry's path; says where it listens. */
const say = (level: string, message: string): void => void process.stdout.write(`${level}: ${message}\n`);
const worker = provideWorker(say);
await import(pathToFileURL(resolve(process.argv[2] ?? '')).href);

interface Trigger {
  readonly name: string;
  readonly route: string;
  readonly methods: readonly string[];
}

function triggerOf({ metadata }: Registered): Trigger | undefined {
  const found = Object.entries(metadata.bindings).find(([, { type }]) => type === 'httpTrigger');
  if (found === undefined) return undefined;
  const [name, { route = metadata.name, methods = ['GET', 'POST'] }] = found;
  return { name, route: `/api/${route}`, methods: methods.map((method) => method.toUpperCase()) };
}

/** Request → RPC data → the library's own invocation → RPC data: what the worker does with the host's message. */
async function invoke(fn: Registered, trigger: Trigger, request: object): Promise<RpcHttp> {
  if (worker.model === undefined) throw new Error('the entry has set no programming model');
  const model = worker.model.getInvocationModel({
    invocationId: randomUUID(),
    metadata: fn.metadata,
    state: 'invocation',
    log: (level: string, _category: string, message: string) => say(level, message),
    request: { inputData: [{ name: trigger.name, data: { http: request } }], triggerMetadata: {} },
  });
  const { context, inputs } = await model.getArguments();
  const result = await model.invokeFunction(context, inputs, fn.callback);
  return (await model.getResponse(context, result)).returnValue.http;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** App Service sets these itself, and takes them away from whoever else does. */
const reserved = /^x-ms-client-principal/;

function headersOf(request: IncomingMessage): Record<string, string> {
  const all = Object.entries(request.headers).filter(([name]) => !reserved.test(name));
  return Object.fromEntries(all.map(([name, value]) => [name, [value ?? []].flat().join(', ')]));
}

function functionAt(path: string, method = '') {
  return worker.functions
    .map((fn) => ({ fn, trigger: triggerOf(fn) }))
    .find(({ trigger }) => trigger?.route === path && trigger.methods.includes(method));
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', `http://${request.headers.host}`);
  const { fn, trigger } = functionAt(url.pathname, request.method) ?? {};
  if (fn === undefined || trigger === undefined) {
    response.writeHead(404).end();
    return;
  }
  const bytes = await bodyOf(request);
  const http = {
    ...{ method: request.method, url: url.href, headers: headersOf(request), nullableHeaders: {} },
    query: Object.fromEntries(url.searchParams),
    params: {},
    ...(bytes.length === 0 ? {} : { body: { bytes } }),
  };
  const { statusCode, headers, body } = await invoke(fn, trigger, http);
  response.writeHead(Number(statusCode), headers).end(body?.bytes ?? body?.string ?? '');
}

const server = createServer((request, response) => {
  answer(request, response).catch((error: unknown) => {
    // What a function throws, the host answers with 500.
    say('error', String(error));
    response.writeHead(500).end();
  });
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
