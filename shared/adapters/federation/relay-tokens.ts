import { STSClient } from '@aws-sdk/client-sts';
import type { Clock } from '../../ports/clock.ts';
import { createAwsWebIdentity } from './aws-web-identity.ts';
import { createEntraToken, tokenExchangeAudience } from './entra.ts';
import { createGoogleIdToken } from './google.ts';
import { createTokenCache } from './token-cache.ts';
import type { TokenSource } from './token.ts';

export interface AzureFederation {
  readonly audience: string;
  readonly tenant: string;
  readonly client: string;
  readonly authorityHost?: string;
  readonly ca?: string;
}

export interface GoogleFederation {
  readonly audience: string;
  readonly provider: string;
  /** What tokens for the provider are made out to; default its name, which infra/gcp allows. */
  readonly providerAudience?: string;
  readonly serviceAccount: string;
  readonly tokenUrl?: string;
  readonly credentialsUrl?: string;
}

export interface FederationPorts {
  readonly clock: Clock;
  /** Of a region; default the one this function runs in. */
  readonly sts?: STSClient;
}

/** The role this function runs as → Entra ID, by the federated credential of `client` → a token for the function app. */
export function azureTokens(to: AzureFederation, { clock, sts = new STSClient({}) }: FederationPorts): TokenSource {
  const assertion = createAwsWebIdentity({ client: sts, audience: tokenExchangeAudience });
  return createTokenCache({ fetch: createEntraToken({ ...to, assertion }), clock });
}

/** The role this function runs as → the workload identity pool → an ID token of the account that may invoke the function. */
export function googleTokens(to: GoogleFederation, { clock, sts = new STSClient({}) }: FederationPorts): TokenSource {
  const audience = to.providerAudience ?? to.provider;
  const subjectToken = createAwsWebIdentity({ client: sts, audience });
  return createTokenCache({ fetch: createGoogleIdToken({ ...to, subjectToken }), clock });
}
