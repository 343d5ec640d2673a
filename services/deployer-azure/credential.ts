import type { DefaultAzureCredentialOptions, TokenCredential } from '@azure/identity';
import type { SignInSettings } from './settings.ts';

/**
 * The SDK's own chain: managed identity in Azure, workload identity elsewhere, the developer's sign-in on a laptop. Loaded when
 * first needed: it brings a large library that an injected credential does not need.
 */
export async function defaultCredential(settings: SignInSettings = {}): Promise<TokenCredential> {
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new DefaultAzureCredential(optionsOf(settings));
}

function optionsOf({ tenant, authorityHost, ca }: SignInSettings): DefaultAzureCredentialOptions {
  return {
    ...(tenant === undefined ? {} : { tenantId: tenant }),
    ...(ca === undefined ? {} : { tlsOptions: { ca } }),
    // Microsoft vouches for the authorities of its own clouds only; another one would be refused before it is asked.
    ...(authorityHost === undefined ? {} : { authorityHost, disableInstanceDiscovery: !isMicrosoft(authorityHost) }),
  };
}

const isMicrosoft = (authority: string): boolean =>
  /(?:^|\.)(?:microsoftonline\.(?:com|us|de)|windows\.net|chinacloudapi\.cn|microsoftonline\.cn)$/.test(
    URL.canParse(authority) ? new URL(authority).hostname : authority,
  );
