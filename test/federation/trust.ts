import type { JWTPayload } from 'jose';
import type { Trusted } from './issuer.ts';

/** Who trusts whom, as the three accounts are set up; a test breaks one line of it. */
export interface Trust {
  aws: {
    /** `iam:EnableOutboundWebIdentityFederation` was called. */
    outbound: boolean;
    /** The role that the caller's credentials are of. */
    role: string;
    /** Changes the claims of what GetWebIdentityToken issues. */
    claims: JWTPayload;
    /** Changes the token itself. */
    meddle: (token: string) => string;
    /** Roles that identities of other clouds may become. */
    roles: Record<string, Trusted>;
  };
  entra: {
    tenant: string;
    client: string;
    federated: Trusted;
    /** Application ID URI → the application, and the clients that have a role in it. */
    applications: Record<string, { readonly id: string; readonly assigned: readonly string[] }>;
    /** What the managed identity of the function app is known by. */
    managed: { readonly client: string; readonly object: string };
    /** Clients with the role Storage Blob Data Reader on the container of bills. */
    readers: readonly string[];
    seconds: number;
  };
  google: {
    provider: string;
    workloads: Trusted;
    /** E-mail address → subjects of the pool that may act as it. */
    accounts: Record<string, readonly string[]>;
    /** The account that the function runs as. */
    own: { readonly email: string; readonly id: string };
    /** Accounts that may read the bucket and the data set of bills. */
    readers: readonly string[];
    seconds: number;
  };
}

const role = 'arn:aws:iam::123456789012:role/homeostasis-relay';
const provider =
  '//iam.googleapis.com/projects/123456789/locations/global/workloadIdentityPools/homeostasis/providers/aws';

export const names = {
  role,
  provider,
  tenant: '72f988bf-86f1-41af-91ab-2d7cd011db47',
  client: '11111111-1111-4111-8111-111111111111',
  functionApp: 'api://homeostasis-deployer-azure',
  functionAppId: '22222222-2222-4222-8222-222222222222',
  hub: 'api://homeostasis-hub',
  hubId: '33333333-3333-4333-8333-333333333333',
  managedClient: '44444444-4444-4444-8444-444444444444',
  managedObject: '55555555-5555-4555-8555-555555555555',
  invoker: 'homeostasis-relay@demo-project.iam.gserviceaccount.com',
  deployer: 'homeostasis-deployer@demo-project.iam.gserviceaccount.com',
  deployerId: '117000000000000000001',
  costRole: 'arn:aws:iam::123456789012:role/homeostasis-cost',
  billsClient: '66666666-6666-4666-8666-666666666666',
  billsReader: 'homeostasis-cost@demo-project.iam.gserviceaccount.com',
  reportRole: 'arn:aws:iam::123456789012:role/homeostasis-reports',
} as const;

export interface Issuers {
  readonly aws: string;
  readonly entra: string;
  readonly google: string;
}

/** Everything set up as docs/adr/0012-federation.md says. */
export const rightTrust = (issuers: Issuers): Trust => ({
  aws: {
    outbound: true,
    role,
    claims: {},
    meddle: (token) => token,
    roles: {
      [names.reportRole]: { issuer: issuers.entra, audiences: [names.hubId], subjects: [names.managedObject] },
    },
  },
  entra: {
    tenant: names.tenant,
    client: names.client,
    federated: { issuer: issuers.aws, audiences: ['api://AzureADTokenExchange'], subjects: [role] },
    applications: {
      [names.functionApp]: { id: names.functionAppId, assigned: [names.client] },
      [names.hub]: { id: names.hubId, assigned: [names.managedClient] },
    },
    managed: { client: names.managedClient, object: names.managedObject },
    readers: [],
    seconds: 3_599,
  },
  google: {
    provider,
    workloads: { issuer: issuers.aws, audiences: [provider, `https:${provider}`], subjects: [role] },
    accounts: { [names.invoker]: [role] },
    own: { email: names.deployer, id: names.deployerId },
    readers: [],
    seconds: 3_600,
  },
});
