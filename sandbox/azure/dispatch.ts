import { randomUUID } from 'node:crypto';
import { authenticate } from './bearer.ts';
import { ArmError, badRequest, BindingProblem, invalidContent, notFound } from './errors.ts';
import type { Call, Reply, Route } from './http.ts';
import { createRouter, type Found } from './router.ts';
import { displayName, regions } from './regions.ts';
import type { AzureState } from './state.ts';

/** A request as it came off the wire. */
export type RawCall = Pick<Call, 'method' | 'origin' | 'path' | 'query' | 'headers' | 'text'>;

/** What to do with the connection: answer, or cut it as a region that is down does. */
export type Outcome = { readonly kind: 'reply'; readonly reply: Reply } | { readonly kind: 'cut' };

/**
 * The gate every request passes, in the order of the real service: token, api-version, resource type, subscription, body, then
 * the faults of the region, then the provider.
 */
export function createDispatcher(state: AzureState, routes: readonly Route[]): (raw: RawCall) => Promise<Outcome> {
  const find = createRouter(routes);
  const types = [...new Set(routes.flatMap(({ type }) => type ?? []))];

  function admit(raw: RawCall): { readonly call: Call; readonly route: Route } {
    const found = find(raw);
    const open = found.kind === 'route' && found.match.route.versions === 'open';
    const caller = open ? '' : authenticateCall(state, raw);
    if (!open) requireVersion(raw);
    const { route, params } = requireRoute(found, raw, types);
    if (route.versions !== 'open') requireKnownVersion(route, raw, route.versions);
    requireSubscription(state, params['subscription']);
    const version = raw.query.get('api-version') ?? '';
    return { route, call: { ...raw, params, version, caller, body: open ? undefined : parse(raw.text) } };
  }

  async function answer(raw: RawCall): Promise<Outcome> {
    const { call, route } = admit(raw);
    const scope = faultScope(call, route);
    if (state.context.faults.strikes('region-down', scope)) return { kind: 'cut' };
    refuseByFault(state, call, scope);
    return { kind: 'reply', reply: await route.handle(call) };
  }

  return async (raw) => {
    try {
      return await answer(raw);
    } catch (error) {
      return { kind: 'reply', reply: explain(error) };
    }
  };
}

function explain(error: unknown): Reply {
  if (error instanceof ArmError) return error.reply();
  if (error instanceof BindingProblem) return error.reply(`00-${randomUUID().replaceAll('-', '')}-0000000000000001-01`);
  const message = `The sandbox failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  return { status: 500, body: { error: { code: 'InternalServerError', message } } };
}

const authenticateCall = (state: AzureState, raw: RawCall): string =>
  authenticate(raw.headers['authorization'], {
    authority: `${raw.origin}/${state.tenant}`,
    now: state.context.clock.now(),
  });

function requireVersion(raw: RawCall): void {
  if (raw.query.get('api-version')) return;
  throw badRequest(
    'MissingApiVersionParameter',
    'The api-version query parameter (?api-version=) is required for all requests.',
  );
}

function requireRoute(found: Found, raw: RawCall, types: readonly string[]) {
  if (found.kind === 'route') return found.match;
  if (found.kind === 'method')
    throw new ArmError(
      405,
      { code: 'MethodNotAllowed', message: `The requested resource does not support http method '${raw.method}'.` },
      { allow: found.allowed.join(', ') },
    );
  const [, namespace, type] = /\/providers\/([^/]+)\/([^/]+)/i.exec(raw.path) ?? [];
  if (!namespace || !type) throw notFound('NotFound', `The path '${raw.path}' is not known to Azure Resource Manager.`);
  if (!types.some((known) => known.toLowerCase().startsWith(`${namespace.toLowerCase()}/`)))
    throw notFound('InvalidResourceNamespace', `The resource namespace '${namespace}' is invalid.`);
  throw notFound(
    'InvalidResourceType',
    `The resource type '${type}' could not be found in the namespace '${namespace}' ` +
      `for api version '${raw.query.get('api-version') ?? ''}'. The supported api-versions are ''.`,
  );
}

function requireKnownVersion(route: Route, raw: RawCall, versions: readonly string[]): void {
  const version = raw.query.get('api-version') ?? '';
  if (versions.includes(version.toLowerCase())) return;
  const supported = `The supported api-versions are '${versions.join(', ')}'.`;
  if (!route.type)
    throw badRequest('InvalidApiVersionParameter', `The api-version '${version}' is invalid. ${supported}`);
  const [namespace, type] = route.type.split('/');
  throw badRequest(
    'NoRegisteredProviderFound',
    `No registered resource provider found for API version '${version}' for type '${type}' in namespace '${namespace}'. ` +
      `${supported} The supported locations are '${Object.keys(regions).map(displayName).join(', ')}'.`,
  );
}

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function requireSubscription(state: AzureState, subscription: string | undefined): void {
  if (subscription === undefined) return;
  if (!guid.test(subscription))
    throw badRequest(
      'InvalidSubscriptionId',
      `The provided subscription identifier '${subscription}' is malformed or invalid.`,
    );
  if (state.closed && !state.subscriptions.includes(subscription.toLowerCase()))
    throw notFound('SubscriptionNotFound', `The subscription '${subscription}' could not be found.`);
}

function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalidContent(error instanceof Error ? error.message : String(error));
  }
}

type Scope = Parameters<AzureState['context']['faults']['strikes']>[1];

function faultScope(call: Call, route: Route): Scope {
  const resource = route.resource?.(call) ?? call.params['name'];
  const scope = { cloud: 'azure', region: route.region(call), operation: route.operation } as const;
  return resource === undefined ? scope : { ...scope, resource };
}

function refuseByFault(state: AzureState, call: Call, scope: Scope): void {
  const { faults } = state.context;
  const throttle = faults.strikes('throttle', scope);
  if (throttle) {
    const wait = String(Math.max(1, Math.ceil((throttle.ms ?? 1000) / 1000)));
    const kind = call.method === 'GET' || call.method === 'HEAD' ? 'read' : 'write';
    const message =
      `Number of '${kind}' requests for subscription '${call.params['subscription'] ?? ''}' actor '${call.caller}' exceeded. ` +
      `Please try again after '${wait}' seconds after additional tokens are available. ` +
      'Refer to https://aka.ms/arm-throttling for additional information.';
    throw new ArmError(429, { code: 'SubscriptionRequestsThrottled', message }, { 'retry-after': wait });
  }
  if (faults.strikes('api-error', scope))
    throw new ArmError(500, {
      code: 'InternalServerError',
      message: 'The server encountered an internal error. Please retry the request.',
    });
}
