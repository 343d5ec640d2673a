import { STSClient } from '@aws-sdk/client-sts';
import { ClientAssertionCredential, type TokenCredential } from '@azure/identity';
import { IdentityPoolClient, Impersonated } from 'google-auth-library';
import { createAwsWebIdentity } from '../federation/aws-web-identity.ts';
import { tokenExchangeAudience } from '../federation/entra.ts';
import type { AzureIdentity, GoogleIdentity } from './remote.ts';

/** The role this function runs as → Entra ID, by the federated credential of `client`; its tokens are for whatever a client of Azure's asks. */
export function azureCredential({ tenant, client }: AzureIdentity): TokenCredential {
  const assertion = createAwsWebIdentity({ client: new STSClient({}), audience: tokenExchangeAudience });
  return new ClientAssertionCredential(tenant, client, assertion, { retryOptions: { maxRetries: 2 } });
}

/** The role this function runs as → the workload identity pool → an access token of the account, for reading alone. */
export function googleClient({ provider, serviceAccount }: GoogleIdentity, scope: string): Impersonated {
  const getSubjectToken = createAwsWebIdentity({ client: new STSClient({}), audience: provider });
  const sourceClient = new IdentityPoolClient({
    type: 'external_account',
    audience: provider,
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    subject_token_supplier: { getSubjectToken },
  });
  return new Impersonated({ sourceClient, targetPrincipal: serviceAccount, targetScopes: [scope] });
}
