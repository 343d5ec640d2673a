import { Compute } from 'google-auth-library';
import { textOf, TokenUnavailable } from './errors.ts';
import { jwtToken, type Token } from './token.ts';
import { within } from './within.ts';

/**
 * An ID token of the service account that this function runs as, from Google's metadata server.
 * Source: cloud.google.com/docs/authentication/get-id-token#metadata-server.
 * @throws TokenUnavailable
 */
export function createMetadataIdToken(audience: string, timeoutMs = 15_000): () => Promise<Token> {
  return async () => {
    // The library puts the audience into the address as it is.
    const call = new Compute().fetchIdToken(encodeURIComponent(audience)).catch((error: unknown) => {
      throw new TokenUnavailable(`the metadata server gives no ID token for ${audience}: ${textOf(error)}`);
    });
    return jwtToken(await within(timeoutMs, 'the metadata server', call));
  };
}
