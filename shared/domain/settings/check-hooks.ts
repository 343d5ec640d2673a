import type { AlertDialect } from '../../contracts/alert-received.ts';
import type { Config } from '../../contracts/config.ts';
import type { HookAuthentication, HookConfig } from '../../contracts/config-hooks.ts';
import type { KnownWorld } from '../spec/known.ts';
import { closeTo, type Finding, type Path } from '../spec/problem.ts';

type Way = HookAuthentication['type'];

/**
 * How each sender can say who it is. Alertmanager and Grafana send headers; EventBridge signs in to API destinations with a header,
 * Basic or OAuth, and SNS signs the message; Azure's action groups carry a query or an Entra token; Google's webhooks Basic or a
 * query, its Pub/Sub push a token.
 */
const ways: Readonly<Record<AlertDialect, readonly Way[]>> = {
  alertmanager: ['bearer', 'basic', 'oidc', 'api'],
  cloudwatch: ['bearer', 'basic', 'oidc', 'sns', 'api'],
  'azure-monitor': ['query', 'oidc'],
  'google-monitoring': ['basic', 'query', 'oidc'],
  grafana: ['bearer', 'basic', 'hmac', 'api'],
  cdevents: ['bearer', 'basic', 'hmac', 'query', 'oidc', 'api'],
  cloudevents: ['bearer', 'basic', 'hmac', 'query', 'oidc', 'api'],
};

/** Hooks that could let in nobody, or more than it seems, are told before they are in force. Pure. */
export function checkHooks({ hooks = [] }: Config, known?: KnownWorld): readonly Finding[] {
  return hooks.flatMap((hook, index) => {
    const path = ['hooks', index];
    const first = hooks.findIndex(({ name }) => name === hook.name);
    const twice = `there is a hook "${hook.name}" already: each has an address of its own`;
    return [
      ...(first === index ? [] : [{ path: [...path, 'name'], found: hook.name, message: twice }]),
      ...checkWay(hook, path),
      ...checkAuthentication(hook.authentication, [...path, 'authentication']),
      ...checkMap(hook, path, known),
    ];
  });
}

function checkWay({ dialect, authentication: { type } }: HookConfig, path: Path): readonly Finding[] {
  if (ways[dialect].includes(type)) return [];
  const message = `${dialect} cannot sign in by ${type}`;
  return [{ path: [...path, 'authentication', 'type'], found: type, message, allowed: ways[dialect] }];
}

const topic = /^arn:aws(-cn|-us-gov)?:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/;

function checkAuthentication(authentication: HookAuthentication, path: Path): readonly Finding[] {
  const fault = faultOf(authentication);
  return fault === undefined ? [] : [{ ...fault, path: [...path, ...fault.path] }];
}

function faultOf(authentication: HookAuthentication): Finding | undefined {
  switch (authentication.type) {
    case 'sns': {
      const at = authentication.topics.findIndex((each) => !topic.test(each));
      const found = authentication.topics[at];
      return found === undefined
        ? undefined
        : { path: ['topics', at], found, message: `"${found}" is no ARN of an SNS topic` };
    }
    case 'oidc':
      return fault('issuer', authentication.issuer, {
        fits: /^https:\/\/[^\s?#]+$/,
        otherwise: 'an issuer is a URL with https',
      });
    case 'basic':
      return fault('username', authentication.username, {
        fits: /^[^:]+$/,
        otherwise: 'a username with a colon cannot be sent by Basic authentication',
      });
    case 'hmac':
      return fault('header', authentication.header, { fits: /^[\w-]+$/, otherwise: 'this is no name of a header' });
    case 'bearer':
    case 'query':
    case 'api':
      return undefined;
  }
}

function fault(
  key: string,
  found: string,
  { fits, otherwise }: { readonly fits: RegExp; readonly otherwise: string },
): Finding | undefined {
  return fits.test(found) ? undefined : { path: [key], found, message: otherwise };
}

function checkMap({ map = [] }: HookConfig, path: Path, known: KnownWorld | undefined): readonly Finding[] {
  return map.flatMap(({ match, application, service, scope, severity }, i) => {
    const at = [...path, 'map', i];
    const says = [application, service, scope, severity].some((each) => each !== undefined);
    return [
      ...(Object.keys(match).length === 0
        ? [{ path: [...at, 'match'], message: 'a rule that matches everything hides those behind it: name a label' }]
        : []),
      ...(says ? [] : [{ path: at, message: 'the rule says nothing: give application, service, scope or severity' }]),
      ...(scope === undefined || known === undefined ? [] : unknownScope(scope, [...at, 'scope'], known)),
    ];
  });
}

export function unknownScope(scope: string, path: Path, { regions }: KnownWorld): readonly Finding[] {
  const [cloud = '', region] = scope.split('/');
  const place = region === undefined ? cloud : `${cloud}/${region}`;
  const exists = regions.some((each) => each === place || (region === undefined && each.startsWith(`${cloud}/`)));
  if (exists) return [];
  return [{ path, found: scope, message: `${place} is not known`, allowed: closeTo(place, regions) }];
}
