import { createHmac, timingSafeEqual } from 'node:crypto';
import type { HookAuthentication, HookConfig } from '../../../shared/contracts/config-hooks.ts';
import type { SecretSource } from '../../../shared/contracts/config-secret.ts';
import type { Clock } from '../../../shared/ports/clock.ts';
import type { Logger } from '../../../shared/ports/logger.ts';
import type { Secrets } from '../../../shared/ports/secrets.ts';
import { bearerToken, checkTokens } from '../auth.ts';
import type { Identify } from '../principal.ts';
import { ProblemError } from '../problem.ts';
import type { FetchText } from './fetch-text.ts';
import { createOidc } from './oidc.ts';
import { createSns } from './sns.ts';
import { accepted, refused, type Call, type Verdict } from './verdict.ts';

/** How one hook knows its sender. */
export interface Authenticator {
  /** By what stands in front of the body: a stranger's body is not read. */
  head(call: Call): Promise<Verdict>;
  /** By the body itself, where the sender signs it. */
  body(call: Call, bytes: Uint8Array, text: string): Promise<Verdict>;
}

export interface AuthenticatorPorts {
  readonly secrets: Secrets;
  readonly identify: Identify;
  readonly clock: Clock;
  readonly fetchText: FetchText;
  readonly logger: Logger;
}

type Of<T extends HookAuthentication['type']> = Extract<HookAuthentication, { readonly type: T }>;

const later = (): Promise<Verdict> => Promise.resolve(accepted);
const byHead = (head: (call: Call) => Promise<Verdict>): Authenticator => ({ head, body: later });
const now = (verdict: Verdict): Promise<Verdict> => Promise.resolve(verdict);

export function authenticatorOf({ authentication }: HookConfig, ports: AuthenticatorPorts): Authenticator {
  switch (authentication.type) {
    case 'bearer':
      return byHead((call) => bearer(call, authentication, ports));
    case 'basic':
      return byHead((call) => basic(call, authentication, ports));
    case 'query':
      return byHead((call) => query(call, authentication, ports));
    case 'hmac':
      return { head: later, body: (call, bytes) => hmac(call, bytes, { of: authentication, ports }) };
    case 'sns': {
      const verify = createSns({ ...authentication, ...ports });
      return { head: later, body: (_, __, text) => verify(text) };
    }
    case 'oidc': {
      const verify = createOidc(authentication, ports);
      return byHead(({ headers }) => verify(bearerToken(headers['authorization'])));
    }
    case 'api':
      return byHead((call) => now(api(call, ports)));
  }
}

async function bearer({ headers }: Call, { token }: Of<'bearer'>, ports: AuthenticatorPorts): Promise<Verdict> {
  const given = bearerToken(headers['authorization']);
  if (given === undefined) return refused('send Authorization: Bearer <token>', 'Bearer');
  return checkTokens(await secretsIn(token, ports))(given) ? accepted : refused('the token is not accepted', 'Bearer');
}

async function basic(
  { headers }: Call,
  { username, password }: Of<'basic'>,
  ports: AuthenticatorPorts,
): Promise<Verdict> {
  const challenge = 'Basic realm="hook", charset="UTF-8"';
  const given = /^Basic +([A-Za-z0-9+/=]{1,4096})$/i.exec(headers['authorization'] ?? '')?.[1];
  if (given === undefined) return refused('send Authorization: Basic <username and password>', challenge);
  const text = Buffer.from(given, 'base64').toString('utf8');
  // One comparison of both: which of the two was wrong is told by nothing.
  const known = (await secretsIn(password, ports)).map((each) => `${username}:${each}`);
  return checkTokens(known)(text) ? accepted : refused('username and password are not accepted', challenge);
}

async function query(
  { query: given }: Call,
  { parameter, token }: Of<'query'>,
  ports: AuthenticatorPorts,
): Promise<Verdict> {
  const value = Object.hasOwn(given, parameter) ? given[parameter] : undefined;
  if (value === undefined) return refused(`the query parameter ${parameter} is missing`);
  return checkTokens(await secretsIn(token, ports))(value)
    ? accepted
    : refused(`the query parameter ${parameter} is not accepted`);
}

/** HMAC-SHA256 of the body as it was sent, in hex; `sha256=` in front, as many senders write it, is taken too. */
async function hmac(
  { headers }: Call,
  bytes: Uint8Array,
  { of, ports }: { readonly of: Of<'hmac'>; readonly ports: AuthenticatorPorts },
): Promise<Verdict> {
  const given = /^(?:sha256=)?([0-9a-f]{64})$/i.exec(headers[of.header.toLowerCase()]?.trim() ?? '')?.[1];
  if (given === undefined) return refused(`the header ${of.header} is missing, or holds no HMAC-SHA256 in hex`);
  const signature = Buffer.from(given, 'hex');
  const secrets = await secretsIn(of.secret, ports);
  const matches = secrets.map((secret) =>
    timingSafeEqual(createHmac('sha256', secret).update(bytes).digest(), signature),
  );
  return matches.includes(true) ? accepted : refused(`the signature in ${of.header} does not fit the body`);
}

function api({ headers, runtime }: Call, { identify }: AuthenticatorPorts): Verdict {
  const found = identify({ authorization: headers['authorization'], runtime });
  if (found.kind === 'stranger') return refused(found.detail, 'Bearer');
  if (found.kind === 'unwelcome') return { kind: 'refused', status: 403, detail: found.detail };
  const { principal } = found;
  if (principal.may.includes('publish')) return { kind: 'accepted', principal };
  return {
    kind: 'refused',
    status: 403,
    detail: `${principal.name} may ${principal.may.join(', ')}; this needs publish`,
  };
}

/** A stranger is told nothing of where a secret is; the sender, that it is to send again. @throws ProblemError 503 */
async function secretsIn(
  source: SecretSource,
  { secrets, logger }: Pick<AuthenticatorPorts, 'secrets' | 'logger'>,
): Promise<readonly string[]> {
  return secrets.read(source).catch((error: unknown) => {
    logger.error('hooks.secret', { message: (error as Error).message });
    throw new ProblemError(
      503,
      'Service Unavailable',
      'the secret of this hook cannot be read just now: send it again',
    );
  });
}
