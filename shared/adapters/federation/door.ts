import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { onDemand } from '../on-demand.ts';

export interface DoorOptions {
  /** `iss` of the tokens; its keys are found by OIDC discovery. HTTPS, or plain HTTP on loopback. */
  readonly issuer: string;
  /** `aud` of the tokens. */
  readonly audience: string;
  /** The one identity that may come in. */
  readonly caller: string;
  /** The claim that names it; of several, the first that the token has: `azp` and `appid` in Entra ID's two versions. */
  readonly callerClaims: readonly string[];
  /** Default 60. */
  readonly clockToleranceSeconds?: number;
  /** Milliseconds since the epoch; default the system's clock. */
  readonly now?: () => number;
}

/** Looks at an `authorization` header. @throws NotAdmitted, KeysUnavailable */
export type Door = (authorization: string | null | undefined) => Promise<void>;

/** The caller showed no token (401), not one we trust (401), or one of somebody else (403). */
export class NotAdmitted extends Error {
  override readonly name = 'NotAdmitted';
  readonly status: 401 | 403;
  constructor(status: 401 | 403, message: string) {
    super(message);
    this.status = status;
  }
}

/** The issuer's keys cannot be had, so nobody can be told from anybody: try again. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

const timeoutMs = 5_000;

/**
 * Verifies the caller's token in our own code: signature, issuer, audience, time, and that it is the relay's. The platform's own guard
 * stands before it, and can be switched off by one setting.
 * @throws Error for an issuer that is no HTTPS address.
 */
export function createDoor(options: DoorOptions): Door {
  const { issuer, audience, clockToleranceSeconds = 60, now } = options;
  mustBeSafe(issuer);
  const keys = keysOf(issuer);
  return async (authorization) => {
    const token = /^bearer ([\w.-]+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) throw new NotAdmitted(401, 'no bearer token in the authorization header');
    const key = await keys();
    const { payload } = await jwtVerify(token, key, {
      ...{ issuer, audience, algorithms: ['RS256'], clockTolerance: clockToleranceSeconds },
      requiredClaims: ['exp', 'iat'],
      ...(now === undefined ? {} : { currentDate: new Date(now()) }),
    }).catch((error: unknown) => {
      throw refusal(error, issuer);
    });
    mustBeCaller(payload, options);
  };
}

function mustBeSafe(issuer: string): void {
  const { protocol, hostname } = new URL(issuer);
  if (protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname)) return;
  throw new Error(`the issuer ${issuer} is not reached over HTTPS: anybody on the way could give us keys of their own`);
}

/** Found with the first caller, and kept; a failure is not kept. */
function keysOf(issuer: string): () => Promise<JWTVerifyGetKey> {
  return onDemand(() =>
    discover(issuer).catch((error: unknown) => {
      throw new KeysUnavailable(`the keys of ${issuer} cannot be had: ${(error as Error).message}`);
    }),
  );
}

async function discover(issuer: string): Promise<JWTVerifyGetKey> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  const { issuer: named, jwks_uri: keys } = (await answer.json()) as { issuer?: unknown; jwks_uri?: unknown };
  if (named !== issuer) throw new Error(`${url} is of another issuer, ${JSON.stringify(named)}`);
  if (typeof keys !== 'string') throw new Error(`${url} names no jwks_uri`);
  mustBeSafe(keys);
  // Kept for ten minutes; an unknown key is looked up at once, at most every 30 s.
  return createRemoteJWKSet(new URL(keys), { timeoutDuration: timeoutMs });
}

function refusal(error: unknown, issuer: string): Error {
  if (error instanceof errors.JWTClaimValidationFailed) return new NotAdmitted(401, `the token's ${error.message}`);
  const ours = [
    errors.JWTExpired,
    errors.JWTInvalid,
    errors.JWSInvalid,
    errors.JWSSignatureVerificationFailed,
    errors.JOSEAlgNotAllowed,
    errors.JOSENotSupported,
    errors.JWKSNoMatchingKey,
    errors.JWKSMultipleMatchingKeys,
  ];
  if (ours.some((kind) => error instanceof kind)) return new NotAdmitted(401, (error as Error).message);
  return new KeysUnavailable(`the keys of ${issuer} cannot be had: ${(error as Error).message}`);
}

function mustBeCaller(payload: JWTPayload, { caller, callerClaims }: DoorOptions): void {
  const claim = callerClaims.find((name) => payload[name] !== undefined) ?? callerClaims.join(' or ');
  const value = payload[claim];
  if (value !== caller) {
    throw new NotAdmitted(403, `the token's ${claim} is ${JSON.stringify(value)}: only the relay may call`);
  }
  if (claim === 'email' && payload['email_verified'] !== true) {
    throw new NotAdmitted(403, `the token's email is not verified`);
  }
}
