import { IdentityPoolClient, Impersonated } from 'google-auth-library';
import { textOf, TokenUnavailable } from '../federation/errors.ts';
import type { Token } from '../federation/token.ts';
import { within } from '../federation/within.ts';

export interface GoogleStorageTokenOptions {
  /** `//iam.googleapis.com/projects/<number>/locations/global/workloadIdentityPools/<pool>/providers/<provider>` */
  readonly provider: string;
  /** E-mail address of the account that may write the bucket's objects. */
  readonly serviceAccount: string;
  /** The token of AWS, for an audience that the provider allows. */
  readonly subjectToken: () => Promise<string>;
  readonly tokenUrl?: string | undefined;
  readonly credentialsUrl?: string | undefined;
}

const lifetimeSeconds = 3_600;
/** A look at the lease waits for this once an hour; it must not take as long as a lease. */
const timeoutMs = 8_000;

/**
 * Another cloud's token → Google's federated token → an access token of a service account for Cloud Storage, and for nothing else.
 * @throws TokenUnavailable
 */
export function createGoogleStorageToken(options: GoogleStorageTokenOptions): () => Promise<Token> {
  const { provider, serviceAccount, tokenUrl, credentialsUrl } = options;
  return async () => {
    const subject = Promise.resolve(await options.subjectToken());
    const sourceClient = new IdentityPoolClient({
      type: 'external_account',
      audience: provider,
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      ...(tokenUrl === undefined ? {} : { token_url: tokenUrl }),
      subject_token_supplier: { getSubjectToken: () => subject },
      transporterOptions: { timeout: timeoutMs },
    });
    const impersonated = new Impersonated({
      sourceClient,
      targetPrincipal: serviceAccount,
      targetScopes: ['https://www.googleapis.com/auth/devstorage.read_write'],
      lifetime: lifetimeSeconds,
      ...(credentialsUrl === undefined ? {} : { endpoint: credentialsUrl }),
    });
    const call = impersonated.getAccessToken().catch((error: unknown) => {
      throw new TokenUnavailable(`Google gives no token of ${serviceAccount} for the witness: ${textOf(error)}`);
    });
    const { token } = await within(timeoutMs, 'the exchange for a Google access token', call);
    if (!token) throw new TokenUnavailable(`Google answered without a token of ${serviceAccount}`);
    return { value: token, lifetimeMs: lifetimeSeconds * 1000 };
  };
}
