import type { JSONWebKeySet, JWTPayload } from 'jose';
import type { HookAuthentication } from '../../../shared/contracts/config-hooks.ts';
import type { Clock } from '../../../shared/ports/clock.ts';
import { ProblemError } from '../problem.ts';
import { fieldsIn, textIn } from './fields.ts';
import type { FetchText } from './fetch-text.ts';
import { accepted, refused, type Verdict } from './verdict.ts';

type Oidc = Extract<HookAuthentication, { readonly type: 'oidc' }>;

/** What a public key can sign; a secret that both sides share is none of OIDC's. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
/** Keys are asked for again when a token names one that is not known, but not more often than this. Milliseconds. */
const askAgainAfter = 60_000;
const freshFor = 12 * 3600_000;
const tolerance = '60s';

/**
 * Verifies the token of Azure's secure webhooks, of Google's Pub/Sub push, of anybody's OAuth client: signature (`jose`), issuer,
 * audience and times.
 * @throws ProblemError 503 when the issuer does not tell its keys.
 */
export function createOidc(
  { issuer, audience, subject }: Oidc,
  { clock, fetchText }: { readonly clock: Clock; readonly fetchText: FetchText },
): (token: string | undefined) => Promise<Verdict> {
  const keys = keysOf(issuer, { clock, fetchText });
  return async (token) => {
    if (token === undefined) return refused('send Authorization: Bearer <token of the issuer>', 'Bearer');
    const { createLocalJWKSet, errors, jwtVerify } = await import('jose');
    const verify = async (set: JSONWebKeySet): Promise<JWTPayload> =>
      (
        await jwtVerify(token, createLocalJWKSet(set), {
          ...{ issuer, audience, algorithms, clockTolerance: tolerance },
          currentDate: new Date(clock.now()),
          requiredClaims: ['exp', 'sub'],
        })
      ).payload;
    try {
      const claims = await verify(await keys('known')).catch(async (error: unknown) => {
        // The issuer may have changed its keys since.
        if (error instanceof errors.JWKSNoMatchingKey) return verify(await keys('again'));
        throw error;
      });
      return isOf(subject, claims) ? accepted : refused(`the token is of ${claims.sub}, not of ${subject}`, 'Bearer');
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error;
      return refused(`the token is not accepted: ${error.message}`, 'Bearer');
    }
  };
}

/** Azure names the sender in `azp` or `appid`, Google in a verified `email`. */
function isOf(subject: string | undefined, claims: JWTPayload): boolean {
  if (subject === undefined) return true;
  const { sub, azp, appid, email, email_verified } = claims as Readonly<Record<string, unknown>>;
  return [sub, azp, appid, email_verified === true ? email : undefined].includes(subject);
}

type Keys = (which: 'known' | 'again') => Promise<JSONWebKeySet>;

function keysOf(issuer: string, { clock, fetchText }: { clock: Clock; fetchText: FetchText }): Keys {
  let held: { readonly at: number; readonly keys: Promise<JSONWebKeySet> } | undefined;
  return (which) => {
    const now = clock.now();
    const age = held === undefined ? Infinity : now - held.at;
    if (held !== undefined && age < (which === 'again' ? askAgainAfter : freshFor)) return held.keys;
    const before = held?.keys;
    const keys = readKeys(issuer, fetchText).catch((cause: unknown) => {
      if (before !== undefined) return before;
      held = undefined;
      const detail = `the keys of ${issuer} cannot be had (${(cause as Error).message}): send it again`;
      throw new ProblemError(503, 'Service Unavailable', detail);
    });
    held = { at: now, keys };
    return keys;
  };
}

/** OpenID Connect Discovery 1.0, section 4. */
async function readKeys(issuer: string, fetchText: FetchText): Promise<JSONWebKeySet> {
  const found = new URL(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  const { jwks_uri } = fieldsIn(JSON.parse(await fetchText(found)) as unknown);
  const address = textIn(jwks_uri) ?? '';
  if (!URL.canParse(address) || new URL(address).protocol !== 'https:')
    throw new Error('it names no jwks_uri with https');
  const { keys } = fieldsIn(JSON.parse(await fetchText(new URL(address))) as unknown);
  if (!Array.isArray(keys)) throw new Error('its jwks_uri holds no keys');
  return { keys: keys as JSONWebKeySet['keys'] };
}
