import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { handle, type ApiGatewayRequestContextV2, type LambdaEvent } from 'hono/aws-lambda';
import { frontDoorFrom, type FrontDoor } from '../../shared/adapters/front-door/index.ts';
import { createTelemetry, once, readSettings, type Environment } from '../../shared/adapters/lambda/index.ts';
import { createSecrets } from '../../shared/adapters/secrets/index.ts';
import { asked } from './active.ts';
import { verifiedByGateway, withoutIssuer } from './api-gateway.ts';
import { createApp } from './app.ts';
import { hooksFrom } from './hooks/options.ts';
import { hubRoutes } from './hub-routes.ts';
import type { Polling } from './ports.ts';
import { regionsOf } from './regions.ts';

/** An event of an HTTP API, payload format 2.0, as far as it is looked at here. */
export interface HttpApiEvent {
  readonly version: string;
  readonly routeKey: string;
  readonly rawPath: string;
  readonly requestContext: Pick<ApiGatewayRequestContextV2, 'http' | 'domainName'>;
}

/** What the function answers; API Gateway makes a response of it. */
export interface HttpApiAnswer {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

export type IngressFunction = (event: unknown, context?: object) => Promise<HttpApiAnswer>;

/** API Gateway waits 29 seconds for the function: a poll that ends well before that ends as it should. */
const polling: Polling = { holdMs: 20_000, everyMs: 1000, wait: (ms) => wait(ms) };

/** @throws Error naming the variable or the file that is missing. */
export function createIngress(environment: Environment, streaming: Polling = polling): IngressFunction {
  const clock = { now: () => Date.now() };
  const { logger } = createTelemetry('ingress');
  const settings = readSettings(environment);
  const door = frontDoorFrom(environment, { clock, logger });
  const facts = {
    hub: { region: environment['AWS_REGION'], name: settings.hub.name ?? 'homeostasis' },
    gateway: { urlTemplate: settings.traffic.urlTemplate },
    clouds: Object.fromEntries(Object.entries(settings.clouds).map(([name, { enabled }]) => [name, enabled])),
  };
  const app = createApp({
    ...door,
    clock,
    logger,
    newId: randomUUID,
    identify: verifiedByGateway(settings.hub.access),
    regions: () => regionsOf(settings.clouds),
    tiers: settings.tiers,
    hooks: hooksFrom(settings.hooks, createSecrets({ environment, clock, logger })),
    streaming,
    hosts: hostsFrom(environment),
    routes: hubRoutes({ ...door, clock }, settings),
    status: async () => ({ ...facts, ...(await standing(door.active)), queue: await door.depth() }),
  });
  // All that is answered is text; the adapter would take an event stream for binary, and make it a third longer.
  const lambda = handle(app, { isContentTypeBinary: () => false });
  return async (event, context = {}) => {
    if (!isHttpApiEvent(event)) {
      throw new TypeError('the event is none of an HTTP API with payload format 2.0: this function is its integration');
    }
    return (await lambda(withoutIssuer(event) as unknown as LambdaEvent, context as never)) as unknown as HttpApiAnswer;
  };
}

/** Of one of two hubs: whether it is the active one. */
const standing = async (active: FrontDoor['active']) => (active === undefined ? {} : { active: await asked(active) });

/**
 * Any, unless the deployment names them: API Gateway answers for its own names only, under TLS, and a page that has its name resolved
 * to ours has neither our certificate nor a token. Naming them (HOMEOSTASIS_HOSTS) shuts the execute-api name beside an own domain.
 */
function hostsFrom({ HOMEOSTASIS_HOSTS: named }: Environment): readonly string[] | 'any' {
  const hosts = (named ?? '').split(',').map((host) => host.trim().toLowerCase());
  const given = hosts.filter((host) => host !== '');
  return given.length === 0 ? 'any' : given;
}

function isHttpApiEvent(event: unknown): event is HttpApiEvent {
  if (typeof event !== 'object' || event === null || !('rawPath' in event) || !('requestContext' in event))
    return false;
  const { version, requestContext } = event as Partial<HttpApiEvent>;
  return version === '2.0' && requestContext?.http !== undefined;
}

const composed = once(() => createIngress(process.env));

/** Configure as `index.handler` of the packaged function, as the integration of an HTTP API (payload format 2.0). */
export async function handler(event: unknown, context?: object): Promise<HttpApiAnswer> {
  return (await composed())(event, context);
}
