import { Hono, type Context, type MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { InvalidEvent } from '../../shared/contracts/envelope.ts';
import { BusUnavailable, EventTooLarge } from '../../shared/ports/event-bus.ts';
import { TransactionTooLarge } from '../../shared/ports/record-store.ts';
import type { QueryRoute } from '../../shared/ports/http.ts';
import { standsBy, tellActive, whileActive } from './active.ts';
import { scale, submit, withdraw } from './applications.ts';
import { noHooks } from './hooks/options.ts';
import { guardedRoutes, openRoutes, type LazyHooks } from './hooks/routes.ts';
import { pollEvents } from './long-poll.ts';
import { limits, type IngressPorts } from './ports.ts';
import { acceptEvents } from './post-events.ts';
import { demand, demandApplication, type Principal, type Right } from './principal.ts';
import { ifMatch } from './if-match.ts';
import { notFound } from './not-found.ts';
import { ProblemError, problemResponse } from './problem.ts';
import { decodeText, parseJson } from './read-json.ts';
import { readDeadLetters, readEvents, redrive, replay } from './reads.ts';
import { streamEvents, streamHeaders } from './stream.ts';
import { survey } from './survey.ts';
import { takeNoBill } from './upload.ts';

/** What the guard leaves for the routes behind it. */
interface Known {
  readonly Variables: { readonly principal: Principal };
}
type App = Hono<Known>;

/** The HTTP front door: writes become events, and are answered 202 once those are durable; reads go to their owners. */
export function createApp(ports: IngressPorts): Hono {
  const app: App = new Hono<Known>();
  const hooks = lazyHooks(ports);
  guard(app, ports, hooks);
  writes(app, ports, hooks);
  operations(app, ports);
  reads(app, ports);
  app.get('/v1/hooks', demanding('read'));
  app.post('/v1/hooks/:hook/test', demanding('operate'));
  guardedRoutes(app as unknown as Hono, hooks);
  for (const route of ports.routes) mount(app, route);
  app.notFound((c) => notFound(c, app.routes));
  app.onError((error) => answerError(error, ports));
  return app as unknown as Hono;
}

function lazyHooks(ports: IngressPorts): LazyHooks {
  let loaded: ReturnType<LazyHooks> | undefined;
  return () => {
    loaded ??= import('./hooks/index.ts').then(({ Hooks }) => new Hooks(ports.hooks ?? noHooks, ports));
    return loaded;
  };
}

function guard(app: App, ports: IngressPorts, hooks: LazyHooks): void {
  const { hosts, identify } = ports;
  app.use('*', async (c, next) => {
    const host = (c.req.header('host') ?? '').replace(/:\d+$/, '').toLowerCase();
    // A page on the internet can make a browser resolve its own name to loopback; it cannot make it send our name.
    if (hosts !== 'any' && !hosts.includes(host)) {
      throw new ProblemError(421, 'Misdirected Request', `the control plane does not answer for host "${host}"`);
    }
    await next();
    c.res.headers.set('x-content-type-options', 'nosniff');
  });
  app.get('/healthz', (c) => c.json({ status: 'ok' }));
  tellActive(app as unknown as Hono, ports);
  // Answers the CloudEvents web-hook handshake, which by its specification comes without credentials.
  for (const path of ['/v1/events', '/v1/hooks/:hook']) app.options(path, (c) => handshake(c));
  openRoutes(app as unknown as Hono, hooks);
  const authenticate: MiddlewareHandler<Known> = async (c, next) => {
    const found = identify({ authorization: c.req.header('authorization'), runtime: c.env });
    if (found.kind === 'stranger') {
      const { detail } = found;
      return problemResponse(
        { type: 'about:blank', title: 'Unauthorized', status: 401, detail },
        { 'www-authenticate': 'Bearer' },
      );
    }
    if (found.kind === 'unwelcome') throw new ProblemError(403, 'Forbidden', found.detail);
    c.set('principal', found.principal);
    return next();
  };
  for (const path of ['/v1/*', '/metrics']) app.use(path, authenticate);
  // Before the limit of bodies: a bill has its own.
  app.post('/v1/cost/bills', demanding('operate'), async (c) =>
    c.json(await (ports.upload ?? takeNoBill)(c.req.raw, c.req.query('name')), 202),
  );
  app.use(
    '/v1/*',
    bodyLimit({
      maxSize: limits.bodyBytes,
      onError: () =>
        problemResponse({
          type: 'about:blank',
          title: 'Content Too Large',
          status: 413,
          detail: `a body may have at most ${limits.bodyBytes} bytes`,
        }),
    }),
  );
}

function handshake(c: Context): Response {
  const origin = c.req.header('webhook-request-origin');
  if (origin === undefined) throw new ProblemError(400, 'Bad handshake', 'header WebHook-Request-Origin is missing');
  return new Response(null, {
    status: 200,
    headers: { 'webhook-allowed-origin': origin, 'webhook-allowed-rate': '*', allow: 'POST, GET, OPTIONS' },
  });
}

/** The caller, who must have this right. @throws ProblemError 403 */
function callerWith(c: Context<Known>, right: Right): Principal {
  const principal = c.get('principal');
  demand(principal, right);
  return principal;
}

function writes(app: App, ports: IngressPorts, hooks: LazyHooks): void {
  app.post('/v1/events', async (c) => {
    const headers = Object.fromEntries(c.req.raw.headers);
    return c.json(
      {
        events: await acceptEvents({ headers, body: await text(c) }, c.get('principal'), {
          ...ports,
          incidents: hooks,
        }),
      },
      202,
    );
  });
  app.post('/v1/applications', async (c) => {
    const principal = callerWith(c, 'publish');
    const options = {
      principal,
      file: c.req.query('file') ?? 'application.yaml',
      ...ifMatch(c.req.header('if-match')),
    };
    return c.json({ accepted: await submit(await text(c), options, ports) }, 202);
  });
  app.post('/v1/applications/:application/scale', async (c) => {
    const application = c.req.param('application');
    demandApplication(callerWith(c, 'publish'), application);
    return c.json({ accepted: await scale(application, await json(c), ports) }, 202);
  });
  app.delete('/v1/applications/:application', async (c) => {
    const application = c.req.param('application');
    demandApplication(callerWith(c, 'publish'), application);
    return c.json({ accepted: await withdraw(application, ports) }, 202);
  });
}

/** What an operator does. */
function operations(app: App, ports: IngressPorts): void {
  app.use('/v1/dead-letters/redrive', demanding('operate'));
  app.use('/v1/replay', demanding('operate'));
  app.use('/v1/clouds/survey', demanding('operate'));
  for (const path of ['/v1/dead-letters/redrive', '/v1/replay']) app.use(path, whileActive(ports));
  app.post('/v1/dead-letters/redrive', async (c) => c.json((await redrive(await json(c), ports)) as object));
  app.post('/v1/replay', async (c) => c.json((await replay(await json(c), ports)) as object));
  app.post('/v1/clouds/survey', async (c) => c.json(await survey(await json(c), ports), 202));
}

const demanding =
  (right: Right): MiddlewareHandler<Known> =>
  async (c, next) => {
    callerWith(c, right);
    await next();
  };

function reads(app: App, ports: IngressPorts): void {
  for (const path of ['/v1/status', '/v1/events/stream', '/v1/dead-letters']) app.get(path, demanding('read'));
  app.get('/v1/status', async (c) => c.json(await ports.status()));
  const { metrics } = ports;
  if (metrics !== undefined) {
    app.get('/metrics', demanding('read'), async (c) =>
      c.body(await metrics(), 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }),
    );
  }
  app.get('/v1/events', demanding('read'), async (c) => c.json((await readEvents(c.req.query(), ports)) as object));
  app.get('/v1/events/stream', (c) =>
    // A HEAD is answered by the route of its GET, but nobody would ever read the stream, nor end it.
    c.req.method === 'HEAD'
      ? new Response(null, { headers: streamHeaders })
      : stream(c.req.query(), c.req.header('last-event-id'), ports),
  );
  app.get('/v1/dead-letters', async (c) => c.json((await readDeadLetters(c.req.query(), ports)) as object));
}

function stream(search: Search, lastEventId: string | undefined, ports: IngressPorts): Response | Promise<Response> {
  const { streaming } = ports;
  return streaming === 'live'
    ? streamEvents(search, lastEventId, ports)
    : pollEvents(search, lastEventId, { ...ports, ...streaming });
}
type Search = Readonly<Record<string, string>>;

function mount(app: App, route: QueryRoute): void {
  app.on(route.method, `/v1${route.path}`, demanding('read'), async (c) => {
    const answer = await route.answer({
      params: c.req.param() as Readonly<Record<string, string>>,
      search: c.req.query(),
      ...(route.method === 'POST' ? { body: await text(c), contentType: c.req.header('content-type') ?? '' } : {}),
    });
    const json = answer.status >= 400 ? 'application/problem+json' : 'application/json';
    const { status, contentType: type = json } = answer;
    const body = answer.contentType === undefined ? JSON.stringify(answer.body) : String(answer.body);
    return new Response(body, { status, headers: { 'content-type': type } });
  });
}

const text = async (c: Context): Promise<string> => decodeText(await c.req.arrayBuffer());
const json = async (c: Context): Promise<unknown> => parseJson(await text(c));

function answerError(error: Error, { logger }: IngressPorts): Response {
  if (error instanceof ProblemError) return problemResponse(error.problem);
  const standingBy = standsBy(error);
  if (standingBy !== undefined) return standingBy;
  if (error instanceof InvalidEvent) {
    const errors = [{ field: error.attribute, detail: error.message }];
    return problemResponse({ type: 'about:blank', title: 'Invalid event', status: 400, detail: error.message, errors });
  }
  if (error instanceof TransactionTooLarge) {
    const detail = `nothing was accepted: all of a request is accepted or none, and this is too much at once (${error.message})`;
    return problemResponse({ type: 'about:blank', title: 'Batch too large', status: 413, detail });
  }
  if (error instanceof EventTooLarge) {
    return problemResponse({ type: 'about:blank', title: 'Content Too Large', status: 413, detail: error.message });
  }
  // What went wrong inside is for the log; the caller learns that nothing was accepted.
  logger.error('ingress.failed', { error: error.name, message: error.message });
  if (error instanceof BusUnavailable) {
    const detail = 'nothing was accepted, because it could not be made durable: send it again, with the same ids';
    return problemResponse(
      { type: 'about:blank', title: 'Service Unavailable', status: 503, detail },
      { 'retry-after': '1' },
    );
  }
  return problemResponse({
    type: 'about:blank',
    title: 'Internal Server Error',
    status: 500,
    detail: "the request was not accepted; see the control plane's log",
  });
}
