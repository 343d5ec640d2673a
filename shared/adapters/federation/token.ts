import { TokenUnavailable } from './errors.ts';

export interface Token {
  readonly value: string;
  /**
   * Milliseconds from when it was asked for. A length and not a moment: the moment is the issuer's, whose clock is not ours.
   */
  readonly lifetimeMs: number;
}

/** What a caller sends, and gives back when it was refused. */
export interface TokenSource {
  /** @throws TrustRefused, TokenUnavailable */
  get(): Promise<string>;
  /** It was refused: the next `get` fetches another. Nothing happens when another has been fetched since. */
  forget(token: string): void;
}

type Claims = Readonly<Record<string, unknown>>;

/** Not verified: for reading what was issued to us. @throws TokenUnavailable when it is no JWT. */
export function claimsOf(jwt: string): Claims {
  try {
    const claims: unknown = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString());
    if (typeof claims === 'object' && claims !== null) return claims as Claims;
  } catch {
    // Told below, without the text.
  }
  throw new TokenUnavailable('what was issued is no JSON Web Token');
}

/** @throws TokenUnavailable when it says neither since when nor until when it is valid. */
export function jwtToken(jwt: string): Token {
  const { iat, exp } = claimsOf(jwt);
  if (typeof iat !== 'number' || typeof exp !== 'number')
    throw new TokenUnavailable('what was issued has no iat or exp');
  return { value: jwt, lifetimeMs: (exp - iat) * 1000 };
}
