import { createHash, timingSafeEqual } from 'node:crypto';
import type { Identify, Principal } from './principal.ts';

/** Who holds a token of this machine's may do what a person at it may; a report comes from no person. */
const holder: Principal = { name: 'the holder of the token', may: ['read', 'publish', 'operate'] };

/**
 * Callers known by a bearer token. Digests are compared, so that neither content nor length of the token leaks through time.
 * @param tokens the accepted tokens
 */
export function holdersOf(tokens: readonly string[]): Identify {
  const accepts = checkTokens(tokens);
  return ({ authorization }) => {
    const token = bearerToken(authorization);
    if (token === undefined) return { kind: 'stranger', detail: 'send Authorization: Bearer <token>' };
    return accepts(token)
      ? { kind: 'known', principal: holder }
      : { kind: 'stranger', detail: 'the token is not accepted' };
  };
}

export function checkTokens(tokens: readonly string[]): (token: string) => boolean {
  const digests = tokens.map(digest);
  // Every token is compared, whether or not one matched before.
  return (token) => digests.map((known) => timingSafeEqual(known, digest(token))).includes(true);
}

const digest = (token: string): Buffer => createHash('sha256').update(token).digest();

/** The token of `Authorization: Bearer <token>`, or undefined. */
export function bearerToken(header: string | undefined): string | undefined {
  return /^Bearer +([A-Za-z0-9._~+/=-]{1,4096})$/i.exec(header ?? '')?.[1];
}
