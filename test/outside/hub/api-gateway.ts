import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRemoteJWKSet, jwtVerify, type JWTPayload } from 'jose';
import { account } from './synthesise.ts';
import type { Template } from './template-for-moto.ts';

/** What a Lambda proxy integration is answered with (payload 2.0). */
interface ProxyAnswer {
  readonly statusCode?: number;
  readonly headers?: Readonly<Record<string, string | number | boolean>>;
  readonly cookies?: readonly string[];
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

type Invoke = (event: unknown) => Promise<{ readonly ok: boolean; readonly payload: unknown }>;

interface Authorizer {
  readonly issuer: string;
  readonly audiences: readonly string[];
}

interface Route {
  readonly key: string;
  readonly method: string;
  readonly path: string;
  readonly authorizer?: Authorizer;
}

export interface ApiGateway {
  readonly url: string;
  /** From here on it serves the routes of the template by that function; until then it answers 503. */
  serve(template: Template, ingress: Invoke): void;
  /** How many were asked so far. */
  requests(): number;
  close(): Promise<void>;
}

/**
 * Stands for API Gateway's HTTP API: the routes and JWT authorizers of our template, tokens verified by the issuers' published keys,
 * events in payload format 2.0, claims as text. Without throttling.
 * Source: API Gateway Developer Guide, "Control access to HTTP APIs with JWT authorizers", "Create AWS Lambda proxy integrations".
 */
export async function startApiGateway(): Promise<ApiGateway> {
  let routes: readonly Route[] = [];
  let invoke: Invoke | undefined;
  let requests = 0;
  const keys = new Map<string, ReturnType<typeof createRemoteJWKSet>>();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    requests += 1;
    const url = new URL(request.url ?? '/', 'http://api');
    const route = bestOf(routes, request.method ?? 'GET', url.pathname);
    if (route === undefined || invoke === undefined) return message(response, invoke ? 404 : 503, 'Not Found');
    const claims = route.authorizer === undefined ? undefined : await verified(request, route.authorizer, keys);
    if (claims === 'refused') return message(response, 401, 'Unauthorized');
    const { ok, payload } = await invoke(await eventOf(request, url, { route, claims }));
    if (!ok) return message(response, 500, 'Internal Server Error');
    write(response, payload as ProxyAnswer);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: Error) => response.destroy(error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    serve(template, ingress) {
      routes = routesOf(template);
      invoke = ingress;
    },
    requests: () => requests,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function routesOf({ Resources }: Template): readonly Route[] {
  return Object.values(Resources)
    .filter(({ Type }) => Type === 'AWS::ApiGatewayV2::Route')
    .map(({ Properties = {} }) => {
      const key = String(Properties['RouteKey']);
      const [method = '', path = ''] = key.split(' ');
      const { Ref } = (Properties['AuthorizerId'] ?? {}) as { readonly Ref?: string };
      return Ref === undefined
        ? { key, method, path }
        : { key, method, path, authorizer: authorizerOf(Resources[Ref]) };
    });
}

function authorizerOf(resource: Template['Resources'][string] | undefined): Authorizer {
  const { Issuer, Audience } = resource?.Properties?.['JwtConfiguration'] as { Issuer: string; Audience: string[] };
  return { issuer: Issuer, audiences: Audience };
}

/** The full path goes before a greedy one, a method before ANY. Source: the guide, "Working with routes". */
function bestOf(routes: readonly Route[], method: string, path: string): Route | undefined {
  const weight = (route: Route): number => (route.path.includes('{') ? 0 : 2) + (route.method === 'ANY' ? 0 : 1);
  return routes
    .filter((route) => (route.method === 'ANY' || route.method === method) && leadsTo(route.path, path))
    .sort((a, b) => weight(b) - weight(a))[0];
}

const leadsTo = (pattern: string, path: string): boolean => {
  const greedy = pattern.replace(/\{[^}]+\+\}$/, '');
  return greedy === pattern ? pattern === path : path.startsWith(greedy) && path.length > greedy.length;
};

async function verified(
  request: IncomingMessage,
  { issuer, audiences }: Authorizer,
  keys: Map<string, ReturnType<typeof createRemoteJWKSet>>,
): Promise<JWTPayload | 'refused'> {
  const token = /^(?:Bearer )?([\w.-]+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (token === undefined) return 'refused';
  const found = keys.get(issuer) ?? (await discover(issuer));
  keys.set(issuer, found);
  const options = { issuer, audience: [...audiences], algorithms: ['RS256'] };
  return jwtVerify(token, found, options).then(
    ({ payload }) => payload,
    () => 'refused' as const,
  );
}

async function discover(issuer: string): Promise<ReturnType<typeof createRemoteJWKSet>> {
  const answer = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  const { jwks_uri: uri } = (await answer.json()) as { readonly jwks_uri: string };
  return createRemoteJWKSet(new URL(uri));
}

interface Matched {
  readonly route: Route;
  readonly claims: JWTPayload | undefined;
}

async function eventOf(request: IncomingMessage, url: URL, { route, claims }: Matched): Promise<object> {
  const chunks = await request.toArray();
  const body = Buffer.concat(chunks as Buffer[]);
  const { cookie, ...headers } = request.headers;
  const now = new Date();
  return {
    version: '2.0',
    routeKey: route.key,
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    ...(cookie === undefined ? {} : { cookies: cookie.split('; ') }),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat().join(',')])),
    ...(url.search === '' ? {} : { queryStringParameters: queryOf(url) }),
    requestContext: {
      accountId: account,
      apiId: 'outside',
      domainName: request.headers.host,
      domainPrefix: 'outside',
      http: {
        method: request.method,
        path: url.pathname,
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: route.key,
      stage: '$default',
      time: now.toUTCString(),
      timeEpoch: now.getTime(),
      ...(claims === undefined ? {} : { authorizer: { jwt: { claims: asText(claims), scopes: null } } }),
    },
    ...(body.length === 0 ? {} : { body: body.toString('base64') }),
    isBase64Encoded: body.length > 0,
  };
}

/** Of a parameter that comes more than once, the values parted by commas. */
const queryOf = ({ searchParams }: URL): Record<string, string> =>
  Object.fromEntries([...new Set(searchParams.keys())].map((name) => [name, searchParams.getAll(name).join(',')]));

/** API Gateway hands over text only; a list is its items in brackets. */
const asText = (claims: JWTPayload): Record<string, string> =>
  Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [
      name,
      Array.isArray(value) ? `[${value.join(' ')}]` : typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]),
  );

function write(response: ServerResponse, answer: ProxyAnswer): void {
  const { statusCode = 200, headers = {}, cookies = [], body = '', isBase64Encoded = false } = answer;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, String(value));
  // API Gateway sets its own.
  response.removeHeader('transfer-encoding');
  response.removeHeader('content-length');
  if (cookies.length > 0) response.setHeader('set-cookie', [...cookies]);
  response.writeHead(statusCode).end(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'));
}

const message = (response: ServerResponse, status: number, text: string): void =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message: text }));
