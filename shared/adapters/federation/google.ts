import { IdentityPoolClient, Impersonated } from 'google-auth-library';
import { TokenUnavailable, textOf, TrustRefused } from './errors.ts';
import { jwtToken, type Token } from './token.ts';
import { within } from './within.ts';

/** Whom to become in Google Cloud, and by what. */
export interface GoogleAccountOptions {
  /** `//iam.googleapis.com/projects/<number>/locations/global/workloadIdentityPools/<pool>/providers/<provider>` */
  readonly provider: string;
  /** E-mail address of the account that may do what is asked for. */
  readonly serviceAccount: string;
  /** The token of the other cloud, for an audience that the provider allows. */
  readonly subjectToken: () => Promise<string>;
  /** Default `https://sts.googleapis.com/v1/token`. */
  readonly tokenUrl?: string | undefined;
  /** Default `https://iamcredentials.googleapis.com`. */
  readonly credentialsUrl?: string | undefined;
  /** For both calls, default 15,000. */
  readonly timeoutMs?: number;
}

export interface GoogleOptions extends GoogleAccountOptions {
  /** The function's own URL, or another audience that it was given. */
  readonly audience: string;
}

const requestTimeoutMs = 5_000;

/**
 * Another cloud's token → Google's federated token (STS) → an ID token of a service account, which is what Cloud Run looks at; an
 * access token it refuses. Source: cloud.google.com/run/docs/authenticating/service-to-service, "from outside Google Cloud".
 * @throws TrustRefused, TokenUnavailable
 */
export function createGoogleIdToken(options: GoogleOptions): () => Promise<Token> {
  const { audience } = options;
  return async () =>
    jwtToken(await asAccount(options, 'ID token', (account) => account.fetchIdToken(audience, { includeEmail: true })));
}

/**
 * … → an access token of a service account, for one scope: what Google's own APIs look at.
 * @throws TrustRefused, TokenUnavailable
 */
export function createGoogleAccessToken(
  options: GoogleAccountOptions & { readonly scope: string },
): () => Promise<Token> {
  const { scope, serviceAccount } = options;
  return async () => {
    const { token } = await asAccount(options, 'access token', (account) => account.getAccessToken(), [scope]);
    if (!token) throw new TokenUnavailable(`Google answered without an access token of ${serviceAccount}`);
    return { value: token, lifetimeMs: accessTokenSeconds * 1000 };
  };
}

/** As it is asked for; Google gives no longer one without more ado. */
const accessTokenSeconds = 3_600;

async function asAccount<T>(
  options: GoogleAccountOptions,
  what: string,
  ask: (account: Impersonated) => Promise<T>,
  targetScopes: string[] = [],
): Promise<T> {
  // Before, and not by the client: it would hide why there is none.
  const subject = Promise.resolve(await options.subjectToken());
  const federated = federatedClient(options, () => subject);
  const account = new Impersonated({
    sourceClient: federated,
    targetPrincipal: options.serviceAccount,
    targetScopes,
    lifetime: accessTokenSeconds,
    ...(options.credentialsUrl === undefined ? {} : { endpoint: options.credentialsUrl }),
  });
  const call = exchanged(federated, options).then(() =>
    ask(account).catch((error: unknown) => {
      throw meaningOf(error, 'google-service-account', { ...options, what });
    }),
  );
  return within(options.timeoutMs ?? 15_000, `the exchange for a Google ${what}`, call);
}

function federatedClient(options: GoogleAccountOptions, getSubjectToken: () => Promise<string>): IdentityPoolClient {
  return new IdentityPoolClient({
    type: 'external_account',
    audience: options.provider,
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    ...(options.tokenUrl === undefined ? {} : { token_url: options.tokenUrl }),
    subject_token_supplier: { getSubjectToken },
    transporterOptions: { timeout: requestTimeoutMs },
  });
}

async function exchanged(client: IdentityPoolClient, options: GoogleAccountOptions): Promise<void> {
  await client.getAccessToken().catch((error: unknown) => {
    throw meaningOf(error, 'google-workload-identity', { ...options, what: 'token' });
  });
}

type Asked = 'google-workload-identity' | 'google-service-account';
type About = Pick<GoogleAccountOptions, 'provider' | 'serviceAccount'> & { readonly what: string };

function meaningOf(error: unknown, asked: Asked, { provider, serviceAccount, what }: About): Error {
  const status = statusOf(error);
  const text = textOf(error);
  const refused = status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 429;
  const about =
    asked === 'google-workload-identity'
      ? `Google STS takes no token at ${provider}: ${text}`
      : `Google gives no ${what} of ${serviceAccount}: ${text}`;
  if (!refused && !/invalid_grant|invalid_target|unauthorized_client/.test(text)) return new TokenUnavailable(about);
  const fix =
    asked === 'google-workload-identity'
      ? 'the provider must name the AWS account’s issuer, allow the audience, map google.subject to assertion.sub and accept the ARN of this function’s role'
      : 'grant the principal of the pool that this function’s role is roles/iam.workloadIdentityUser on the service account';
  return new TrustRefused(asked, `${about} (${fix})`);
}

function statusOf(error: unknown): number | undefined {
  const { response, status } = error as { response?: { status?: unknown }; status?: unknown };
  return [response?.status, status].find((one) => typeof one === 'number');
}
