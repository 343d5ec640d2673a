import { GetWebIdentityTokenCommand, type STSClient } from '@aws-sdk/client-sts';
import { textOf, TokenUnavailable, TrustRefused } from './errors.ts';
import { within } from './within.ts';

export interface AwsWebIdentityOptions {
  /** Of a region: the action is not on the global endpoint. */
  readonly client: STSClient;
  /** Who the token is for: `api://AzureADTokenExchange`, or the workload identity provider's URL. */
  readonly audience: string;
  /** 60 to 3,600, default 300: it is exchanged at once. */
  readonly durationSeconds?: number;
  /** For the whole call, default 10,000. */
  readonly timeoutMs?: number;
}

/**
 * A JSON Web Token that says which role this function runs as, signed by the AWS account's own issuer
 * (`https://<uuid>.tokens.sts.global.api.aws`); `sub` is the role's ARN. RS256, since Entra ID and Google verify it for certain.
 * Source: IAM User Guide, "Federating AWS identities to external services".
 * @throws TrustRefused, TokenUnavailable
 */
export function createAwsWebIdentity(options: AwsWebIdentityOptions): () => Promise<string> {
  const { client, audience, durationSeconds = 300, timeoutMs = 10_000 } = options;
  const command = () =>
    new GetWebIdentityTokenCommand({
      Audience: [audience],
      SigningAlgorithm: 'RS256',
      DurationSeconds: durationSeconds,
    });
  return async () => {
    const abortSignal = AbortSignal.timeout(timeoutMs);
    const call = client.send(command(), { abortSignal }).catch((error: unknown) => {
      throw meaningOf(error, audience);
    });
    const { WebIdentityToken } = await within(timeoutMs, 'STS GetWebIdentityToken', call);
    if (!WebIdentityToken) throw new TokenUnavailable('STS GetWebIdentityToken answered without a token');
    return WebIdentityToken;
  };
}

const fixes: Readonly<Record<string, string>> = {
  OutboundWebIdentityFederationDisabledException:
    'enable it once for the account: aws iam enable-outbound-web-identity-federation',
  AccessDenied: 'allow sts:GetWebIdentityToken for this audience in this function’s role',
  AccessDeniedException: 'allow sts:GetWebIdentityToken for this audience in this function’s role',
  SessionDurationEscalationException: 'the token would outlive the session of the role: ask for fewer seconds',
  JWTPayloadSizeExceededException: 'take tags off this function’s role: they travel in the token',
  InvalidAction: 'use the STS endpoint of a region; the global one does not have this action',
};

function meaningOf(error: unknown, audience: string): Error {
  const name = error instanceof Error ? error.name : '';
  const fix = fixes[name];
  if (fix === undefined) return new TokenUnavailable(`STS GetWebIdentityToken failed: ${name} ${textOf(error)}`);
  return new TrustRefused(
    'aws-outbound-federation',
    `AWS STS gives no token for ${audience}: ${name}: ${textOf(error)} (${fix})`,
  );
}
