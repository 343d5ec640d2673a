import { STSClient } from '@aws-sdk/client-sts';
import type { TokenCredential } from '@azure/identity';
import { OAuth2Client } from 'google-auth-library';
import { createAwsWebIdentity } from '../federation/aws-web-identity.ts';
import { createEntraToken, tokenExchangeAudience } from '../federation/entra.ts';
import { createGoogleAccessToken } from '../federation/google.ts';
import type { AzureIdentity, GoogleIdentity } from './remote.ts';

/**
 * The role this function runs as → Entra ID, by the federated credential of `client`; its tokens are for whatever a client of Azure's
 * asks, which keeps them until shortly before their end.
 * @throws TrustRefused, TokenUnavailable, from what asks
 */
export function azureCredential(identity: AzureIdentity, sts = new STSClient({})): TokenCredential {
  const assertion = createAwsWebIdentity({ client: sts, audience: tokenExchangeAudience });
  return {
    async getToken(scopes) {
      const [scope = ''] = [scopes].flat();
      const asked = Date.now();
      const token = createEntraToken({ ...identity, assertion, audience: scope.replace(/\/\.default$/, '') });
      const { value, lifetimeMs } = await token();
      return { token: value, expiresOnTimestamp: asked + lifetimeMs };
    },
  };
}

/**
 * The role this function runs as → the workload identity pool → an access token of the account, for one scope; the client keeps it
 * until shortly before its end.
 * @throws TrustRefused, TokenUnavailable, from what asks
 */
export function googleClient(identity: GoogleIdentity, scope: string, sts = new STSClient({})): OAuth2Client {
  const subjectToken = createAwsWebIdentity({ client: sts, audience: identity.provider });
  const token = createGoogleAccessToken({ ...identity, scope, subjectToken });
  const client = new OAuth2Client();
  client.refreshHandler = async () => {
    const asked = Date.now();
    const { value, lifetimeMs } = await token();
    return { access_token: value, expiry_date: asked + lifetimeMs };
  };
  return client;
}
