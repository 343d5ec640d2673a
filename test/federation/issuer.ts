import {
  createRemoteJWKSet,
  decodeJwt,
  errors,
  exportJWK,
  generateKeyPair,
  jwtVerify,
  SignJWT,
  type JWTPayload,
} from 'jose';
import { randomUUID } from 'node:crypto';

/** One who issues tokens: keys of its own, found by OIDC discovery under its address. */
export interface Issuer {
  readonly url: string;
  readonly jwks: { readonly keys: readonly object[] };
  sign(claims: JWTPayload, times: { readonly now: number; readonly seconds: number }): Promise<string>;
}

export async function createIssuer(url: string): Promise<Issuer> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const kid = randomUUID();
  return {
    url,
    jwks: { keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' }] },
    sign: (claims, { now, seconds }) => {
      const iat = Math.floor(now / 1000);
      return new SignJWT({ iat, nbf: iat, exp: iat + seconds, ...claims })
        .setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' })
        .setIssuer(claims.iss ?? url)
        .setJti(randomUUID())
        .sign(privateKey);
    },
  };
}

/** Whom a relying party trusts. */
export interface Trusted {
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly subjects: readonly string[];
}

export type Flaw = 'issuer' | 'audience' | 'subject' | 'signature' | 'expired' | 'malformed';

/** What a relying party finds wrong with a token, by the issuer's published keys; its claims when nothing is. */
export async function examine(token: string, trusted: Trusted, now: number): Promise<Flaw | JWTPayload> {
  const named = claimsIn(token)?.iss;
  if (named === undefined) return 'malformed';
  if (named !== trusted.issuer) return 'issuer';
  const discovery = await fetch(`${trusted.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  const { jwks_uri: keys } = (await discovery.json()) as { jwks_uri: string };
  const options = { issuer: trusted.issuer, currentDate: new Date(now), clockTolerance: 120, algorithms: ['RS256'] };
  try {
    const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(keys)), options);
    return meant(payload, trusted);
  } catch (error) {
    if (error instanceof errors.JWTExpired || error instanceof errors.JWTClaimValidationFailed) return 'expired';
    return 'signature';
  }
}

function meant(payload: JWTPayload, { audiences, subjects }: Trusted): Flaw | JWTPayload {
  if (![payload.aud ?? []].flat().some((audience) => audiences.includes(audience))) return 'audience';
  return subjects.includes(payload.sub ?? '') ? payload : 'subject';
}

function claimsIn(token: string): JWTPayload | undefined {
  try {
    return decodeJwt(token);
  } catch {
    return undefined;
  }
}

/** The same token with one claim changed, and the signature of the other. */
export function tampered(token: string, change: JWTPayload): string {
  const [header, , signature] = token.split('.');
  const payload = Buffer.from(JSON.stringify({ ...decodeJwt(token), ...change })).toString('base64url');
  return `${header}.${payload}.${signature}`;
}
