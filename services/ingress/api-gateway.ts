import type { IssuerAccess } from '../../shared/contracts/config-hub.ts';
import { principalOf, type Claims } from './access.ts';
import type { Identify } from './principal.ts';

/** What Hono's adapter hands over of an event of API Gateway (HTTP API, payload 2.0). */
interface Runtime {
  readonly event?: {
    readonly requestContext?: { readonly authorizer?: { readonly jwt?: { readonly claims?: unknown } } };
  };
}

/**
 * Callers known by the claims that API Gateway's JWT authorizer has verified: signature, issuer, audience and expiry are its part,
 * what the caller may do is ours. A request without them did not pass an authorizer, and is nobody's, whatever its headers say.
 */
export function verifiedByGateway(access: readonly IssuerAccess[]): Identify {
  return ({ runtime }) => {
    const claims = (runtime as Runtime | undefined)?.event?.requestContext?.authorizer?.jwt?.claims;
    if (typeof claims !== 'object' || claims === null) {
      return { kind: 'stranger', detail: 'this request did not pass the JWT authorizer of API Gateway' };
    }
    return principalOf(claims as Claims, access);
  };
}

interface GatewayEvent {
  readonly rawPath: string;
  readonly routeKey?: string;
}

/**
 * An issuer's calls come under `/<name>/v1/…`: its route says so, and the application need not know. What no route has is passed on as
 * it came.
 */
export function withoutIssuer<E extends GatewayEvent>(event: E): E {
  const prefix = /^\S+ (\/[a-z][a-z0-9-]*)\/(?:v1|healthz)(?:\/|$)/.exec(event.routeKey ?? '')?.[1];
  if (prefix === undefined || !event.rawPath.startsWith(`${prefix}/`)) return event;
  return { ...event, rawPath: event.rawPath.slice(prefix.length) };
}
