import { IdentityPoolClient, Impersonated } from 'google-auth-library';
import { TokenUnavailable, textOf, TrustRefused } from './errors.ts';
import { jwtToken, type Token } from './token.ts';
import { within } from './within.ts';

export interface GoogleOptions {
  /** `//iam.googleapis.com/projects/<number>/locations/global/workloadIdentityPools/<pool>/providers/<provider>` */
  readonly provider: string;
  /** E-mail address of the account that may call the function. */
  readonly serviceAccount: string;
  /** The function's own URL, or another audience that it was given. */
  readonly audience: string;
  /** The token of the other cloud, for an audience that the provider allows. */
  readonly subjectToken: () => Promise<string>;
  /** Default `https://sts.googleapis.com/v1/token`. */
  readonly tokenUrl?: string | undefined;
  /** Default `https://iamcredentials.googleapis.com`. */
  readonly credentialsUrl?: string | undefined;
  /** For both calls, default 15,000. */
  readonly timeoutMs?: number;
}

const requestTimeoutMs = 5_000;

/**
 * Another cloud's token → Google's federated token (STS) → an ID token of a service account, which is what Cloud Run looks at; an
 * access token it refuses. Source: cloud.google.com/run/docs/authenticating/service-to-service, "from outside Google Cloud".
 * @throws TrustRefused, TokenUnavailable
 */
export function createGoogleIdToken(options: GoogleOptions): () => Promise<Token> {
  const { audience, timeoutMs = 15_000 } = options;
  return async () => {
    // Before, and not by the client: it would hide why there is none.
    const subject = Promise.resolve(await options.subjectToken());
    const federated = federatedClient(options, () => subject);
    const impersonated = new Impersonated({
      sourceClient: federated,
      targetPrincipal: options.serviceAccount,
      ...(options.credentialsUrl === undefined ? {} : { endpoint: options.credentialsUrl }),
    });
    const call = exchanged(federated, options).then(() =>
      impersonated.fetchIdToken(audience, { includeEmail: true }).catch((error: unknown) => {
        throw meaningOf(error, 'google-service-account', options);
      }),
    );
    return jwtToken(await within(timeoutMs, 'the exchange for a Google ID token', call));
  };
}

function federatedClient(options: GoogleOptions, getSubjectToken: () => Promise<string>): IdentityPoolClient {
  return new IdentityPoolClient({
    type: 'external_account',
    audience: options.provider,
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    ...(options.tokenUrl === undefined ? {} : { token_url: options.tokenUrl }),
    subject_token_supplier: { getSubjectToken },
    transporterOptions: { timeout: requestTimeoutMs },
  });
}

async function exchanged(client: IdentityPoolClient, options: GoogleOptions): Promise<void> {
  await client.getAccessToken().catch((error: unknown) => {
    throw meaningOf(error, 'google-workload-identity', options);
  });
}

type Asked = 'google-workload-identity' | 'google-service-account';

function meaningOf(error: unknown, asked: Asked, { provider, serviceAccount }: GoogleOptions): Error {
  const status = statusOf(error);
  const text = textOf(error);
  const refused = status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 429;
  const about =
    asked === 'google-workload-identity'
      ? `Google STS takes no token at ${provider}: ${text}`
      : `Google gives no ID token of ${serviceAccount}: ${text}`;
  if (!refused && !/invalid_grant|invalid_target|unauthorized_client/.test(text)) return new TokenUnavailable(about);
  const fix =
    asked === 'google-workload-identity'
      ? 'the provider must name the AWS account’s issuer, allow the audience, map google.subject to assertion.sub and accept the relay role’s ARN'
      : 'grant the relay’s principal of the pool roles/iam.workloadIdentityUser on the service account';
  return new TrustRefused(asked, `${about} (${fix})`);
}

function statusOf(error: unknown): number | undefined {
  const { response, status } = error as { response?: { status?: unknown }; status?: unknown };
  return [response?.status, status].find((one) => typeof one === 'number');
}
