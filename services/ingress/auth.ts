import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether a bearer token is one of ours. */
export type TokenCheck = (token: string) => boolean;

/**
 * Compares digests, so that neither content nor length of the token leaks through time.
 * @param tokens the accepted tokens, at least one
 */
export function checkTokens(tokens: readonly string[]): TokenCheck {
  const digests = tokens.map(digest);
  // Every token is compared, whether or not one matched before.
  return (token) => digests.map((known) => timingSafeEqual(known, digest(token))).includes(true);
}

const digest = (token: string): Buffer => createHash('sha256').update(token).digest();

/** The token of `Authorization: Bearer <token>`, or undefined. */
export function bearerToken(header: string | undefined): string | undefined {
  return /^Bearer +([A-Za-z0-9._~+/=-]{1,4096})$/i.exec(header ?? '')?.[1];
}
