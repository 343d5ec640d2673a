import type { TokenCredential } from '@azure/identity';

/**
 * The SDK's own chain: managed identity in Azure, workload identity elsewhere, the developer's sign-in on a laptop. Loaded when
 * first needed: it brings a large library that an injected credential does not need.
 */
export async function defaultCredential(): Promise<TokenCredential> {
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new DefaultAzureCredential();
}
