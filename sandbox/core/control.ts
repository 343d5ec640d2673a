import { serve, type ServerType } from '@hono/node-server';
import { Hono, type Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { readFault, type FieldProblem } from './fault-input.ts';
import type { FaultBook, WorkloadStatus } from './types.ts';

/** What the control API shows and moves. */
export interface Controlled {
  readonly faults: FaultBook;
  readonly ca: string;
  endpoints(): Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Resources by cloud. */
  resources(): Readonly<Record<string, readonly object[]>>;
  workloads(): readonly WorkloadStatus[];
  /** Forgets every fault, resource and workload; addresses stay. */
  reset(): Promise<void>;
}

const maxBodyBytes = 16_384;

interface Problem {
  readonly status: 400 | 404 | 413 | 415;
  readonly title: string;
  readonly errors?: readonly FieldProblem[];
}

/** RFC 9457. */
function problem(context: Context, { status, title, errors }: Problem): Response {
  const detail = errors?.map(({ field, detail }) => `${field} ${detail}`.trim()).join('; ');
  const body = { type: 'about:blank', title, status, ...(detail === undefined ? {} : { detail, errors }) };
  return context.body(JSON.stringify(body), status, { 'content-type': 'application/problem+json' });
}

async function addFault(context: Context, faults: FaultBook): Promise<Response> {
  // A page in a browser can post a form to loopback without asking, but not JSON: the content type is the guard.
  if (context.req.header('content-type')?.startsWith('application/json') !== true) {
    return problem(context, { status: 415, title: 'Send the fault with content-type: application/json' });
  }
  const body: unknown = await context.req.json().catch(() => undefined);
  const input = readFault(body);
  if ('problems' in input) return problem(context, { status: 400, title: 'Not a fault', errors: input.problems });
  return context.json(faults.add(input.fault), 201);
}

/** The sandbox's own API: addresses, faults, state, reset. */
export function controlApi(sandbox: Controlled): Hono {
  const app = new Hono();
  const tooLarge = (context: Context) =>
    problem(context, { status: 413, title: `The body exceeds ${maxBodyBytes} bytes` });
  app.use(bodyLimit({ maxSize: maxBodyBytes, onError: tooLarge }));
  app.notFound((context) =>
    problem(context, { status: 404, title: `Nothing at ${context.req.method} ${context.req.path}` }),
  );

  app.get('/healthz', (context) => context.json({ status: 'ok' }));
  app.get('/endpoints', (context) => context.json(sandbox.endpoints()));
  app.get('/ca.pem', (context) => context.body(sandbox.ca, 200, { 'content-type': 'application/x-pem-file' }));
  app.get('/state', (context) => context.json({ resources: sandbox.resources(), workloads: sandbox.workloads() }));
  app.get('/faults', (context) => context.json(sandbox.faults.list()));
  app.post('/faults', (context) => addFault(context, sandbox.faults));
  app.delete('/faults', (context) => {
    sandbox.faults.clear();
    return context.body(null, 204);
  });
  app.delete('/faults/:id', (context) => {
    const id = context.req.param('id');
    if (sandbox.faults.remove(id)) return context.body(null, 204);
    return problem(context, { status: 404, title: `There is no fault '${id}'; GET /faults lists them` });
  });
  app.post('/reset', async (context) => {
    await sandbox.reset();
    return context.body(null, 204);
  });
  return app;
}

/** Serves the control API on 127.0.0.1. @throws the listen error (`EADDRINUSE`) when the port is taken. */
export async function startControl(
  sandbox: Controlled,
  options: { readonly port: number },
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const app = controlApi(sandbox);
  const server = await new Promise<ServerType>((resolve, reject) => {
    const starting = serve({ fetch: app.fetch, port: options.port, hostname: '127.0.0.1' }, () => resolve(starting));
    starting.once('error', reject);
  });
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : options.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}
