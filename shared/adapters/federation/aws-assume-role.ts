import { AssumeRoleWithWebIdentityCommand, type Credentials, type STSClient } from '@aws-sdk/client-sts';
import { textOf, TokenUnavailable, TrustRefused } from './errors.ts';
import type { TokenSource } from './token.ts';
import { within } from './within.ts';

export interface AssumeRoleOptions {
  /** Needs no credentials: the call is not signed. */
  readonly client: STSClient;
  readonly roleArn: string;
  /** The identity of the cloud we run in, for the audience that the role's trust names. */
  readonly tokens: TokenSource;
  /** Seen in CloudTrail: `deployer-azure`. */
  readonly sessionName: string;
  /** 900 to 43,200, default 3,600. */
  readonly durationSeconds?: number;
  readonly timeoutMs?: number;
}

/** As every client of the AWS SDK takes them; it asks again five minutes before `expiration`. */
export type CredentialProvider = () => Promise<{
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}>;

/** An identity of Azure or Google → a role in AWS. A refused token is forgotten and fetched once more. @throws TrustRefused, TokenUnavailable */
export function createWebIdentityCredentials(options: AssumeRoleOptions): CredentialProvider {
  const { roleArn, tokens, timeoutMs = 10_000 } = options;
  const attempt = (token: string) => within(timeoutMs, 'STS AssumeRoleWithWebIdentity', assume(token, options));
  return async () => {
    const token = await tokens.get();
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = await attempt(token).catch(
      async (error: unknown) => {
        if (!(error instanceof TrustRefused)) throw error;
        tokens.forget(token);
        const fresh = await tokens.get();
        if (fresh === token) throw error;
        return attempt(fresh);
      },
    );
    if (!AccessKeyId || !SecretAccessKey || !SessionToken || Expiration === undefined) {
      throw new TokenUnavailable(`STS answered without credentials for ${roleArn}`);
    }
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      expiration: Expiration,
    };
  };
}

async function assume(token: string, options: AssumeRoleOptions): Promise<Partial<Credentials>> {
  const { client, roleArn, sessionName, durationSeconds = 3_600, timeoutMs = 10_000 } = options;
  const command = new AssumeRoleWithWebIdentityCommand({
    RoleArn: roleArn,
    RoleSessionName: sessionName,
    WebIdentityToken: token,
    DurationSeconds: durationSeconds,
  });
  const answer = await client.send(command, { abortSignal: AbortSignal.timeout(timeoutMs) }).catch((error: unknown) => {
    throw meaningOf(error, roleArn);
  });
  return answer.Credentials ?? {};
}

const refusals = new Set(['AccessDenied', 'AccessDeniedException', 'InvalidIdentityToken', 'ExpiredTokenException']);

function meaningOf(error: unknown, roleArn: string): Error {
  const name = error instanceof Error ? error.name : '';
  const about = `AWS does not let us act as ${roleArn}: ${name} ${textOf(error)}`;
  if (!refusals.has(name) && !/InvalidIdentityToken|ExpiredToken/.test(name)) return new TokenUnavailable(about);
  const fix =
    'the role’s trust must name this issuer, audience and subject, and the issuer be an identity provider of the account';
  return new TrustRefused('aws-web-identity-role', `${about} (${fix})`);
}
