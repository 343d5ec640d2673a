import type { STSClient } from '@aws-sdk/client-sts';

/** As hub.remote.azure and hub.bills.azure have it, and what stands in for Azure's own addresses elsewhere. */
export interface AzureIdentity {
  readonly tenant: string;
  readonly client: string;
  readonly authorityHost?: string;
  /** PEM of an authority to trust besides the usual ones. */
  readonly ca?: string;
}

/** As hub.remote.gcp and hub.bills.gcp have it, and what stands in for Google's own addresses elsewhere. */
export interface GoogleIdentity {
  readonly provider: string;
  readonly serviceAccount: string;
  readonly tokenUrl?: string;
  readonly credentialsUrl?: string;
}

/** Who the function is in each of the other clouds, and by whom it proves that. */
export interface Identities {
  readonly azure?: AzureIdentity | undefined;
  readonly gcp?: GoogleIdentity | undefined;
  /** Of a region; default the one this function runs in. */
  readonly sts?: STSClient;
}

interface Hub {
  readonly remote?:
    { readonly azure?: AzureIdentity | undefined; readonly gcp?: GoogleIdentity | undefined } | undefined;
  readonly bills?: {
    readonly azure?: Pick<AzureIdentity, 'client'> | undefined;
    readonly gcp?: Pick<GoogleIdentity, 'serviceAccount'> | undefined;
  };
}

/** What `hub.bills` names, where `hub.remote` says that it is trusted; what it does not name is what commands deployers. Pure. */
export function billIdentities({ remote = {}, bills = {} }: Hub): Pick<Identities, 'azure' | 'gcp'> {
  const { azure, gcp } = remote;
  return {
    ...(azure && { azure: { tenant: azure.tenant, client: azure.client, ...bills.azure } }),
    ...(gcp && { gcp: { provider: gcp.provider, serviceAccount: gcp.serviceAccount, ...bills.gcp } }),
  };
}
