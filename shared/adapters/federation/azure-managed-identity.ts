import { ManagedIdentityCredential } from '@azure/identity';
import { textOf, TokenUnavailable, TrustRefused } from './errors.ts';
import type { Token } from './token.ts';
import { within } from './within.ts';

export interface ManagedIdentityOptions {
  /** Application ID URI that stands for the hub in the directory. */
  readonly audience: string;
  /** Client id of a user-assigned identity; absent: the app's own. */
  readonly client?: string | undefined;
  readonly timeoutMs?: number;
}

/**
 * The token of the identity that this Azure resource runs as, from the endpoint that Azure puts beside it. Azure keeps a token for up to a
 * day and the library with it: one that was refused comes back until then.
 * @throws TrustRefused, TokenUnavailable
 */
export function createManagedIdentityToken(options: ManagedIdentityOptions): () => Promise<Token> {
  const { audience, client, timeoutMs = 15_000 } = options;
  const credential = new ManagedIdentityCredential({
    ...(client === undefined ? {} : { clientId: client }),
    retryOptions: { maxRetries: 2 },
  });
  return async () => {
    const asked = Date.now();
    const call = credential.getToken(`${audience}/.default`).catch((error: unknown) => {
      throw meaningOf(textOf(error), audience);
    });
    const { token, expiresOnTimestamp } = await within(timeoutMs, 'the managed identity endpoint', call);
    return { value: token, lifetimeMs: expiresOnTimestamp - asked };
  };
}

function meaningOf(text: string, audience: string): Error {
  const about = `the managed identity gives no token for ${audience}: ${text}`;
  return /AADSTS|invalid_(?:resource|scope|request|client)|not found/i.test(text)
    ? new TrustRefused('azure-managed-identity', `${about} (the directory must have an application with this URI)`)
    : new TokenUnavailable(about);
}
